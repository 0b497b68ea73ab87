//! A whole configuration, as one of the lab.

use bson::{Bson, Document, RawDocumentBuf};
use trivet_core::replica::config::with_port;
use trivet_core::value::shell;

use super::cast::Cast;
use crate::member::number;

/// A configuration as a person writes it.
pub(super) fn read(text: &str) -> Option<Document> {
    // Nobody writes the time into a configuration.
    let bytes = shell::parse_document(text, 0).ok()?;
    Document::try_from(RawDocumentBuf::from_bytes(bytes).ok()?).ok()
}

impl Cast {
    /// The text of a configuration as one of the lab. What cannot be read stays as it is: the plan then says what is wrong.
    pub(super) fn document(&mut self, text: String) -> String {
        let Some(mut config) = read(&text) else { return text };
        self.uncopied.take_out(&mut config);
        if config.get_str("_id").is_ok_and(|name| self.set_name.as_deref() == Some(name)) {
            config.insert("_id", self.lab_name.clone());
        }
        // The version of the set's configuration, of which it was made: the lab's is another one.
        config.remove("version");
        if let Ok(members) = config.get_array_mut("members") {
            members.retain(|member| !self.is_left_out(member));
            for member in members.iter_mut().filter_map(Bson::as_document_mut) {
                self.entry(member);
            }
        }
        Bson::Document(config).into_relaxed_extjson().to_string()
    }

    fn is_left_out(&self, member: &Bson) -> bool {
        let host = member.as_document().and_then(|member| member.get_str("host").ok());
        host.is_some_and(|host| self.left_out.iter().any(|left_out| *left_out == with_port(host)))
    }

    /// Who keeps an `_id` is the same mongod, whatever its host; who has a new one is a new member.
    fn entry(&mut self, member: &mut Document) {
        let Ok(host) = member.get_str("host").map(str::to_owned) else { return };
        let id = member.get("_id").and_then(number);
        let same = id.and_then(|id| self.ids.get(&id).cloned());
        let stand_in = match same {
            Some((_, stand_in)) => self.renamed(&stand_in, &host),
            None => self.any(&host),
        };
        member.insert("host", stand_in.clone());
        let Some(id) = id else { return };
        let next = self.ids.values().map(|(place, _)| *place).max().map_or(0, |highest| highest + 1);
        let (place, _) = self.ids.entry(id).or_insert((next, stand_in));
        member.insert("_id", i32::try_from(*place).unwrap_or(i32::MAX));
    }
}
