//! What a person does with the window, in words.

mod keyboard;
mod settings;

use std::time::Duration;

use fantoccini::{
    Client, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
    error::CmdError,
    key::Key,
};
use rustix::process::{Pid, test_kill_process};
use tokio::time::timeout;
use trivet_tests::{DEADLINE, eventually, wait_for};

/// The window's page.
pub(crate) struct Page {
    client: Client,
}

impl Page {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Waits for what can be seen with this CSS selector.
    pub(crate) async fn see(&self, css: &str, deadline: Duration) -> Element {
        wait_for(&format!("the window shows {css}"), deadline, async || self.find(Locator::Css(css)).await)
            .await
    }

    /// Waits until these words can be read somewhere.
    pub(crate) async fn see_text(&self, words: &str) {
        let path = format!("//*[not(*)][contains(., {})]", literal(words));
        wait_for(&format!("'{words}' can be read"), DEADLINE, async || {
            self.find(Locator::XPath(&path)).await
        })
        .await;
    }

    /// Waits until these words can be read nowhere.
    pub(crate) async fn see_no_text(&self, words: &str) {
        let path = format!("//*[not(*)][contains(., {})]", literal(words));
        self.wait_for(&format!("'{words}' is gone"), async || {
            self.find(Locator::XPath(&path)).await.is_none()
        })
        .await;
    }

    /// Whether these words can be read somewhere.
    pub(crate) async fn reads(&self, words: &str) -> bool {
        self.find(Locator::XPath(&format!("//*[not(*)][contains(., {})]", literal(words)))).await.is_some()
    }

    /// Whether a button says this alone.
    pub(crate) async fn offers(&self, text: &str) -> bool {
        self.find(Locator::XPath(&format!("//button[normalize-space(.)={}]", literal(text)))).await.is_some()
    }

    /// The first that can be seen: tabs behind the one in front stay in the page.
    async fn find(&self, locator: Locator<'_>) -> Option<Element> {
        for element in self.client.find_all(locator).await.ok()? {
            if element.is_displayed().await.unwrap_or(false) {
                return Some(element);
            }
        }
        None
    }

    /// Presses the button of this name: its label, or its text.
    pub(crate) async fn press(&self, name: &str) {
        let path = format!(
            "//button[not(@disabled)][@aria-label={0} or (not(@aria-label) and normalize-space(.)={0})]",
            literal(name)
        );
        self.click(&path, &format!("a button '{name}'")).await;
    }

    /// Presses a button of the message that says this.
    pub(crate) async fn press_in_message(&self, message: &str, text: &str) {
        let path = format!(
            "//*[@role='group'][@aria-label={}]//button[normalize-space(.)={}]",
            literal(message),
            literal(text)
        );
        self.click(&path, &format!("'{text}' of '{message}'")).await;
    }

    /// Puts away whatever messages there are.
    pub(crate) async fn dismiss_messages(&self) {
        let path = "//*[@role='group']//button[@aria-label='Dismiss']";
        eventually("no message is left", DEADLINE, async || match self.find(Locator::XPath(path)).await {
            // One that goes by itself meanwhile is not there to be pressed any more.
            Some(button) => button.click().await.is_ok() && self.find(Locator::XPath(path)).await.is_none(),
            None => true,
        })
        .await;
    }

    pub(crate) async fn press_tab(&self, name: &str) {
        self.click(&format!("//*[@role='tab'][contains(., {})]", literal(name)), &format!("a tab '{name}'"))
            .await;
    }

    /// Clicks as soon as it can be clicked: what is drawn anew meanwhile is looked for again.
    async fn click(&self, path: &str, what: &str) {
        eventually(&format!("{what} can be pressed"), DEADLINE, async || {
            match self.find(Locator::XPath(path)).await {
                Some(element) => element.click().await.is_ok(),
                None => false,
            }
        })
        .await;
    }

    /// Waits until the table shows documents; tells how many rows are drawn.
    pub(crate) async fn rows(&self, deadline: Duration) -> usize {
        wait_for("the table shows documents", deadline, async || {
            let rows = self.client.find_all(Locator::Css("[role=row][data-row]")).await.ok()?.len();
            (rows > 0).then_some(rows)
        })
        .await
    }

    /// Presses a key while others are held.
    pub(crate) async fn keys(&self, key: &str, held: &[Key]) {
        let key = key.chars().next().expect("a key");
        let mut actions = KeyActions::new("keyboard".to_owned());
        for held in held {
            actions = actions.then(KeyAction::Down { value: (*held).into() });
        }
        actions = actions.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        for held in held {
            actions = actions.then(KeyAction::Up { value: (*held).into() });
        }
        self.client.perform_actions(actions).await.expect("keys are pressed");
    }

    /// Finds anything by its name and opens it.
    pub(crate) async fn find_anything(&self, name: &str) {
        self.keys("k", &[Key::Control]).await;
        let field = self.see("dialog[open] input", DEADLINE).await;
        field.send_keys(name).await.expect("typed");
        let first = "//dialog[@open]//*[@role='option'][1][contains(., ";
        self.click(&format!("{first}{})]", literal(name)), &format!("'{name}' among what was found")).await;
    }

