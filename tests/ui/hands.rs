//! Operations by keyboard: commands, menus of members, and the dialog that plans and runs them.

use std::time::Duration;

use fantoccini::{Client, Locator, elements::Element, key::Key};
use trivet_tests::{DEADLINE, wait_for};

use crate::page::Page;

/// An initial sync and an election, on a machine that may be busy with other tests.
pub(crate) const SOON: Duration = Duration::from_mins(1);

/// Presses keys on what has a name.
pub(crate) struct Hands {
    client: Client,
    pub(crate) page: Page,
}

impl Hands {
    pub(crate) fn new(client: Client) -> Self {
        Self { page: Page::new(client.clone()), client }
    }

    /// Waits for what can be seen and used at this XPath.
    async fn find(&self, path: &str) -> Element {
        wait_for(path, SOON, async || {
            for element in self.client.find_all(Locator::XPath(path)).await.ok()? {
                if element.is_displayed().await.unwrap_or(false)
                    && element.is_enabled().await.unwrap_or(false)
                {
                    return Some(element);
                }
            }
            None
        })
        .await
    }

    /// Presses Enter on what is at this XPath.
    pub(crate) async fn enter(&self, path: &str) {
        let key = char::from(Key::Enter).to_string();
        self.find(path).await.send_keys(&key).await.expect("the key is pressed");
    }

    /// Chooses a command by its name from Ctrl+K.
    pub(crate) async fn command(&self, name: &str) {
        self.page.keys("k", &[Key::Control]).await;
        self.page.type_into_focus(name).await;
        self.find(&format!("//dialog[@open]//*[@role='option'][1][contains(., '{name}')]")).await;
        self.page.strokes(&[Key::Enter]).await;
        self.find("//dialog[@open]//h2[not(ancestor::*[@role='listbox'])]").await;
    }

    /// Chooses what the menu of a member calls so.
    pub(crate) async fn choose(&self, host: &str, way: &str) {
        self.enter(&format!("//button[@aria-label='What can be done with {host}']")).await;
        self.enter(&format!("//*[@role='menuitem'][normalize-space(.)='{way}']")).await;
    }

    /// Writes into the field of this label in the dialog in front.
    pub(crate) async fn write(&self, label: &str, text: &str) {
        let field =
            format!("//dialog[@open]//label[starts-with(normalize-space(.), '{label}')]/following::input[1]");
        let field = self.find(&field).await;
        let all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
        field.send_keys(&all).await.expect("what is there is selected");
        self.page.type_into_focus(text).await;
    }

    /// Runs what is planned, waits until it has come to this, and closes the dialog.
    pub(crate) async fn run(&self, words: &str) {
        self.start().await;
        self.reads(words).await;
        self.close().await;
    }

    /// Runs what is planned.
    pub(crate) async fn start(&self) {
        self.enter("//dialog[@open]//footer//button[normalize-space(.)='Run']").await;
    }

    /// Waits until the dialog says so.
    pub(crate) async fn reads(&self, words: &str) {
        self.find(&format!("//dialog[@open]//*[contains(normalize-space(.), '{words}')]")).await;
    }

    pub(crate) async fn close(&self) {
        self.page.strokes(&[Key::Escape]).await;
        wait_for("the dialog is closed", DEADLINE, async || {
            self.client.find_all(Locator::Css("dialog[open]")).await.ok()?.is_empty().then_some(())
        })
        .await;
    }

    /// Waits until a member is primary, or is no more.
    pub(crate) async fn leads(&self, host: &str, leads: bool) {
        wait_for("who leads is another", SOON, async || {
            (self.page.primary().await == host).eq(&leads).then_some(())
        })
        .await;
    }
}
