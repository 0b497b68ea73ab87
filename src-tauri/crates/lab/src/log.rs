//! The end of a member's log, as a person wants it in an error.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use serde_json::Value;

/// How many lines an error quotes.
const LINES: usize = 15;
/// How much of a line is quoted, in characters.
const LINE_LENGTH: usize = 300;
/// How much of the log's end is looked at, in bytes.
const TAIL: u64 = 128 * 1024;

/// The end of a log: errors first, then warnings, then the last other lines, each group in order of time.
///
/// Understands mongod's structured log (a JSON object a line, with `s` severity, `c` component, `msg`, `attr`);
/// any other line is quoted as it is. Attributes of plain information are left out: they may hold users' data.
pub(crate) fn tail(path: &Path) -> String {
    let text = read_end(path).unwrap_or_default();
    let mut groups: [Vec<String>; 3] = Default::default();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if let Some((group, line)) = readable(line) {
            groups[group].push(line.chars().take(LINE_LENGTH).collect());
        }
    }
    let mut quoted: Vec<String> = Vec::new();
    for group in groups {
        let from = group.len().saturating_sub(LINES - quoted.len());
        quoted.extend_from_slice(&group[from..]);
    }
    quoted.join("\n")
}

/// A line's group (0 errors, 1 warnings, 2 others) and its text; none for the warnings of every start.
fn readable(line: &str) -> Option<(usize, String)> {
    let Ok(Value::Object(entry)) = serde_json::from_str(line) else {
        return Some((2, line.to_owned()));
    };
    let every_start = entry.get("tags").and_then(Value::as_array);
    if every_start.is_some_and(|tags| tags.iter().any(|tag| tag == "startupWarnings")) {
        return None;
    }
    let text = |name| entry.get(name).and_then(Value::as_str).unwrap_or_default();
    let (severity, component, message) = (text("s"), text("c"), text("msg"));
    let group = match severity {
        "F" | "E" => 0,
        "W" => 1,
        _ => 2,
    };
    let attributes = entry.get("attr").filter(|_| group < 2).map(|attr| format!(" {attr}"));
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    Some((group, format!("{severity} {component}: {message}{}", attributes.unwrap_or_default())))
}

fn read_end(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut bytes = Vec::new();
    file.take(TAIL).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_come_first_and_the_noise_of_every_start_is_left_out() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("mongod.log");
        let information = r#"{"s":"I","c":"COMMAND","msg":"Slow query","attr":{"command":{"secret":1}}}"#;
        let mut log = vec![
            r#"{"s":"E","c":"STORAGE","msg":"WiredTiger error","attr":{"error":28,"message":"No space left"}}"#,
            r#"{"s":"W","c":"CONTROL","msg":"Access control is not enabled","tags":["startupWarnings"]}"#,
            r#"{"s":"W","c":"REPL","msg":"Slow heartbeat"}"#,
            "not JSON at all",
        ];
        log.extend([information; 40]);
        std::fs::write(&path, log.join("\n")).expect("written");
        let tail = tail(&path);
        let lines: Vec<&str> = tail.lines().collect();
        assert_eq!(lines[0], r#"E STORAGE: WiredTiger error {"error":28,"message":"No space left"}"#);
        assert_eq!(lines[1], "W REPL: Slow heartbeat");
        assert_eq!(lines[2], "I COMMAND: Slow query");
        assert_eq!(lines.len(), LINES);
        assert!(!tail.contains("secret"));
    }
}
