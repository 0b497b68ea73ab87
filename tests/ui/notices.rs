//! The desktop is told of alerts while nobody looks at the window: on the window's own message bus, in place of the program that
//! shows notifications.

use std::{collections::HashMap, time::Duration};

use serde_json::{Value, json};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::timeout,
};
use trivet_tests::{DEADLINE, all_follow};
use zbus::{connection, zvariant::OwnedValue};

use crate::{LAB_STARTS, desktop::Desktop, page::Page};

/// A member is missed within two seconds, and back within the time of a start.
const TOLD_WITHIN: Duration = Duration::from_secs(40);

/// The service of the freedesktop.org Desktop Notifications Specification 1.2.
struct Notifications(UnboundedSender<(String, String)>);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    #[expect(clippy::too_many_arguments, reason = "the specification's")]
    fn notify(
        &self,
        app_name: String,
        replaces_id: u32,
        app_icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        expire_timeout: i32,
    ) -> u32 {
        let _ = (replaces_id, app_icon, actions, hints, expire_timeout);
        assert_eq!(app_name, "Trivet");
        // The test has ended where nobody hears it.
        let _ = self.0.send((summary, body));
        1
    }
}

/// Begins to take notifications on a bus.
async fn take_notifications(
    bus: &str,
) -> zbus::Result<(zbus::Connection, UnboundedReceiver<(String, String)>)> {
    let (sender, told) = unbounded_channel();
    let taking = connection::Builder::address(bus)?
        .name("org.freedesktop.Notifications")?
        .serve_at("/org/freedesktop/Notifications", Notifications(sender))?
        .build()
        .await?;
    Ok((taking, told))
}

/// Waits for a notification of which a line says this.
async fn is_told(told: &mut UnboundedReceiver<(String, String)>, words: &str) -> String {
    let mut others = Vec::new();
    let heard = timeout(TOLD_WITHIN, async {
        loop {
            let (title, body) = told.recv().await.expect("the bus lives");
            if body.contains(words) {
                return title;
            }
            others.push((title, body));
        }
    });
    heard.await.unwrap_or_else(|_| panic!("nobody was told {words:?}, but: {others:?}"))
}

#[tokio::test]
async fn the_desktop_is_told_of_a_member_that_dies_and_of_its_return() {
    if !Desktop::can_start() {
        println!("skipped: there is no dbus-run-session; `cargo xtask setup` installs it");
        return;
    }
    let desktop = Desktop::start(&["--lab"]).await;
    desktop.show("notices", alerts(&desktop)).await;
}

async fn alerts(desktop: &Desktop) {
    let page = Page::new(desktop.client());
    page.rows(LAB_STARTS).await;
    let lab = desktop.lab().await;
    all_follow(&lab.status()).await;
    page.pulse_says("3 of 3 up", DEADLINE).await;
    let (taking, mut told) = take_notifications(&desktop.bus()).await.expect("the bus has nobody else");

    switch_alerts_on(desktop).await;
    let _other = desktop.lose_focus().await;
    let primary = page.primary().await;
    let secondary =
        lab.status().members.into_iter().find(|member| member.host != primary).expect("there are three");
    let down = format!("{} is down", secondary.host);
    let request = json!({ "lab": "lab", "member": secondary.id, "fault": "kill" });
    ask(desktop, "lab_fault", request.clone()).await;
    assert_eq!(is_told(&mut told, &down).await, "lab: warning");
    ask(desktop, "lab_start_member", json!({ "lab": "lab", "member": secondary.id })).await;
    is_told(&mut told, &format!("Over: {down}")).await;

    // A desktop that shows no notifications keeps nobody from anything.
    drop(taking);
    ask(desktop, "lab_fault", request).await;
    page.pulse_says("2 of 3 up", DEADLINE).await;
    desktop.close().await;
}

/// As the form of the settings does it.
async fn switch_alerts_on(desktop: &Desktop) {
    let connections = ask(desktop, "connections", Value::Null).await;
    let request = json!({ "connection": connections[0]["id"] });
    let mut settings = ask(desktop, "health_settings", request.clone()).await;
    settings["alerts"] = true.into();
    let request = json!({ "connection": request["connection"], "settings": settings });
    ask(desktop, "set_health_settings", request).await;
}

async fn ask(desktop: &Desktop, command: &str, request: Value) -> Value {
    let script = "
        const [command, request, done] = arguments;
        window.__TAURI_INTERNALS__.invoke(command, request === null ? {} : { request }).then(
            (outcome) => done(outcome ?? null),
            (error) => done({ error }),
        );";
    let answer = desktop.client().execute_async(script, vec![command.into(), request]).await;
    let answer = answer.expect("the page answers");
    assert!(answer.get("error").is_none(), "{command}: {answer}");
    answer
}
