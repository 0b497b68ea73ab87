//! What is done without a pointer.

use fantoccini::{
    Locator,
    actions::{InputSource, KeyAction, KeyActions},
    key::Key,
};
use trivet_tests::DEADLINE;

use super::Page;

/// More stops than a window has.
const STOPS: usize = 80;

impl Page {
    /// Presses keys one after the other.
    pub(crate) async fn strokes(&self, keys: &[Key]) {
        self.stroke(keys.iter().map(|key| char::from(*key))).await;
    }

    async fn stroke(&self, keys: impl Iterator<Item = char>) {
        let strokes = keys.fold(KeyActions::new("keyboard".to_owned()), |actions, value| {
            actions.then(KeyAction::Down { value }).then(KeyAction::Up { value })
        });
        self.client.perform_actions(strokes).await.expect("keys are pressed");
    }

    /// Types into the field that has the focus, as soon as one has.
    pub(crate) async fn type_into_focus(&self, text: &str) {
        self.see("input:focus, textarea:focus", DEADLINE).await;
        self.stroke(text.chars()).await;
    }

    /// Goes to what is found by its name, with Ctrl+K and Enter.
    pub(crate) async fn go_to(&self, name: &str) {
        self.keys("k", &[Key::Control]).await;
        self.type_into_focus(name).await;
        let first = format!("//dialog[@open]//*[@role='option'][1][contains(., {})]", super::literal(name));
        self.wait_for(&format!("'{name}' is found"), async || {
            self.find(Locator::XPath(&first)).await.is_some()
        })
        .await;
        self.strokes(&[Key::Enter]).await;
        self.no_dialog().await;
    }

    /// Presses Tab until the focus is on what has this role and a label that begins so.
    pub(crate) async fn tab_to(&self, role: &str, label: &str) {
        let script = "const focused = document.activeElement;
            return focused?.getAttribute('role') === arguments[0]
                && (focused.getAttribute('aria-label') ?? '').startsWith(arguments[1])";
        self.tab_until(script, &[role, label]).await;
    }

    /// Presses Tab until the focus is on the control of this name: its label, or its text.
    pub(crate) async fn tab_to_named(&self, name: &str) {
        let script = "const focused = document.activeElement;
            return (focused?.getAttribute('aria-label') ?? focused?.textContent ?? '').trim() === arguments[0]
                && !focused.disabled";
        self.tab_until(script, &[name]).await;
    }

    async fn tab_until(&self, script: &str, wanted: &[&str]) {
        for _ in 0..STOPS {
            self.strokes(&[Key::Tab]).await;
            let arguments = wanted.iter().map(|text| (*text).into()).collect();
            if self.client.execute(script, arguments).await.expect("asked").as_bool() == Some(true) {
                return;
            }
        }
        panic!("Tab leads to no {}", wanted.join(" "));
    }
}
