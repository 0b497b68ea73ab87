//! Alerts as notifications of the desktop, while nobody looks at the window.

use std::time::Duration;

use notify_rust::Notification;
use tauri::{AppHandle, Manager};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, timeout_at},
};
use trivet_core::{Engine, connection::ConnectionId, event::AlertChanged, replica::AlertLevel};

/// What comes within this time of the first is told together: a member that dies raises several alerts at once.
const TOGETHER: Duration = Duration::from_millis(300);

/// Tells the alerts of the connections whose alerts are switched on, from now on.
pub(crate) fn tell(app: AppHandle, engine: &Engine) {
    let mut alerts = engine.alerts();
    tauri::async_runtime::spawn(async move {
        while let Some(changed) = together(&mut alerts).await {
            let app = app.clone();
            // A desktop may take its time to answer, or never do so: then later ones wait, and nothing else does.
            let shown = tauri::async_runtime::spawn_blocking(move || {
                if !is_looked_at(&app) {
                    notices(&changed).into_iter().for_each(show);
                }
            });
            if shown.await.is_err() {
                break;
            }
        }
    });
}

async fn together(alerts: &mut Receiver<AlertChanged>) -> Option<Vec<AlertChanged>> {
    let mut all = vec![next(alerts).await?];
    let until = Instant::now() + TOGETHER;
    while let Ok(Some(more)) = timeout_at(until, next(alerts)).await {
        all.push(more);
    }
    Some(all)
}

async fn next(alerts: &mut Receiver<AlertChanged>) -> Option<AlertChanged> {
    loop {
        match alerts.recv().await {
            Ok(changed) => return Some(changed),
            // There were so many that one more says nothing.
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
    }
}

fn is_looked_at(app: &AppHandle) -> bool {
    app.get_webview_window("main").is_some_and(|window| window.is_focused().unwrap_or(false))
}

#[derive(Debug, PartialEq)]
struct Notice {
    title: String,
    body: String,
}

/// One for each connection: how bad it is now, also by what was told before, and a line for each alert.
fn notices(changed: &[AlertChanged]) -> Vec<Notice> {
    let mut connections: Vec<&ConnectionId> = Vec::new();
    for AlertChanged { connection, .. } in changed {
        if !connections.contains(&connection) {
            connections.push(connection);
        }
    }
    let notice = |connection: &ConnectionId| {
        let of_it: Vec<_> = changed.iter().filter(|change| change.connection == *connection).collect();
        let word = match of_it.last().and_then(|latest| latest.standing) {
            Some(AlertLevel::Critical) => "critical",
            Some(AlertLevel::Warning) => "warning",
            None => "over",
        };
        let line = |change: &&AlertChanged| {
            let over = if change.over { "Over: " } else { "" };
            format!("{over}{}", change.alert.message)
        };
        Notice {
            title: format!("{}: {word}", of_it[0].name),
            body: of_it.iter().map(line).collect::<Vec<_>>().join("\n"),
        }
    };
    connections.into_iter().map(notice).collect()
}

fn show(notice: Notice) {
    let shown = Notification::new().appname("Trivet").summary(&notice.title).body(&notice.body).show();
    if let Err(error) = shown {
        // A system without a message bus, or one on which nobody shows notifications: the window shows the alerts all the same.
        tracing::info!(%error, "a notification cannot be shown");
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::broadcast;
    use trivet_core::replica::{Alert, AlertSignal};

    use super::*;

    fn change(name: &str, level: AlertLevel, over: bool, message: &str) -> AlertChanged {
        let alert = Alert {
            signal: AlertSignal::NoPrimary,
            host: None,
            level,
            value: None,
            threshold: None,
            since: "2026-01-31T12:00:00.000Z".to_owned(),
            message: message.to_owned(),
        };
        AlertChanged {
            connection: ConnectionId(name.to_owned()),
            name: name.to_owned(),
            alert,
            over,
            standing: (!over).then_some(level),
        }
    }

    fn told(changed: &[AlertChanged]) -> Vec<(String, String)> {
        notices(changed).into_iter().map(|notice| (notice.title, notice.body)).collect()
    }

    #[test]
    fn a_notice_names_the_connection_how_bad_it_is_and_every_alert() {
        let down = change("orders", AlertLevel::Warning, false, "b:1 is down.");
        let lost = change("orders", AlertLevel::Critical, false, "The set has no primary.");
        let over = AlertChanged { over: true, standing: None, ..lost.clone() };
        let one_of_two = AlertChanged { standing: Some(AlertLevel::Warning), ..over.clone() };
        let pair = |title: &str, body: &str| (title.to_owned(), body.to_owned());
        assert_eq!(told(std::slice::from_ref(&down)), [pair("orders: warning", "b:1 is down.")]);
        assert_eq!(
            told(&[down.clone(), lost]),
            [pair("orders: critical", "b:1 is down.\nThe set has no primary.")]
        );
        assert_eq!(
            told(std::slice::from_ref(&over)),
            [pair("orders: over", "Over: The set has no primary.")]
        );
        assert_eq!(
            told(&[one_of_two]),
            [pair("orders: warning", "Over: The set has no primary.")],
            "what was told before and goes on"
        );
        assert_eq!(
            told(&[over, down]),
            [pair("orders: warning", "Over: The set has no primary.\nb:1 is down.")],
            "what is over is no longer how bad it is"
        );
    }

    #[test]
    fn each_connection_has_a_notice_of_its_own() {
        let alert = |name| change(name, AlertLevel::Warning, false, "It is down.");
        let titles: Vec<_> =
            notices(&[alert("a"), alert("b"), alert("a")]).into_iter().map(|notice| notice.title).collect();
        assert_eq!(titles, ["a: warning", "b: warning"]);
    }

    #[tokio::test]
    async fn what_comes_at_once_is_told_together_and_what_comes_later_is_not() {
        let (sender, mut alerts) = broadcast::channel(8);
        let send = |message| {
            sender.send(change("orders", AlertLevel::Warning, false, message)).expect("somebody listens")
        };
        send("one");
        send("two");
        assert_eq!(together(&mut alerts).await.map(|all| all.len()), Some(2));
        send("three");
        assert_eq!(together(&mut alerts).await.map(|all| all.len()), Some(1));
        drop(sender);
        assert_eq!(together(&mut alerts).await, None);
    }
}
