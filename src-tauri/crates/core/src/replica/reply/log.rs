//! `getLog: "global"`: the lines that tell of elections and states.

use bson::{Document, doc};
use serde_json::Value;

/// The ids of the lines that are read; every other line is passed over.
const IDS: [&str; 28] = [
    "4615652", "4615660", "4615661", "4615662", "4615663", "4615655", "4615656", "4615601", "21438", "21444",
    "21437", "51799", "21450", "21358", "21359", "21361", "21363", "21364", "21331", "21579", "21347",
    "21340", "21809", "21475", "21402", "21216", "21126", "21612",
];

/// The attributes that are kept of a line: none holds an address of a client, a user or a value of a command.
const KEPT: [&str; 22] = [
    "reason",
    "when",
    "newTerm",
    "term",
    "dryRun",
    "vote",
    "from",
    "failReason",
    "oldState",
    "newState",
    "target",
    "hostAndPort",
    "heartbeatMessage",
    "electionTimeoutPeriodMillis",
    "userOpsKilled",
    "lastStateTransition",
    "totalEntriesRolledBackIncludingNoops",
    "insert",
    "update",
    "delete",
    "affectedNamespaces",
    "rollbackDataFileDirectory",
];

/// One line of a log, without what is not needed of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LogLine {
    /// Milliseconds since 1970 by the member's clock.
    pub(crate) at_ms: i64,
    pub(crate) id: u32,
    /// What it says: the same words each time, with what differs in the attributes.
    pub(crate) message: String,
    /// The attributes in [`KEPT`], as texts.
    pub(crate) attributes: Vec<(String, String)>,
}

impl LogLine {
    pub(crate) fn command() -> Document {
        doc! { "getLog": "global" }
    }

    /// The lines of a reply that are read, the oldest first.
    pub(crate) fn read_all(reply: &Document) -> Vec<Self> {
        let lines = reply.get_array("log").map(Vec::as_slice).unwrap_or_default();
        lines.iter().filter_map(|line| Self::read(line.as_str()?)).collect()
    }

    /// Reads a line, where it is one of those that are read. Most are told by their id alone, unparsed.
    pub(crate) fn read(line: &str) -> Option<Self> {
        let (_, rest) = line.split_once("\"id\":")?;
        let id = &rest[..rest.find(|letter: char| !letter.is_ascii_digit())?];
        if !IDS.contains(&id) {
            return None;
        }
        let line: Value = serde_json::from_str(line).ok()?;
        let date = line["t"]["$date"].as_str()?;
        let at_ms = bson::DateTime::parse_rfc3339_str(date).ok()?.timestamp_millis();
        let mut attributes = Vec::new();
        keep(&line["attr"], &mut attributes);
        keep(&line["attr"]["metrics"], &mut attributes);
        keep(&line["attr"]["rollbackCommandCounts"], &mut attributes);
        // Why a vote was refused.
        if let Some(reason) = line["attr"]["message"]["reason"].as_str().filter(|reason| !reason.is_empty()) {
            attributes.push(("reason".to_owned(), reason.to_owned()));
        }
        let message = line["msg"].as_str().unwrap_or_default().to_owned();
        Some(Self { at_ms, id: id.parse().ok()?, message, attributes })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?.parse().ok()
    }
}

fn keep(attributes: &Value, kept: &mut Vec<(String, String)>) {
    for (name, value) in attributes.as_object().into_iter().flatten() {
        let text = match value {
            _ if !KEPT.contains(&name.as_str()) => continue,
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            Value::Array(texts) => texts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            // A date.
            Value::Object(_) => match value["$date"].as_str() {
                Some(date) => date.to_owned(),
                None => continue,
            },
            Value::Null => continue,
        };
        kept.push((name.clone(), text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_by_its_id_and_keeps_only_what_is_needed() {
        let line = r#"{"t":{"$date":"2026-11-26T13:24:54.815+00:00"},"s":"I",  "c":"ELECTION", "id":51799,   "ctx":"ReplCoord-6","msg":"VoteRequester processResponse","attr":{"term":3,"dryRun":false,"vote":"no","from":"127.0.0.1:29241","message":{"term":3,"voteGranted":false,"reason":"too old","ok":1,"$clusterTime":{"signature":{"keyId":0}}}}}"#;
        let read = LogLine::read(line).expect("one of those that are read");
        assert_eq!((read.id, read.at_ms), (51_799, 1_795_699_494_815));
        assert_eq!(read.message, "VoteRequester processResponse");
        let attributes: Vec<_> =
            read.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            attributes,
            ["dryRun=false", "from=127.0.0.1:29241", "term=3", "vote=no", "reason=too old"]
        );
        assert_eq!(LogLine::read(&line.replace("51799", "51800")), None);
        assert_eq!(LogLine::read("not a line"), None);
    }
}
