//! Lock 3, whole: who calls the listener by another name, or from another page, does not pass, token or not.

use std::collections::BTreeMap;

use bson::doc;
use trivet_tests::{Server, ServerBuilder, shared_set};

use super::{bench::RestBench, wire::ask};

const PASSES: u16 = 200;
const REFUSED: u16 = 403;
/// No HTTP at all: the parser closes before any lock is asked.
const MALFORMED: u16 = 400;

/// What is told, how the request says where it goes, its headers, and what becomes of it.
type Row = (&'static str, String, Vec<String>, u16);

fn origin_form(about: &'static str, headers: &[String], expected: u16) -> Row {
    (about, "PATH".to_owned(), headers.to_vec(), expected)
}

/// Every way in which a request can name the listener.
fn hosts(authority: &str) -> Vec<Row> {
    let (host, port) = authority.rsplit_once(':').expect("a port");
    let own = format!("Host: {authority}");
    let named = |host: &str| vec![format!("Host: {host}")];
    let row = |about, headers: &[String], expected| origin_form(about, headers, expected);
    let absolute = |about, target: String, expected| (about, target, vec![own.clone()], expected);
    vec![
        row("its own name", std::slice::from_ref(&own), PASSES),
        row("its own name between blanks", &named(&format!("  {authority} \t")), PASSES),
        row("no name", &[], REFUSED),
        row("an empty name", &named(""), REFUSED),
        row("its own name twice", &[own.clone(), own.clone()], REFUSED),
        row("its own name and a foreign one", &[own.clone(), "Host: evil.example".into()], REFUSED),
        row("a foreign name and its own", &["Host: evil.example".into(), own.clone()], REFUSED),
        row("two names in one header", &named(&format!("{authority}, evil.example")), REFUSED),
        row("a foreign name", &named("evil.example"), REFUSED),
        row("a foreign name with the port", &named(&format!("evil.example:{port}")), REFUSED),
        row("a name below its own", &named(&format!("{host}.evil.example:{port}")), REFUSED),
        row("a trailing dot", &named(&format!("{host}.:{port}")), REFUSED),
        row("user info", &named(&format!("user@{authority}")), REFUSED),
        row("a foreign name as user info", &named(&format!("evil.example:{port}@{authority}")), REFUSED),
        row("no port", &named(host), REFUSED),
        row("an empty port", &named(&format!("{host}:")), REFUSED),
        row("another port", &named(&format!("{host}:1")), REFUSED),
        row("a port with a zero before it", &named(&format!("{host}:0{port}")), REFUSED),
        row("a path behind it", &named(&format!("{authority}/")), REFUSED),
        row("a blank inside", &named(&format!("{host} :{port}")), REFUSED),
        row("a tab inside", &named(&format!("{host}\t:{port}")), REFUSED),
        row("the machine's name for itself", &named(&format!("localhost:{port}")), REFUSED),
        row("IPv6", &named(&format!("[::1]:{port}")), REFUSED),
        row("IPv4 inside IPv6", &named(&format!("[::ffff:127.0.0.1]:{port}")), REFUSED),
        row("a short address", &named(&format!("127.1:{port}")), REFUSED),
        row("an address as one number", &named(&format!("2130706433:{port}")), REFUSED),
        row("all addresses", &named(&format!("0.0.0.0:{port}")), REFUSED),
        row(
            "a foreign name with its own as what a proxy was asked for",
            &["Host: evil.example".into(), format!("X-Forwarded-Host: {authority}")],
            REFUSED,
        ),
        row(
            "a foreign name with its own as what was forwarded",
            &["Host: evil.example".into(), format!("Forwarded: host={authority}")],
            REFUSED,
        ),
        row("a blank before the colon", &[format!("Host : {authority}")], MALFORMED),
        absolute("its own name in the request line", format!("http://{authority}PATH"), PASSES),
        absolute("a foreign name in the request line", "http://evil.examplePATH".into(), REFUSED),
        absolute("another port in the request line", format!("http://{host}:1PATH"), REFUSED),
        absolute("user info in the request line", format!("http://user@{authority}PATH"), REFUSED),
        (
            "its own name in the request line and a foreign one",
            format!("http://{authority}PATH"),
            named("evil.example"),
            REFUSED,
        ),
    ]
}

/// Every way in which a page can show where it comes from.
fn pages(authority: &str) -> Vec<Row> {
    let (host, port) = authority.rsplit_once(':').expect("a port");
    let row = |about, headers: &[&str], expected| {
        let headers: Vec<_> = headers.iter().map(|header| (*header).to_owned()).collect();
        origin_form(about, &[&[format!("Host: {authority}")], headers.as_slice()].concat(), expected)
    };
    let own = format!("Origin: http://{authority}");
    let from = |about, origin: &str| row(about, &[&format!("Origin: {origin}")], REFUSED);
    vec![
        row("its own page", &[&own], PASSES),
        row("its own page, as browsers say it", &[&own, "Sec-Fetch-Site: same-origin"], PASSES),
        row("an address typed by a person", &["Sec-Fetch-Site: none"], PASSES),
        from("a foreign page", "http://evil.example"),
        from("a page without an origin", "null"),
        from("an empty origin", ""),
        from("its own address with TLS", &format!("https://{authority}")),
        from("a page of another port", &format!("http://{host}:1")),
        from("a page without a port", &format!("http://{host}")),
        from("a page below its own name", &format!("http://{authority}.evil.example")),
        from("a name that ends like its own", &format!("http://evil.example.{authority}")),
        from("its own name as user info", &format!("http://{authority}@evil.example")),
        from("its own name behind a path", &format!("http://evil.example/http://{authority}")),
        from("an origin with a path", &format!("http://{authority}/")),
        from("the machine's other name", &format!("http://localhost:{port}")),
        from("two origins in one header", &format!("http://{authority}, http://evil.example")),
        row("its own page twice", &[&own, &own], REFUSED),
        row("its own page and a foreign one", &[&own, "Origin: http://evil.example"], REFUSED),
        row("a page of another site", &["Sec-Fetch-Site: cross-site"], REFUSED),
        row("its own page, which is of another site", &[&own, "Sec-Fetch-Site: cross-site"], REFUSED),
        row("two sites", &["Sec-Fetch-Site: none", "Sec-Fetch-Site: cross-site"], REFUSED),
    ]
}

/// What needs no token, what needs one, and a write.
const TARGETS: [(&str, &str, u16); 3] =
    [("GET", "/healthz", 200), ("GET", "/api/v1/connections", 200), ("POST", "/items", 201)];

fn request(server: &Server, method: &str, path: &str, target: &str, headers: &[String]) -> String {
    let target = target.replace("PATH", path);
    let body = if method == "POST" { "{}" } else { "" };
    let headers: String = headers.iter().flat_map(|header| [header, "\r\n"]).collect();
    format!(
        "{method} {target} HTTP/1.1\r\n{headers}Authorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        server.token(),
        body.len()
    )
}

async fn every_row_holds(bench: &RestBench, rows: Vec<Row>) {
    let mut wrong = BTreeMap::new();
    let mut passing = 0;
    for (about, target, headers, expected) in rows {
        for (method, path, when_it_passes) in TARGETS {
            let answer =
                ask(&bench.server, request(&bench.server, method, path, &target, &headers)).await.status;
            let expected = if expected == PASSES { when_it_passes } else { expected };
            passing += u64::from(expected == 201);
            if answer != expected {
                wrong.insert(format!("{about}: {method} {path}"), (answer, expected));
            }
        }
    }
    assert!(wrong.is_empty(), "answered and expected: {wrong:#?}");
    let written = bench.raw.count_documents(doc! {}).await.expect("counted");
    assert_eq!(written, passing, "what was refused was not written");
}

#[tokio::test]
async fn who_calls_the_listener_otherwise_than_it_is_called_does_not_pass() {
    let bench = RestBench::on(shared_set().await).await;
    every_row_holds(&bench, hosts(bench.server.authority())).await;
}

#[tokio::test]
async fn who_comes_from_another_page_does_not_pass() {
    let bench = RestBench::on(shared_set().await).await;
    every_row_holds(&bench, pages(bench.server.authority())).await;
}

#[tokio::test]
async fn a_name_has_no_case_and_an_address_is_not_its_name() {
    let uri = shared_set().await;
    let bench = RestBench::of(ServerBuilder::on(uri).listen("localhost:0"), uri).await;
    let authority = bench.server.authority();
    assert!(authority.starts_with("localhost:"), "{authority}");
    let port = authority.rsplit_once(':').expect("a port").1;
    let row = |about, host: String, expected| origin_form(about, &[format!("Host: {host}")], expected);
    let rows = vec![
        row("as it is called", authority.to_owned(), PASSES),
        row("in capitals", authority.to_uppercase(), PASSES),
        row("in mixed case", authority.replace("local", "LocaL"), PASSES),
        row("by its address", format!("127.0.0.1:{port}"), REFUSED),
        row("with a trailing dot", format!("localhost.:{port}"), REFUSED),
        row("with a letter that only looks so", format!("loc\u{430}lhost:{port}"), REFUSED),
    ];
    every_row_holds(&bench, rows).await;
}

#[tokio::test]
async fn an_older_http_has_to_name_the_listener_too() {
    let bench = RestBench::on(shared_set().await).await;
    let (authority, token) = (bench.server.authority(), bench.server.token());
    for (host, expected) in [(format!("Host: {authority}\r\n"), PASSES), (String::new(), REFUSED)] {
        let request =
            format!("GET /api/v1/connections HTTP/1.0\r\n{host}Authorization: Bearer {token}\r\n\r\n");
        assert_eq!(ask(&bench.server, request).await.status, expected, "{host:?}");
    }
}
