//! Lock 4: no page of another origin is let in unless somebody wrote its origin out.

use reqwest::{Client, Method, header::HeaderMap};
use trivet_tests::{Server, ServerBuilder};

use super::bench::problem;

const NOWHERE: &str = "mongodb://127.0.0.1:1/";
const ALLOWED: &str = "http://tools.example:3000";

fn settings(origin: &str) -> String {
    format!(r#"{{"rest":{{"allowedOrigins":["{origin}"]}}}}"#)
}

/// What is said of CORS in an answer, by name.
fn said(headers: &HeaderMap) -> Vec<&str> {
    headers
        .keys()
        .map(reqwest::header::HeaderName::as_str)
        .filter(|name| name.starts_with("access-control"))
        .collect()
}

async fn preflight(server: &Server, origin: &str) -> reqwest::Response {
    let nobody = Client::builder().no_proxy().build().expect("a client");
    let request = nobody.request(Method::OPTIONS, format!("{}/items/x", server.url()));
    let request = request
        .header("origin", origin)
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "authorization, content-type, if-match");
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn nothing_is_said_of_other_origins_unless_one_is_configured() {
    let server = ServerBuilder::on(NOWHERE).start();
    let url = format!("{}/api/v1/connections", server.url());
    let client = server.client();
    for (origin, expected) in [(None, 200), (Some(server.url()), 200), (Some(ALLOWED.to_owned()), 403)] {
        let request =
            origin.iter().fold(client.get(&url), |request, origin| request.header("origin", origin));
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), expected, "{origin:?}");
        assert_eq!(said(answer.headers()), [""; 0], "{origin:?}");
    }
    let answer = preflight(&server, ALLOWED).await;
    assert_eq!((answer.status().as_u16(), said(answer.headers())), (403, vec![]));
}

#[test]
fn a_star_is_refused_when_the_settings_are_read() {
    for origin in ["*", "http://*", "null", "http://tools.example/"] {
        let refused = ServerBuilder::on(NOWHERE).file("settings.json", &settings(origin)).try_start();
        let Err(refused) = refused else { panic!("{origin} is taken") };
        assert_eq!(refused.status.code(), Some(2), "{origin}");
        assert!(refused.said.contains("is not an origin that can be allowed"), "{}", refused.said);
        assert!(refused.said.contains(origin), "{}", refused.said);
    }
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_may_call_with_the_token_and_no_other_page_may() {
    let server = ServerBuilder::on(NOWHERE).file("settings.json", &settings(ALLOWED)).start();
    let answer = preflight(&server, ALLOWED).await;
    assert_eq!(answer.status(), 200);
    let headers = answer.headers();
    assert_eq!(headers["access-control-allow-origin"], ALLOWED);
    let allows = |name: &str, what: &str| headers[name].to_str().expect("text").to_lowercase().contains(what);
    for method in ["get", "post", "put", "patch", "delete"] {
        assert!(allows("access-control-allow-methods", method), "{method}: {headers:?}");
    }
    for header in ["authorization", "content-type", "if-match", "if-none-match"] {
        assert!(allows("access-control-allow-headers", header), "{header}: {headers:?}");
    }
    // Cookies are nothing to this listener, and no other page's are to be sent.
    assert!(!headers.contains_key("access-control-allow-credentials"));

    let url = format!("{}/api/v1/connections", server.url());
    let from =
        |origin| server.client().get(&url).header("origin", origin).header("sec-fetch-site", "cross-site");
    let answer = from(ALLOWED).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["access-control-allow-origin"], ALLOWED);
    let exposed = answer.headers()["access-control-expose-headers"].to_str().expect("text").to_lowercase();
    for header in ["etag", "link", "location", "retry-after", "x-total-count"] {
        assert!(exposed.contains(header), "{header}: {exposed}");
    }
    let nobody = Client::builder().no_proxy().build().expect("a client");
    problem(nobody.get(&url).header("origin", ALLOWED), 401).await;

    for other in [
        "http://tools.example",
        "https://tools.example:3000",
        "http://tools.example:3000.evil.example",
        "null",
    ] {
        problem(from(other), 403).await;
        let answer = preflight(&server, other).await;
        assert_eq!((answer.status().as_u16(), said(answer.headers())), (403, vec![]), "{other}");
    }
}
