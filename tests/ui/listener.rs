//! The listener's switch in the settings, by what a person sees of it and by what a program on this machine gets.

use std::{fs, net::TcpListener, path::PathBuf};

use fantoccini::key::Key;
use reqwest::{Client, StatusCode, header::CONTENT_TYPE};
use serde_json::Value;
use trivet_tests::{DEADLINE, Server, shared_set, wait_for};

use crate::{desktop::Desktop, page::Page};

const LISTEN: &str = "Listen on this machine";
const ADDRESS: &str = "Address";
/// What the first screen says.
const WELCOME: &str = "Open a replica set";
/// Any free port.
const FREE: &str = "127.0.0.1:0";

/// The listener as a program finds it by what the settings tell.
struct Listener {
    url: String,
    client: Client,
}

impl Listener {
    async fn told_by(page: &Page) -> Self {
        let token = fs::read_to_string(PathBuf::from(page.beside("Token in").await)).expect("the token");
        Self { url: page.beside("Reached at").await, client: Server::client_with(token.trim()) }
    }

    /// The connections that it reaches: name and id.
    async fn connections(&self) -> Vec<(String, String)> {
        let answer = self.client.get(format!("{}/api/v1/connections", self.url)).send().await;
        let found: Vec<Value> = answer.expect("an answer").json().await.expect("a list");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        found.iter().map(|connection| (text(&connection["name"]), text(&connection["id"]))).collect()
    }

    /// Waits until it reaches the connections of these names and no other; tells their ids.
    async fn reaches(&self, names: &[&str]) -> Vec<String> {
        wait_for(&format!("the listener reaches {names:?}"), DEADLINE, async || {
            let (found, ids): (Vec<_>, Vec<_>) = self.connections().await.into_iter().unzip();
            (found == names).then_some(ids)
        })
        .await
    }

    async fn databases_of(&self, connection: &str) -> StatusCode {
        let url = format!("{}/api/v1/connections/{connection}/operations/databases", self.url);
        let request = self.client.post(url).header(CONTENT_TYPE, "application/json").body("{}");
        request.send().await.expect("an answer").status()
    }

    async fn has_ended(&self) -> bool {
        self.client.get(format!("{}/healthz", self.url)).send().await.is_err_and(|error| error.is_connect())
    }
}

#[tokio::test]
async fn the_listener_is_switched_in_the_settings_and_stays_as_it_was_set() {
    let uri = shared_set().await;
    let desktop = Desktop::start(&[]).await;
    desktop.show("listener_switched", is_switched_on_and_off(&Page::new(desktop.client()), uri)).await;

    let desktop = desktop.restart(&[]).await;
    desktop.show("listener_again", listens_again_and_moves(&Page::new(desktop.client()))).await;

    let desktop = desktop.restart(&["--rest", "0.0.0.0:0"]).await;
    desktop.show("listener_refused", is_refused_in_words(&Page::new(desktop.client()))).await;
}

async fn is_switched_on_and_off(page: &Page, uri: &str) {
    // Keys that come before the page is there are lost.
    page.see_text(WELCOME).await;
    for name in ["alpha", "beta"] {
        page.keys("n", &[Key::Control, Key::Shift]).await;
        page.connect_to(&format!("{uri}&appName={name}"), name, "Local").await;
    }
    assert_eq!(page.listener_mark().await, None, "it is off until somebody switches it on");

    page.open_settings().await;
    assert!(!page.is_on(LISTEN).await);
    page.fill(ADDRESS, FREE).await;
    page.press_in_dialog("Use it").await;
    page.turn(LISTEN).await;
    page.wait_for("it listens", async || page.is_on(LISTEN).await).await;
    let listener = Listener::told_by(page).await;
    let mark = listener.url.replace("http://", "REST ");
    page.wait_for("the foot shows the address", async || {
        page.listener_mark().await
            == Some((mark.clone(), "The REST API listens and serves no connection.".into()))
    })
    .await;

    // The token opens the door, and behind it is what was switched on, one by one.
    let without_token = Client::new().get(format!("{}/api/v1/connections", listener.url)).send().await;
    assert_eq!(without_token.expect("an answer").status(), StatusCode::UNAUTHORIZED);
    listener.reaches(&[]).await;
    page.turn("alpha").await;
    let alpha = listener.reaches(&["alpha"]).await.remove(0);
    assert_eq!(listener.databases_of(&alpha).await, StatusCode::OK);
    page.turn("beta").await;
    listener.reaches(&["alpha", "beta"]).await;
    page.turn("alpha").await;
    let beta = listener.reaches(&["beta"]).await.remove(0);
    assert_eq!(listener.databases_of(&beta).await, StatusCode::OK);
    assert_eq!(listener.databases_of(&alpha).await, StatusCode::NOT_FOUND);
    page.wait_for("the foot names what is served", async || {
        page.listener_mark().await == Some((mark.clone(), "The REST API serves beta.".into()))
    })
    .await;

    page.turn(LISTEN).await;
    page.wait_for("it listens no longer", async || !page.is_on(LISTEN).await).await;
    assert!(listener.has_ended().await);
    page.wait_for("the foot says nothing of it", async || page.listener_mark().await.is_none()).await;

    page.turn(LISTEN).await;
    page.wait_for("it listens again", async || page.is_on(LISTEN).await).await;
}

async fn listens_again_and_moves(page: &Page) {
    page.see_text(WELCOME).await;
    page.wait_for("the foot shows the address", async || page.listener_mark().await.is_some()).await;
    page.open_settings().await;
    assert!(page.is_on(LISTEN).await);
    page.see_text("Open a connection to serve it.").await;
    let listener = Listener::told_by(page).await;
    listener.reaches(&[]).await;

    // A port that is taken is told where it was typed, and the listener does not stay where it was.
    let other = TcpListener::bind(FREE).expect("a free port");
    let taken = other.local_addr().expect("an address").to_string();
    page.fill(ADDRESS, &taken).await;
    page.press_in_dialog("Use it").await;
    page.see_text(&format!("{taken} is in use by another program")).await;
    assert!(!page.is_on(LISTEN).await);
    assert!(listener.has_ended().await);
}

async fn is_refused_in_words(page: &Page) {
    page.see_text(WELCOME).await;
    page.wait_for("the foot says that it does not listen", async || {
        page.listener_mark().await.is_some_and(|(mark, why)| {
            mark == "REST does not listen" && why.contains("0.0.0.0:0 can be reached from other machines")
        })
    })
    .await;
    page.open_settings().await;
    assert!(!page.is_on(LISTEN).await);
    page.see_text("0.0.0.0:0 can be reached from other machines").await;
}
