//! Unsaved edits in the real window: they outlive the program, are put together with those of others, and are made by the
//! keyboard alone.

use bson::{doc, rawdoc};
use fantoccini::key::Key;
use trivet_tests::DEADLINE;

use crate::{desktop::Desktop, page::Page, subject::Subject};

#[tokio::test]
async fn an_unsaved_edit_outlives_the_program_and_is_merged_with_that_of_another() {
    let read = doc! { "_id": "spec", "name": "as read", "stock": 1, "note": "as read", "big": 9_007_199_254_740_993_i64 };
    let subject = Subject::with(read).await;
    let desktop = Desktop::start(&subject.arguments()).await;
    desktop
        .show("drafts_edited", async {
            let page = Page::new(desktop.client());
            subject.open(&page).await;
            page.edit_field("name", "mine").await;
            page.edit_field("stock", "5").await;
            page.edit_field("note", "mine").await;
            page.see_text("3 fields changed").await;
        })
        .await;
    let before = subject.stored().await;

    let killed = desktop.killed().await;
    assert_eq!(subject.stored().await, before, "nothing was sent");
    // Meanwhile another writer: two of the same fields, and one more.
    let theirs = doc! { "$set": { "name": "theirs", "stock": 7, "more": true } };
    subject.items.update_one(doc! {}, theirs).await.expect("updated");

    let desktop = killed.start(&subject.arguments()).await;
    desktop
        .show("drafts_merged", async {
            let page = Page::new(desktop.client());
            subject.open(&page).await;
            page.see_text("3 fields changed").await;
            page.keys("s", &[Key::Control]).await;
            page.press("Compare and choose…").await;
            assert_eq!(
                page.merge_rows().await,
                [
                    ["name both changed", "\"as read\" String", "\"theirs\" String", "\"mine\" String"],
                    ["stock both changed", "1 Int32", "7 Int32", "5 Int32"],
                    ["note", "\"as read\" String", "\"as read\" String", "\"mine\" String"],
                    ["more", "not there", "true Boolean", "not there"],
                ]
            );
            assert!(!page.can_press_in_dialog("Save as chosen").await, "before all is chosen");
            page.choose("Take your name").await;
            page.choose("Keep stock as it is there now").await;
            page.press_in_dialog("Save as chosen").await;
            let chosen = rawdoc! {
                "_id": "spec", "name": "mine", "stock": 7, "note": "mine", "big": 9_007_199_254_740_993_i64, "more": true
            };
            subject.stores(&chosen).await;
            page.see_no_text("fields changed").await;
        })
        .await;
}

#[tokio::test]
async fn a_nested_field_is_edited_without_a_pointer() {
    let nested = doc! { "_id": "spec", "dims": { "unit": "cm", "width": 5_i64 }, "tags": ["a", "b"] };
    let subject = Subject::with(nested).await;
    let desktop = Desktop::start(&subject.arguments()).await;
    desktop.show("drafts_by_keyboard", by_keyboard(&Page::new(desktop.client()), &subject)).await;
}

async fn by_keyboard(page: &Page, subject: &Subject) {
    // Nothing here clicks. Keys that come before the page is there are lost.
    page.see("[role=treeitem]", DEADLINE).await;
    page.go_to(&format!("{}.items", subject.database)).await;
    page.rows(DEADLINE).await;
    page.tab_to("grid", "").await;
    page.strokes(&[Key::Enter]).await;
    page.tab_to("tree", "Fields of").await;
    page.strokes(&[Key::Home, Key::Down, Key::Right, Key::Down, Key::Down, Key::F2]).await;
    page.type_into_focus("120").await;
    page.strokes(&[Key::Enter]).await;
    page.see_text("1 field changed").await;
    page.keys(&char::from(Key::F2).to_string(), &[Key::Shift]).await;
    page.type_into_focus("w").await;
    page.strokes(&[Key::Enter]).await;
    page.see_text("2 fields changed").await;
    page.keys("s", &[Key::Control]).await;
    let edited = rawdoc! { "_id": "spec", "dims": { "unit": "cm", "w": 120_i64 }, "tags": ["a", "b"] };
    subject.stores(&edited).await;
}
