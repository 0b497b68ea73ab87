//! The settings.

use fantoccini::{Locator, key::Key};
use trivet_tests::DEADLINE;

use super::{Page, literal};

impl Page {
    pub(crate) async fn open_settings(&self) {
        self.keys(",", &[Key::Control]).await;
        self.see("dialog[open] [role=switch]", DEADLINE).await;
    }

    /// Whether the switch of this name is on.
    pub(crate) async fn is_on(&self, name: &str) -> bool {
        let path = format!("//label[input[@role='switch']][normalize-space(.)={}]/input", literal(name));
        match self.find(Locator::XPath(&path)).await {
            Some(switch) => switch.is_selected().await.unwrap_or(false),
            None => false,
        }
    }
}
