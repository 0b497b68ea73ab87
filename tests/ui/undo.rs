//! Undo in the real window: its switch, its limit, and what it does where somebody else was quicker.

use bson::{Document, doc, rawdoc};
use fantoccini::key::Key;
use trivet_tests::{DEADLINE, shared_set, wait_for};

use crate::{desktop::Desktop, page::Page, subject::Subject};

const KEEP: &str = "Keep before-images (Undo)";
const LIMIT: &str = "At most for each connection, in MiB";
/// What the first screen says.
const WELCOME: &str = "Open a replica set";

#[tokio::test]
async fn what_is_switched_off_in_the_form_keeps_nothing_until_it_is_switched_on() {
    let uri = shared_set().await;
    let subject = Subject::with(doc! { "_id": "spec", "name": "first" }).await;
    let desktop = Desktop::start(&[]).await;
    desktop
        .show("undo_switched_off", async {
            let page = Page::new(desktop.client());
            begin(&page, uri).await;
            assert!(page.is_on(KEEP).await, "it is on until somebody switches it off");
            page.turn(KEEP).await;
            page.see_text("so it cannot be taken back").await;
            connect(&page).await;
            subject.open(&page).await;
            page.edit_field("name", "second").await;
            page.keys("s", &[Key::Control]).await;
            subject.stores(&rawdoc! { "_id": "spec", "name": "second" }).await;
            page.see_text("Saved second").await;
            assert!(!page.offers("Undo").await, "what is not kept is not offered");

            page.press("Undo is off").await;
            page.see_text("Undo is switched off for this connection: nothing is kept.").await;
            page.see_text("No write is kept").await;
            page.escape_dialog().await;
            page.ask_to_delete().await;
            page.see_text("nothing brings it back").await;
            page.escape_dialog().await;
        })
        .await;
    assert_eq!(desktop.journal(), Vec::<String>::new());

    // Remembered, whatever the form says of it.
    let desktop = desktop.restart(&[]).await;
    desktop
        .show("undo_still_off", async {
            let page = Page::new(desktop.client());
            begin(&page, uri).await;
            page.wait_for("it is off as it was", async || !page.is_on(KEEP).await).await;
            connect(&page).await;
            subject.open(&page).await;
            page.edit_field("name", "third").await;
            page.keys("s", &[Key::Control]).await;
            subject.stores(&rawdoc! { "_id": "spec", "name": "third" }).await;
            page.see_text("Saved third").await;
            page.undo_says("Undo is off").await;
        })
        .await;
    assert_eq!(desktop.journal(), Vec::<String>::new());

    let desktop = desktop.restart(&[]).await;
    desktop
        .show("undo_on_again", async {
            let page = Page::new(desktop.client());
            begin(&page, uri).await;
            page.wait_for("it is off as it was", async || !page.is_on(KEEP).await).await;
            page.turn(KEEP).await;
            connect(&page).await;
            subject.open(&page).await;
            page.edit_field("name", "fourth").await;
            page.keys("s", &[Key::Control]).await;
            page.undo_says("Undo: change of").await;
            assert!(!desktop.journal().is_empty());
            page.press_in_message("Saved fourth", "Undo").await;
            subject.stores(&rawdoc! { "_id": "spec", "name": "third" }).await;
        })
        .await;
}

/// Types the connection string into the form of the first screen.
async fn begin(page: &Page, uri: &str) {
    page.see_text(WELCOME).await;
    page.fill("Connection string", uri).await;
}

/// Sends that form.
async fn connect(page: &Page) {
    page.fill("Name", &format!("switched{}", char::from(Key::Enter))).await;
    page.see("[role=tree]", DEADLINE).await;
}

