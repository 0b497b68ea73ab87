//! Collections are made, and with them their databases.

use bson::{RawDocumentBuf, raw::cstr, rawdoc};

use super::{
    Capped, CollectionNamed, CreateCollectionRequest,
    locate::{Wanted, confirmed, located},
    names,
    send::{Change, Next, carry_out, taken},
};
use crate::{Error, Result, TextPart, connection::Session, namespace::Namespace, value::shell};

/// What `create` takes beside the name (the command's documentation); what is misspelt is told before anything is sent.
const OPTIONS: [&str; 16] = [
    "capped",
    "changeStreamPreAndPostImages",
    "clusteredIndex",
    "collation",
    "encryptedFields",
    "expireAfterSeconds",
    "indexOptionDefaults",
    "max",
    "pipeline",
    "size",
    "storageEngine",
    "timeseries",
    "validationAction",
    "validationLevel",
    "validator",
    "viewOn",
];

/// Makes a collection, if nothing has its name. `now_ms` is what `new Date()` and its like say.
pub(crate) async fn create_collection(
    session: &Session,
    request: CreateCollectionRequest,
    now_ms: i64,
) -> Result<CollectionNamed> {
    session.permit_writes()?;
    let CreateCollectionRequest { namespace, capped, validator, options, .. } = request;
    names::check_new(&namespace)?;
    let options = Options::read(capped, validator.as_deref(), options.as_deref(), now_ms)?;
    let create = Create { namespace, options };
    carry_out(session, &create).await?;
    Ok(CollectionNamed { namespace: create.namespace })
}

/// The fields of the command beside the name.
struct Options(RawDocumentBuf);

impl Options {
    fn read(
        capped: Option<Capped>,
        validator: Option<&str>,
        others: Option<&str>,
        now_ms: i64,
    ) -> Result<Self> {
        let mut fields = RawDocumentBuf::new();
        let mut named: Vec<String> = Vec::new();
        if let Some(Capped { size_bytes, max_documents }) = capped {
            let long = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
            fields.append(cstr!("capped"), true);
            fields.append(cstr!("size"), long(size_bytes.get()));
            named.extend(["capped", "size"].map(str::to_owned));
            if let Some(max) = max_documents {
                fields.append(cstr!("max"), long(max.get()));
                named.push("max".to_owned());
            }
        }
        if let Some(validator) = read(TextPart::Validator, "validator", validator, now_ms)? {
            fields.append(cstr!("validator"), validator);
            named.push("validator".to_owned());
        }
        if let Some(others) = read(TextPart::Options, "options", others, now_ms)? {
            for option in &others {
                let (name, value) = option.map_err(|_| Error::invalid("The options cannot be read."))?;
                let name_text = name.as_str();
                if !OPTIONS.contains(&name_text) {
                    let message = format!("'{name_text}' is no option of a collection. Nothing was sent.");
                    return Err(
                        Error::invalid(message).with_hint(format!("There are: {}.", OPTIONS.join(", ")))
                    );
                }
                if named.iter().any(|one| one == name_text) {
                    return Err(Error::invalid(format!("'{name_text}' is given twice. Nothing was sent.")));
                }
                named.push(name_text.to_owned());
                fields.append(name, value);
            }
        }
        Ok(Self(fields))
    }

    fn are_none(&self) -> bool {
        self.0.iter().next().is_none()
    }
}

/// A document that a person wrote; none where the box is blank.
fn read(part: TextPart, what: &str, text: Option<&str>, now_ms: i64) -> Result<Option<RawDocumentBuf>> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    let bytes =
        shell::parse_document(text, now_ms).map_err(|mistake| Error::unreadable(part, what, &mistake))?;
    RawDocumentBuf::from_bytes(bytes).map(Some).map_err(|_| Error::invalid("This is no document."))
}

struct Create {
    namespace: Namespace,
    options: Options,
}

impl Change for Create {
    async fn next(&self, session: &Session, sent: bool) -> Result<Next> {
        let (database, name) = (self.namespace.database(), self.namespace.collection());
        let names = [name];
        let wanted = Wanted::Either(&names, None);
        let found = if sent {
            confirmed(session, database, &wanted).await?
        } else {
            located(session, database, &wanted).await?
        };
        if !found.iter().any(|one| one.name == name) {
            let mut command = rawdoc! { "create": name };
            for option in &self.options.0 {
                let (name, value) =
                    option.map_err(|_| Error::internal("Options that were read are none."))?;
                command.append(name, value);
            }
            command.append(cstr!("writeConcern"), rawdoc! { "w": "majority" });
            // What is there already is never touched by it.
            return Ok(Next::Send { database: database.to_owned(), command, again: true });
        }
        // Made by us or by somebody else in the same moment: without options one is like the other.
        if sent && self.options.are_none() {
            return Ok(Next::Done);
        }
        let message = format!("'{name}' is there already: nothing was made.");
        Err(taken(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;
    use crate::number::SafeInt;

    fn options(validator: Option<&str>, others: Option<&str>) -> Result<String> {
        let capped = Capped { size_bytes: SafeInt::new(4096), max_documents: Some(SafeInt::new(7)) };
        let options = Options::read(Some(capped), validator, others, 0)?;
        Ok(bson::Document::try_from(&options.0).expect("a document").to_string())
    }

    #[test]
    fn what_a_person_chose_and_wrote_becomes_fields_of_the_command() {
        let text = options(Some("{ a: { $gt: 1 } }"), Some("{ validationLevel: 'moderate' }"));
        let expected = r#"{ "capped": true, "size": 4096, "max": 7, "validator": { "a": { "$gt": 1 } }, "validationLevel": "moderate" }"#;
        assert_eq!(text.expect("read"), expected);
        assert!(Options::read(None, Some("  "), Some(""), 0).expect("blank").are_none());
    }

    #[test]
    fn a_mistake_is_told_where_it_is_and_an_option_that_is_none_by_its_name() {
        let mistake = options(None, Some("{ collation:\n ] }")).expect_err("no document");
        let at = mistake.body().at.expect("a place");
        assert_eq!((at.part, at.line), (TextPart::Options, 2));
        let mistake = options(Some("{ a: "), None).expect_err("no document");
        assert_eq!(mistake.body().at.map(|at| at.part), Some(TextPart::Validator));
        for (others, told) in [
            ("{ create: 'other' }", "'create'"),
            ("{ writeConcern: { w: 0 } }", "'writeConcern'"),
            ("{ validatr: {} }", "'validatr'"),
            ("{ size: 1 }", "twice"),
        ] {
            let error = options(None, Some(others)).expect_err("refused");
            assert_eq!(error.code(), ErrorCode::InvalidInput);
            assert!(error.to_string().contains(told), "{error}");
        }
    }
}