    /// Opens what the tree on the left names, from a database down.
    pub(crate) async fn open_in_tree(&self, names: &[&str]) {
        for name in names {
            let path =
                format!("//*[@role='tree']//*[@role='treeitem'][.//*[normalize-space(.)={}]]", literal(name));
            self.click(&path, &format!("'{name}' in the tree")).await;
        }
    }

    /// Opens a connection by the form, which is in front.
    pub(crate) async fn connect_to(&self, uri: &str, name: &str, environment: &str) {
        self.see("dialog[open] form input", DEADLINE).await.send_keys(uri).await.expect("typed");
        self.see("dialog[open] form select", DEADLINE)
            .await
            .select_by_label(environment)
            .await
            .expect("chosen");
        let inputs = self.client.find_all(Locator::Css("dialog[open] form input")).await.expect("inputs");
        inputs[1].send_keys(&format!("{name}{}", char::from(Key::Enter))).await.expect("typed and sent");
        self.no_dialog().await;
    }

    /// Closes the dialog in front by keyboard.
    pub(crate) async fn escape_dialog(&self) {
        self.keys(&char::from(Key::Escape).to_string(), &[]).await;
        self.no_dialog().await;
    }

    async fn no_dialog(&self) {
        self.wait_for("no dialog is open", async || {
            self.client.find_all(Locator::Css("dialog[open]")).await.is_ok_and(|open| open.is_empty())
        })
        .await;
    }

    /// Whether the button of the dialog in front that says this can be pressed.
    pub(crate) async fn can_press_in_dialog(&self, text: &str) -> bool {
        self.find(Locator::XPath(&in_dialog(text))).await.is_some()
    }

    pub(crate) async fn press_in_dialog(&self, text: &str) {
        self.click(&in_dialog(text), &format!("the question's '{text}'")).await;
    }

    /// What the merge shows: the cells of each row, as they are read.
    pub(crate) async fn merge_rows(&self) -> Vec<Vec<String>> {
        self.see("dialog[open] tbody [type=radio]", DEADLINE).await;
        let script = "return [...document.querySelectorAll('dialog[open] tbody tr')]
            .filter((row) => row.querySelector('[type=radio]')).map((row) =>
            [...row.children].map((cell) => cell.innerText.replace(/\\s+/g, ' ').trim()))";
        let rows = self.client.execute(script, Vec::new()).await.expect("read");
        serde_json::from_value(rows).expect("rows of texts")
    }

    /// Chooses what has this label in the dialog in front.
    pub(crate) async fn choose(&self, label: &str) {
        let path = format!("//dialog[@open]//input[@aria-label={}]", literal(label));
        self.click(&path, &format!("a choice '{label}'")).await;
    }

    /// How many documents of many are written, while that goes on.
    pub(crate) async fn far(&self) -> Option<u64> {
        let progress = self.find(Locator::Css("dialog[open] progress[value]")).await?;
        progress.attr("value").await.ok()??.parse().ok()
    }

    /// A figure of the report in front.
    pub(crate) async fn figure(&self, term: &str) -> Option<u64> {
        let path =
            format!("//dialog[@open]//dt[normalize-space(.)={}]/following-sibling::dd[1]", literal(term));
        let text = self.find(Locator::XPath(&path)).await?.text().await.ok()?;
        text.replace(',', "").parse().ok()
    }

    pub(crate) async fn type_into_dialog(&self, text: &str) {
        self.see("dialog[open] form input", DEADLINE).await.send_keys(text).await.expect("typed");
    }

    /// Writes the text of the editor that a dialog shows, in place of what is there.
    pub(crate) async fn write_text(&self, text: &str) {
        let editor = self.see("dialog[open] .cm-content", DEADLINE).await;
        editor.click().await.expect("the editor takes the focus");
        self.keys("a", &[Key::Control]).await;
        // One character after the other: brackets are closed while typing.
        editor.send_keys(text).await.expect("typed");
    }

    /// Asks for the documents of a filter and waits until it was run.
    pub(crate) async fn filter(&self, filter: &str) {
        let field = wait_for("the filter takes the focus", DEADLINE, async || {
            self.keys("f", &[Key::Control]).await;
            self.find(Locator::Css("label + input:focus")).await
        })
        .await;
        field.send_keys(filter).await.expect("typed");
        field.send_keys(&Key::Enter.to_string()).await.expect("run");
    }

    /// Chooses the row that shows this text; the inspector shows its document.
    pub(crate) async fn choose_row(&self, text: &str) {
        let path =
            format!("//*[@role='row'][@data-row][contains(., {})]//*[@role='gridcell'][1]", literal(text));
        self.click(&path, &format!("the row of '{text}'")).await;
        self.see("[role=treeitem]", DEADLINE).await;
    }

