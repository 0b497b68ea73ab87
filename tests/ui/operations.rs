//! A member's whole life in the real window, by keyboard: added, raised, stepped down, removed.

use std::time::Duration;

use fantoccini::{Client, Locator, elements::Element, key::Key};
use trivet_tests::{DEADLINE, Mongod, free_port, wait_for};

use crate::{LAB_STARTS, desktop::Desktop, page::Page};

/// An initial sync and an election, on a machine that may be busy with other tests.
const SOON: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_member_is_added_raised_stepped_down_and_removed_by_keyboard_alone() {
    let desktop = Desktop::start(&["--lab"]).await;
    let port = free_port();
    let _mongod = Mongod::standalone_on(port, &["--replSet", "lab"]).await;
    let host = format!("127.0.0.1:{port}");
    desktop
        .show("operations", async {
            let page = Page::new(desktop.client());
            page.rows(LAB_STARTS).await;
            page.pulse_says("3 of 3 up", DEADLINE).await;
            page.open_health().await;
            let window = Hands { client: desktop.client(), page };

            window.command("Add a member").await;
            window.page.type_into_focus(&host).await;
            window.run("All 2 steps are done").await;
            window.page.pulse_says("4 of 4 up", SOON).await;

            window.choose(&host, "Change this member…").await;
            window.write("Priority", "5").await;
            window.run("It is done, and a majority holds the configuration").await;
            window.leads(&host, true).await;

            window.choose(&host, "Step down…").await;
            window.run(&format!("{host} stepped down.")).await;
            window.leads(&host, false).await;

            window.choose(&host, "Remove…").await;
            window.run("a majority holds the configuration").await;
            window.page.pulse_says("3 of 3 up", SOON).await;
        })
        .await;
    desktop.close().await;
}

/// Presses keys on what has a name.
struct Hands {
    client: Client,
    page: Page,
}

impl Hands {
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

    async fn enter(&self, path: &str) {
        let key = char::from(Key::Enter).to_string();
        self.find(path).await.send_keys(&key).await.expect("the key is pressed");
    }

    /// Chooses a command by its name from Ctrl+K.
    async fn command(&self, name: &str) {
        self.page.keys("k", &[Key::Control]).await;
        self.page.type_into_focus(name).await;
        self.find(&format!("//dialog[@open]//*[@role='option'][1][contains(., '{name}')]")).await;
        self.page.strokes(&[Key::Enter]).await;
        self.find("//dialog[@open]//h2[not(ancestor::*[@role='listbox'])]").await;
    }

    /// Chooses what the menu of a member calls so.
    async fn choose(&self, host: &str, way: &str) {
        self.enter(&format!("//button[@aria-label='What can be done with {host}']")).await;
        self.enter(&format!("//*[@role='menuitem'][normalize-space(.)='{way}']")).await;
    }

    /// Writes into the field of this label in the dialog in front.
    async fn write(&self, label: &str, text: &str) {
        let field =
            format!("//dialog[@open]//label[starts-with(normalize-space(.), '{label}')]/following::input[1]");
        let field = self.find(&field).await;
        let all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
        field.send_keys(&all).await.expect("what is there is selected");
        self.page.type_into_focus(text).await;
    }

    /// Runs what is planned, waits until it has come to this, and closes the dialog.
    async fn run(&self, words: &str) {
        self.enter("//dialog[@open]//footer//button[normalize-space(.)='Run']").await;
        let path = format!("//dialog[@open]//*[contains(normalize-space(.), '{words}')]");
        self.find(&path).await;
        self.page.strokes(&[Key::Escape]).await;
        wait_for("the dialog is closed", DEADLINE, async || {
            self.client.find_all(Locator::Css("dialog[open]")).await.ok()?.is_empty().then_some(())
        })
        .await;
    }

    /// Waits until a member is primary, or is no more.
    async fn leads(&self, host: &str, leads: bool) {
        wait_for("who leads is another", SOON, async || {
            (self.page.primary().await == host).eq(&leads).then_some(())
        })
        .await;
    }
}
