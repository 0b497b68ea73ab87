//! The settings, and what the foot of the window says of the listener.

use fantoccini::{Locator, key::Key};
use trivet_tests::{DEADLINE, wait_for};

use super::{Page, literal};

impl Page {
    pub(crate) async fn open_settings(&self) {
        self.keys(",", &[Key::Control]).await;
        self.see("dialog[open] [role=switch]", DEADLINE).await;
    }

    /// Turns the switch of this name.
    pub(crate) async fn turn(&self, name: &str) {
        self.click(&switch(name), &format!("a switch '{name}'")).await;
    }

    pub(crate) async fn is_on(&self, name: &str) -> bool {
        match self.find(Locator::XPath(&format!("{}/input", switch(name)))).await {
            Some(switch) => switch.is_selected().await.unwrap_or(false),
            None => false,
        }
    }

    /// Writes into the field of this name, in place of what is there.
    pub(crate) async fn fill(&self, name: &str, text: &str) {
        let path = format!("//input[@id=//label[normalize-space(.)={}]/@for]", literal(name));
        let field =
            wait_for(&format!("a field '{name}'"), DEADLINE, async || self.find(Locator::XPath(&path)).await)
                .await;
        field.click().await.expect("the field takes the focus");
        self.keys("a", &[Key::Control]).await;
        field.send_keys(text).await.expect("typed");
    }

    /// What stands beside this term of a list.
    pub(crate) async fn beside(&self, term: &str) -> String {
        let path = format!("//dt[normalize-space(.)={}]/following-sibling::dd[1]", literal(term));
        let found =
            wait_for(&format!("'{term}' is told"), DEADLINE, async || self.find(Locator::XPath(&path)).await)
                .await;
        // WebDriver finds no text in a button that may cut it off.
        found.prop("textContent").await.expect("it is still there").unwrap_or_default()
    }

    /// What the foot of the window says of the listener, and what it adds to who points at it.
    pub(crate) async fn listener_mark(&self) -> Option<(String, String)> {
        let mark =
            self.find(Locator::XPath("//footer//button[starts-with(normalize-space(.), 'REST')]")).await?;
        Some((mark.text().await.ok()?, mark.attr("title").await.ok()??))
    }
}

fn switch(name: &str) -> String {
    format!("//label[input[@role='switch']][normalize-space(.)={}]", literal(name))
}