#[tokio::test]
async fn a_limit_set_in_the_settings_refuses_what_it_cannot_keep_and_outlives_a_restart() {
    // Before and after together are more than one mebibyte, and less than two.
    let filler = "x".repeat(700_000);
    let subject = Subject::with(doc! { "_id": "spec", "name": "first", "filler": &filler }).await;
    let before = subject.stored().await;
    let desktop = Desktop::start(&subject.arguments()).await;
    desktop
        .show("undo_limited", async {
            let page = Page::new(desktop.client());
            subject.open(&page).await;
            limit(&page, "0").await;
            page.see_text("A whole number from 1 to 1048576.").await;
            assert!(!page.can_press_in_dialog("Use it").await);
            page.fill(LIMIT, "1").await;
            page.press_in_dialog("Use it").await;
            page.see_text("holds 0 bytes of 1 MiB").await;
            page.escape_dialog().await;

            page.edit_field("name", "second").await;
            refused(&page).await;
            // Of many the same is known before anything is begun.
            page.keys("e", &[Key::Control, Key::Shift]).await;
            page.write_text("{ $set: { name: 'all' } }").await;
            page.keys(&char::from(Key::Enter).to_string(), &[Key::Control]).await;
            page.see_text("Undo would have to keep about").await;
            assert!(!page.can_press_in_dialog("Change 1").await);
            page.escape_dialog().await;
        })
        .await;
    assert_eq!(subject.stored().await, before, "nothing was written");

    let desktop = desktop.restart(&subject.arguments()).await;
    desktop
        .show("undo_still_limited", async {
            let page = Page::new(desktop.client());
            subject.open(&page).await;
            page.see_text("1 field changed").await;
            refused(&page).await;
            assert_eq!(subject.stored().await, before, "nothing was written");

            limit(&page, "2").await;
            page.press_in_dialog("Use it").await;
            page.see_text("of 2 MiB").await;
            page.escape_dialog().await;
            page.keys("s", &[Key::Control]).await;
            subject.stores(&rawdoc! { "_id": "spec", "name": "second", "filler": filler.as_str() }).await;
            page.undo_says("Undo: change of").await;
            page.press_in_message("Saved second", "Undo").await;
            wait_for("every byte is back", DEADLINE, async || {
                (subject.stored().await == before).then_some(())
            })
            .await;
        })
        .await;
}

/// Writes a limit into the settings, and takes it not over yet.
async fn limit(page: &Page, megabytes: &str) {
    page.open_settings().await;
    page.fill(LIMIT, megabytes).await;
}

/// Saves what is changed, and reads why that is not done.
async fn refused(page: &Page) {
    page.keys("s", &[Key::Control]).await;
    page.see_text(
        "Undo would have to keep 1.4 MiB for this connection, and may keep 1 MiB. Nothing was written.",
    )
    .await;
    page.see_text("Raise the limit of Undo in Settings").await;
    page.see_text("1 field changed").await;
    assert!(!page.offers("Undo").await);
}

#[tokio::test]
async fn an_undo_that_meets_others_is_taken_back_field_by_field_by_the_keyboard() {
    let big = 9_007_199_254_740_993_i64;
    let read = doc! { "_id": "spec", "mine": "first", "both": 1, "theirs": 1.5, "big": big };
    let subject = Subject::with(read).await;
    let desktop = Desktop::start(&subject.arguments()).await;
    desktop
        .show("undo_merged", async {
            let page = Page::new(desktop.client());
            subject.open(&page).await;
            page.edit_field("mine", "second").await;
            page.edit_field("both", "2").await;
            page.keys("s", &[Key::Control]).await;
            page.undo_says("Undo: change of").await;
            // Somebody else: one of these fields, and another one.
            set(&subject, doc! { "both": 9_i64, "theirs": 2.5, "more": true }).await;

            // From here on nothing clicks.
            page.keys("z", &[Key::Control, Key::Shift]).await;
            page.see("dialog[open] [role=option][aria-selected=true]", DEADLINE).await;
            press(&page, "Undo").await;
            page.see_text("1 changed by somebody since and left").await;
            press(&page, "Compare and choose…").await;
            assert_eq!(
                page.merge_rows().await,
                [
                    ["mine", "\"second\" String", "\"second\" String", "\"first\" String"],
                    ["both changed since", "2 Int32", "9 Int64", "1 Int32"],
                    ["theirs", "1.5 Double", "2.5 Double", "1.5 Double"],
                    ["more", "not there", "true Boolean", "not there"],
                ]
            );
            assert!(!page.can_press_in_dialog("Save as chosen").await, "before all is chosen");
            page.tab_to_named("Keep both as it is there now").await;
            page.strokes(&[Key::Down]).await;
            press(&page, "Save as chosen").await;
            let chosen = rawdoc! {
                "_id": "spec", "mine": "first", "both": 1, "theirs": 2.5, "big": big, "more": true
            };
            subject.stores(&chosen).await;
            page.see_no_text("Save as chosen").await;

            // That stands in the history too: undone at once, what the others wrote is there again.
            press(&page, "Undo").await;
            let theirs = rawdoc! {
                "_id": "spec", "mine": "second", "both": 9_i64, "theirs": 2.5, "big": big, "more": true
            };
            subject.stores(&theirs).await;
        })
        .await;
}

async fn set(subject: &Subject, fields: Document) {
    subject.items.update_one(doc! {}, doc! { "$set": fields }).await.expect("updated");
}

/// Goes to a button by the keyboard, and presses it.
async fn press(page: &Page, name: &str) {
    page.tab_to_named(name).await;
    page.strokes(&[Key::Enter]).await;
}
