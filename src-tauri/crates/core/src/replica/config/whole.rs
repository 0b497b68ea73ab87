//! The configuration as the server gives it, with every field that it has.

use bson::{Bson, Document};

use crate::{
    Error, Result,
    replica::{ConfigAge, reply::Configured},
    value::{ejson::Layout, shell},
};

/// The configuration of a set (`replSetGetConfig.config`), in its order and with every field, also those that this program does
/// not know.
#[derive(Clone, Debug, PartialEq)]
pub struct WholeConfig(Document);

impl WholeConfig {
    /// Takes a configuration as it is.
    #[must_use]
    pub fn of(document: Document) -> Self {
        Self(document)
    }

    /// Reads the reply of `replSetGetConfig`.
    pub fn read(reply: &Document) -> Result<Self> {
        let config = reply.get_document("config").ok();
        let config = config.filter(|config| config.get_array("members").is_ok());
        config.cloned().map(Self).ok_or_else(|| Error::internal("The server's configuration has no members."))
    }

    /// All of it.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.0
    }

    pub(crate) fn document_mut(&mut self) -> &mut Document {
        &mut self.0
    }

    /// Version and term.
    #[must_use]
    pub fn age(&self) -> ConfigAge {
        let whole = |key| integer(self.0.get(key));
        #[expect(clippy::cast_precision_loss, reason = "terms are far below 2^53")]
        let term = whole("term").filter(|term| *term >= 0).map(|term| term as f64);
        ConfigAge { version: u32::try_from(whole("version").unwrap_or_default()).unwrap_or_default(), term }
    }

    /// The same with another version and term: those of `other`, `more` versions on.
    pub(crate) fn aged(&self, other: &Self, more: i32) -> Self {
        let mut aged = self.clone();
        let version = integer(other.0.get("version")).unwrap_or_default() + i64::from(more);
        // A jump by force may leave 32 bits no sooner than after 40,000 of them.
        aged.0.insert("version", i32::try_from(version).map_or(Bson::Int64(version), Bson::Int32));
        match other.0.get("term") {
            Some(term) => aged.0.insert("term", term.clone()),
            None => aged.0.remove("term"),
        };
        aged
    }

    /// Whether both are the same but for version and term.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let ageless = |config: &Self| {
            let fields = config.0.iter().filter(|(name, _)| !matches!(name.as_str(), "version" | "term"));
            let mut fields: Vec<_> = fields.map(|(name, value)| (name.clone(), value.clone())).collect();
            fields.sort_by(|one, other| one.0.cmp(&other.0));
            fields
        };
        ageless(self) == ageless(other)
    }

    /// The members as documents, in their order. What is no document is passed over.
    pub fn member_documents(&self) -> impl Iterator<Item = &Document> {
        let members = self.0.get_array("members").map(Vec::as_slice).unwrap_or_default();
        members.iter().filter_map(Bson::as_document)
    }

    /// The members, with what the server takes where a field is left out.
    pub(crate) fn members(&self) -> Vec<Configured> {
        self.member_documents().map(Configured::read).collect()
    }

    /// Host names, in the order of the members.
    #[must_use]
    pub fn hosts(&self) -> Vec<String> {
        self.members().into_iter().map(|member| member.host).collect()
    }

    /// `settings`, where there are any.
    pub(crate) fn settings(&self) -> Option<&Document> {
        self.0.get_document("settings").ok()
    }

    /// The text of it in mongosh syntax, as a person would edit it: whole numbers without a type.
    #[must_use]
    pub fn text(&self) -> String {
        let mut plain = self.0.clone();
        if let Ok(members) = plain.get_array_mut("members") {
            for member in members.iter_mut().filter_map(Bson::as_document_mut) {
                simplify(member);
            }
        }
        simplify(&mut plain);
        write(&plain, Layout::Indented)
    }
}

/// A document in mongosh syntax.
pub(super) fn write(document: &Document, layout: Layout) -> String {
    let bytes = document.to_vec().unwrap_or_default();
    shell::write(&bytes, layout).map(|written| written.text).unwrap_or_default()
}

/// A value in mongosh syntax, whole numbers without a type.
pub(super) fn written(value: &Bson) -> String {
    let mut holder = Document::new();
    holder.insert("v", value.clone());
    if let Some(document) = holder.get_document_mut("v").ok().filter(|document| !document.is_empty()) {
        simplify(document);
    }
    simplify(&mut holder);
    let text = write(&holder, Layout::Compact);
    text.strip_prefix("{ v: ").and_then(|text| text.strip_suffix(" }")).unwrap_or(&text).to_owned()
}

/// Whole numbers as a person types them.
fn simplify(document: &mut Document) {
    for (_, value) in document.iter_mut() {
        let whole = match value {
            Bson::Int64(whole) => i32::try_from(*whole).ok(),
            Bson::Double(double) => whole_double(*double).and_then(|whole| i32::try_from(whole).ok()),
            _ => None,
        };
        if let Some(whole) = whole {
            *value = Bson::Int32(whole);
        }
    }
}

/// A double that is a whole number, as one.
pub(super) fn whole_double(double: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole, and below 2^53")]
    (double.fract() == 0.0 && double.abs() < EXACT).then_some(double as i64)
}

/// A whole number, of whichever type.
pub(super) fn integer(value: Option<&Bson>) -> Option<i64> {
    match value? {
        Bson::Int32(value) => Some(i64::from(*value)),
        Bson::Int64(value) => Some(*value),
        Bson::Double(value) => whole_double(*value),
        Bson::Decimal128(value) => value.to_string().parse().ok(),
        _ => None,
    }
}

/// A number, of whichever type.
pub(super) fn number(value: Option<&Bson>) -> Option<f64> {
    match value? {
        Bson::Double(value) => Some(*value),
        Bson::Decimal128(value) => value.to_string().parse().ok(),
        #[expect(clippy::cast_precision_loss, reason = "votes, priorities and seconds")]
        other => integer(Some(other)).map(|whole| whole as f64),
    }
}
