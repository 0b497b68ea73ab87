//! From what is to be different to the whole configuration that is wished.

use bson::{Bson, Document};

use super::{WholeConfig, readable::with_port, whole::integer};
use crate::{
    Error, ErrorCode, Result,
    error::TextPart,
    replica::{ConfigEdit, MemberTag, WishedMember, WishedSettings},
    value::shell,
};

const HIGHEST_ID: i64 = 255;

/// Applies edits, one upon the other. Nothing is judged but that the edits can be made: [`check`](super::check) does the rest. A
/// text keeps the version that it was made of, for that to be judged too.
///
/// # Errors
///
/// A member that is not there, a text that cannot be read.
pub fn apply(current: &WholeConfig, edits: &[ConfigEdit], now_ms: i64) -> Result<WholeConfig> {
    let mut wished = current.clone();
    for edit in edits {
        Editor { current, wished: &mut wished }.edit(edit, now_ms)?;
    }
    Ok(wished)
}

/// A member as the server would write it, with this `_id`.
#[must_use]
pub fn new_member(member: &WishedMember, id: i32) -> Document {
    bson::doc! {
        "_id": id,
        "host": with_port(&member.host),
        "arbiterOnly": member.arbiter,
        "buildIndexes": true,
        "hidden": member.hidden,
        "priority": if member.arbiter { 0.0 } else { member.priority },
        "tags": tags(&member.tags),
        "secondaryDelaySecs": i64::from(member.delay_seconds),
        "votes": whole(member.votes),
    }
}

struct Editor<'c> {
    current: &'c WholeConfig,
    wished: &'c mut WholeConfig,
}

impl Editor<'_> {
    fn edit(&mut self, edit: &ConfigEdit, now_ms: i64) -> Result<()> {
        match edit {
            ConfigEdit::Add { member } => {
                let mut document = new_member(member, self.new_id()?);
                self.rename_delay(&mut document);
                self.members()?.push(Bson::Document(document));
            }
            ConfigEdit::Remove { host } => {
                let place = self.place(host)?;
                self.members()?.remove(place);
            }
            ConfigEdit::ChangeHost { host, to, same_server } => {
                let id = if *same_server { None } else { Some(self.new_id()?) };
                let member = self.member(host)?;
                member.insert("host", with_port(to));
                if let Some(id) = id {
                    member.insert("_id", id);
                }
            }
            ConfigEdit::Votes { host, votes } => {
                self.member(host)?.insert("votes", whole(*votes));
            }
            ConfigEdit::Priority { host, priority } => {
                self.member(host)?.insert("priority", *priority);
            }
            ConfigEdit::Hidden { host, hidden } => {
                self.member(host)?.insert("hidden", *hidden);
            }
            ConfigEdit::Delay { host, seconds } => {
                let member = self.member(host)?;
                member.remove("slaveDelay");
                member.insert("secondaryDelaySecs", i64::from(*seconds));
                let mut member = member.clone();
                self.rename_delay(&mut member);
                *self.member(host)? = member;
            }
            ConfigEdit::Tags { host, tags: wished } => {
                self.member(host)?.insert("tags", tags(wished));
            }
            ConfigEdit::Settings { settings } => self.settings(settings),
            ConfigEdit::Document { text } => *self.wished = read(text, now_ms)?,
        }
        Ok(())
    }

    fn members(&mut self) -> Result<&mut Vec<Bson>> {
        self.wished.document_mut().get_array_mut("members").map_err(|_| {
            Error::invalid(
                "The configuration has no `members`, or they are no array: there is nothing to edit.",
            )
        })
    }

    fn place(&mut self, host: &str) -> Result<usize> {
        let known = self.wished.hosts();
        let full = with_port(host);
        let is_meant = |member: &Bson| {
            let name = member.as_document().and_then(|member| member.get_str("host").ok());
            name.is_some_and(|name| name == host || with_port(name) == full)
        };
        self.members()?.iter().position(is_meant).ok_or_else(|| {
            Error::new(ErrorCode::InvalidInput, format!("{host} is no member of the configuration."))
                .with_hint(format!("Its members are {}.", known.join(", ")))
        })
    }

    fn member(&mut self, host: &str) -> Result<&mut Document> {
        let place = self.place(host)?;
        let member = self.members()?.get_mut(place).and_then(Bson::as_document_mut);
        member.ok_or_else(|| Error::internal("A member that was found is there no more."))
    }

    /// One more than the highest there is, also of those that leave: an `_id` never stands for two members in one operation. Where
    /// 255 is used, the lowest that is free.
    fn new_id(&self) -> Result<i32> {
        let all = self.current.member_documents().chain(self.wished.member_documents());
        let used: Vec<i64> = all.filter_map(|member| integer(member.get("_id"))).collect();
        let next = used.iter().max().map_or(0, |highest| highest.saturating_add(1));
        let id = if next <= HIGHEST_ID { Some(next) } else { (0..=HIGHEST_ID).find(|id| !used.contains(id)) };
        id.and_then(|id| i32::try_from(id).ok())
            .ok_or_else(|| Error::invalid("Every _id from 0 to 255 is used."))
    }

    /// Servers before 5.0 call it `slaveDelay`.
    fn rename_delay(&self, member: &mut Document) {
        let is_old = self.current.member_documents().any(|member| member.contains_key("slaveDelay"));
        if is_old && let Some(delay) = member.remove("secondaryDelaySecs") {
            member.insert("slaveDelay", delay);
        }
    }

    fn settings(&mut self, wished: &WishedSettings) {
        let document = self.wished.document_mut();
        if document.get_document("settings").is_err() {
            document.insert("settings", Document::new());
        }
        let Ok(settings) = document.get_document_mut("settings") else { return };
        let whole_numbers = [
            ("electionTimeoutMillis", wished.election_timeout_ms.map(whole)),
            ("heartbeatIntervalMillis", wished.heartbeat_interval_ms.map(whole)),
            ("heartbeatTimeoutSecs", wished.heartbeat_timeout_seconds.map(whole)),
            ("catchUpTimeoutMillis", wished.catch_up_timeout_ms.map(Bson::Int32)),
            ("catchUpTakeoverDelayMillis", wished.catch_up_takeover_delay_ms.map(Bson::Int32)),
            ("chainingAllowed", wished.chaining_allowed.map(Bson::Boolean)),
        ];
        for (name, value) in whole_numbers {
            if let Some(value) = value {
                settings.insert(name, value);
            }
        }
    }
}

fn read(text: &str, now_ms: i64) -> Result<WholeConfig> {
    let bytes = shell::parse_document(text, now_ms)
        .map_err(|mistake| Error::unreadable(TextPart::Document, "configuration", &mistake))?;
    let document = Document::from_reader(bytes.as_slice())
        .map_err(|_| Error::invalid("The configuration holds a value that no configuration can have."))?;
    Ok(WholeConfig::of(document))
}

/// A 32-bit integer, as the server has it, where it fits.
fn whole(value: u32) -> Bson {
    i32::try_from(value).map_or(Bson::Int64(value.into()), Bson::Int32)
}

fn tags(tags: &[MemberTag]) -> Document {
    tags.iter().map(|tag| (tag.name.clone(), Bson::String(tag.value.clone()))).collect()
}
