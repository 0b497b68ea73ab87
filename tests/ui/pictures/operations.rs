//! Pictures of what is done to a set: planned, confirmed, rehearsed, carried out and measured.

use fantoccini::key::Key;
use trivet_tests::{Mongod, free_port};

use super::Album;
use crate::{
    desktop::Desktop,
    hands::{Hands, SOON},
};

#[tokio::test]
#[ignore = "takes pictures: TRIVET_PICTURES=$PWD/docs/pictures cargo xtask test --slow pictures"]
async fn pictures_of_operations() {
    for theme in ["light", "dark"] {
        let album = Album::in_theme(theme);
        let desktop = album.window().await;
        let hands = Hands::new(desktop.client());
        desktop
            .show("pictures_of_operations", async {
                hands.page.open_health().await;
                rehearsed_and_measured(&desktop, &hands, &album).await;
                added(&desktop, &hands, &album).await;
                confirmed(&desktop, &hands, &album).await;
                initiated(&desktop, &hands, &album).await;
            })
            .await;
        desktop.close().await;
    }
}

async fn rehearsed_and_measured(desktop: &Desktop, hands: &Hands, album: &Album) {
    let window = desktop.client();
    let primary = hands.page.primary().await;
    hands.enter(&format!("//button[@aria-label='What can be done with {primary}']")).await;
    album.take(&window, "member-menu").await;
    hands.page.strokes(&[Key::Escape]).await;
    hands.choose(&primary, "Step down…").await;
    hands.reads("can take over").await;
    album.take(&window, "step-down").await;
    hands.page.turn("Measure how long writes are away").await;
    hands.page.press_in_dialog("Rehearse on a local set first").await;
    hands.reads("A local set like this one is made").await;
    album.take(&window, "rehearsing").await;
    hands.reads("Who stood for whom").await;
    album.take(&window, "rehearsed").await;
    hands.start().await;
    hands.reads(&format!("{primary} stepped down.")).await;
    hands.page.see("section[aria-label='On the set itself'] dl", SOON).await;
    album.take(&window, "operation-rehearsal").await;
    hands.close().await;
    hands.command("Fail-over stopwatch").await;
    hands.page.choose("Show Step the primary down").await;
    album.take(&window, "stopwatch").await;
    hands.close().await;
}

async fn added(desktop: &Desktop, hands: &Hands, album: &Album) {
    let window = desktop.client();
    let port = free_port();
    let _mongod = Mongod::standalone_on(port, &["--replSet", "lab"]).await;
    let host = format!("127.0.0.1:{port}");
    hands.command("Add a member").await;
    hands.page.type_into_focus(&host).await;
    hands.reads("2 steps").await;
    album.take(&window, "operation-plan").await;
    hands.start().await;
    hands.reads("waiting").await;
    album.take(&window, "progress").await;
    hands.reads("All 2 steps are done").await;
    album.take(&window, "report").await;
    hands.close().await;
    hands.page.pulse_says("4 of 4 up", SOON).await;
    hands.command("Edit the configuration").await;
    hands.reads("Nothing is different yet").await;
    album.take(&window, "configuration").await;
    hands.close().await;
    hands.choose(&host, "Remove…").await;
    hands.run("a majority holds the configuration").await;
    hands.page.pulse_says("3 of 3 up", SOON).await;
}

async fn confirmed(desktop: &Desktop, hands: &Hands, album: &Album) {
    let window = desktop.client();
    let primary = hands.page.primary().await;
    hands.choose(&primary, "Step down by force…").await;
    hands.write("Type lab to confirm", "lab").await;
    album.take(&window, "operation-confirm").await;
    hands.close().await;

    let members = desktop.lab().await.status().members;
    let mut lost = members.iter().filter(|member| member.host != primary);
    let survivor = lost.next().expect("a secondary").host.clone();
    let mut away = members.iter().filter(|member| member.host != survivor);
    let mut stop = async || hands.page.press(&format!("Stop {}", away.next().expect("one more").host)).await;
    stop().await;
    hands.page.pulse_says("2 of 3 up", SOON).await;
    stop().await;
    // It is asked first: no majority is left without it.
    hands.page.press_in_dialog("Stop").await;
    hands.page.see_text("No primary").await;
    hands.command("Force a reconfiguration").await;
    // Who is lost is to leave already.
    hands.reads("A majority is lost").await;
    album.take(&window, "operation-force").await;
    hands.write("Type lab to confirm", "lab").await;
    hands.run("The configuration is installed").await;
    hands.page.pulse_says("1 of 1 up", SOON).await;
    album.take(&window, "forced").await;
}

/// The wizard, over a mongod that is no set yet.
async fn initiated(desktop: &Desktop, hands: &Hands, album: &Album) {
    let window = desktop.client();
    let port = free_port();
    let _mongod = Mongod::standalone_on(port, &["--replSet", "young"]).await;
    hands.page.keys("n", &[Key::Control, Key::Shift]).await;
    hands.page.connect_to(&format!("mongodb://127.0.0.1:{port}/"), "young", "Local").await;
    hands.page.open_health().await;
    hands.command("Initiate a replica set").await;
    hands.write("Name of the set", "young").await;
    hands.reads("mongod --replSet young").await;
    album.take(&window, "initiate").await;
    hands.write("Type young to confirm", "young").await;
    hands.run("is a replica set").await;
    hands.page.pulse_says("1 of 1 up", SOON).await;
}