    /// Opens the editor of a field in the inspector, writes the value and takes it.
    pub(crate) async fn edit_field(&self, name: &str, value: &str) {
        self.press_hidden(&format!("Edit {name}")).await;
        let editor =
            self.see("[role=treeitem] .editor input, [role=treeitem] .editor textarea", DEADLINE).await;
        // What is there is selected, so typing replaces it.
        editor.send_keys(value).await.expect("typed");
        editor.send_keys(&Key::Enter.to_string()).await.expect("taken");
        self.see("[role=treeitem].changed", DEADLINE).await;
    }

    /// Presses a button that shows only while the pointer is on its line.
    async fn press_hidden(&self, name: &str) {
        let script = "const button = [...document.querySelectorAll('button')]
            .find((button) => button.getAttribute('aria-label') === arguments[0]);
            button?.closest('[role=treeitem]')?.scrollIntoView({ block: 'nearest' });
            button?.click(); return Boolean(button)";
        eventually(&format!("a button '{name}'"), DEADLINE, async || {
            let pressed = self.client.execute(script, vec![name.into()]).await;
            pressed.is_ok_and(|pressed| pressed.as_bool() == Some(true))
        })
        .await;
    }

    /// Asks to delete the chosen document; the question is in front then.
    pub(crate) async fn ask_to_delete(&self) {
        self.see("[role=row][aria-selected=true] [role=gridcell]", DEADLINE)
            .await
            .click()
            .await
            .expect("chosen");
        self.keys(&char::from(Key::Delete).to_string(), &[]).await;
        self.see("dialog[open] form", DEADLINE).await;
    }

    /// What the pulse says now.
    pub(crate) async fn pulse(&self) -> String {
        match self.client.find(Locator::Css("button.pulse")).await {
            Ok(pulse) => pulse.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    pub(crate) async fn pulse_says(&self, words: &str, deadline: Duration) {
        eventually(&format!("the pulse says '{words}'"), deadline, async || {
            self.pulse().await.contains(words)
        })
        .await;
    }

    /// What the foot of the window says of Undo. WebDriver takes words that may be cut off for hidden.
    pub(crate) async fn undo_says(&self, words: &str) {
        let script = "return [...document.querySelectorAll('footer button')]
            .some((button) => button.textContent.trim().startsWith(arguments[0]))";
        self.wait_for(&format!("the foot says '{words}'"), async || {
            let said = self.client.execute(script, vec![words.into()]).await;
            said.is_ok_and(|said| said.as_bool() == Some(true))
        })
        .await;
    }

    /// The primary that the pulse names, if it names one.
    pub(crate) async fn primary_now(&self) -> Option<String> {
        let pulse = self.client.find(Locator::Css("button.pulse .primary .host")).await.ok()?;
        pulse.text().await.ok()
    }

    pub(crate) async fn primary(&self) -> String {
        wait_for("the pulse names a primary", DEADLINE, async || self.primary_now().await).await
    }

    pub(crate) async fn open_health(&self) {
        self.see("button.pulse", DEADLINE).await.click().await.expect("pressed");
        self.see("table th[scope=row]", DEADLINE).await;
    }

    pub(crate) async fn wait_for(&self, what: &str, condition: impl AsyncFnMut() -> bool) {
        self.wait_long_for(what, DEADLINE, condition).await;
    }

    pub(crate) async fn wait_long_for(
        &self,
        what: &str,
        deadline: Duration,
        condition: impl AsyncFnMut() -> bool,
    ) {
        eventually(what, deadline, condition).await;
    }
}

/// Keeps what the window shows when a spec fails, and says where.
pub(crate) async fn keep_picture(client: &Client, spec: &str) {
    let path = std::env::temp_dir().join(format!("trivet-{spec}.png"));
    // A page that does not answer any more must not keep its spec from failing.
    if let Ok(Ok(picture)) = timeout(DEADLINE, picture(client)).await
        && std::fs::write(&path, picture).is_ok()
    {
        eprintln!("what the window showed: {}", path.display());
    }
}

/// What the window shows now. Where WebKit composes no layers it takes the picture when it paints next, and a page at rest
/// does not paint: so this one is made to, with a change that nobody sees.
pub(crate) async fn picture(client: &Client) -> Result<Vec<u8>, CmdError> {
    let paint = "const { style } = document.body;
        const painting = setInterval(() => (style.opacity = style.opacity === '' ? '0.9999' : ''), 20);
        setTimeout(() => { clearInterval(painting); style.opacity = ''; }, 2000);";
    client.execute(paint, Vec::new()).await?;
    client.screenshot().await
}

/// Waits until none of these processes runs any more.
pub(crate) async fn none_runs(pids: &[u32]) {
    eventually("no member outlives the window", DEADLINE, async || {
        pids.iter().all(|pid| {
            let pid = i32::try_from(*pid).ok().and_then(Pid::from_raw).expect("a process id");
            test_kill_process(pid).is_err()
        })
    })
    .await;
}

/// A button of the dialog in front that can be pressed.
fn in_dialog(text: &str) -> String {
    format!("//dialog[@open]//button[not(@disabled)][normalize-space(.)={}]", literal(text))
}

/// An XPath string; names here hold no double quote.
fn literal(text: &str) -> String {
    format!("\"{text}\"")
}
