//! Whether what an example printed is what the guide shows.

/// Stands for what is different each time.
const ANYTHING: char = '…';

/// Whether an answer is the one that is shown: the same text, the same JSON however its lines are broken, or the same
/// status and body with all headers that are shown among its own.
pub(super) fn is_as_shown(kind: &str, shown: &str, printed: &str) -> bool {
    match kind {
        "http" => is_response(shown, &printed.replace("\r\n", "\n")),
        "json" => fits(&compact(shown), &compact(printed)),
        _ => fits(shown.trim_end(), printed.trim_end()),
    }
}

fn is_response(shown: &str, printed: &str) -> bool {
    let parts = |text: &str| {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let (status, headers) = head.split_once('\n').unwrap_or((head, ""));
        (status.to_owned(), headers.to_owned(), compact(body))
    };
    let (shown, printed) = (parts(shown), parts(printed));
    let has = |header: &str| printed.1.lines().any(|own| fits(header, own));
    fits(&shown.0, &printed.0) && shown.1.lines().all(has) && fits(&shown.2, &printed.2)
}

/// JSON without the blanks between its parts.
fn compact(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let mut compact = String::with_capacity(json.len());
    for letter in json.chars() {
        if in_string || !letter.is_whitespace() {
            compact.push(letter);
        }
        if letter == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = letter == '\\' && !escaped;
    }
    compact
}

fn fits(shown: &str, printed: &str) -> bool {
    let mut parts = shown.split(ANYTHING);
    let Some(mut rest) = parts.next().and_then(|first| printed.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else { return rest.is_empty() };
    for part in between {
        let Some((_, behind)) = rest.split_once(part) else { return false };
        rest = behind;
    }
    rest.ends_with(last)
}

#[test]
fn an_answer_that_differs_is_noticed() {
    let response = "HTTP/1.1 200 OK\r\netag: \"ab\"\r\ndate: today\r\n\r\n{\"a\":1}";
    for (kind, shown, printed, expected) in [
        ("text", "ok", "ok\n", true),
        ("text", "", "ok\n", false),
        ("text", "ok", "", false),
        ("json", "{ \"a\": [1,\n  2] }", "{\"a\":[1,2]}", true),
        ("json", "{\"a\":1}", "{\"a\":1.0}", false),
        ("json", "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", false),
        ("json", r#"{"a b":"\" c d"}"#, r#"{"a b":"\" c d"}"#, true),
        ("json", r#"{"a b":"\" c d"}"#, r#"{"a b":"\" cd"}"#, false),
        ("json", "{\"id\":\"…\",\"a\":1}", "{\"id\":\"65f0\",\"a\":1}", true),
        ("json", "{\"id\":\"…\",\"a\":1}", "{\"id\":\"65f0\",\"a\":2}", false),
        ("http", "HTTP/1.1 200 OK\netag: \"ab\"\n\n{ \"a\": 1 }", response, true),
        ("http", "HTTP/1.1 200 OK\n\n{ \"a\": 1 }", response, true),
        ("http", "HTTP/1.1 201 Created\n\n{ \"a\": 1 }", response, false),
        ("http", "HTTP/1.1 200 OK\netag: \"cd\"\n\n{ \"a\": 1 }", response, false),
        ("http", "HTTP/1.1 200 OK\nlink: …\n\n{ \"a\": 1 }", response, false),
        ("http", "HTTP/1.1 200 OK\n\n{ \"a\": 2 }", response, false),
        ("http", "HTTP/1.1 200 OK", response, false),
    ] {
        assert_eq!(is_as_shown(kind, shown, printed), expected, "{kind}: {shown} and {printed}");
    }
}
