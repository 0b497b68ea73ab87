//! A database and a collection, parsed once and then trusted.

use serde::{Deserialize, Deserializer, Serialize, de};
use specta::Type;
use utoipa::ToSchema;

use crate::{Error, Result};

/// A database and a collection in it.
///
/// Parsed by the server's own rules when it is read from a request: see [`Namespace::parse`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Type, ToSchema)]
pub struct Namespace {
    #[schema(min_length = 1, max_length = 63)]
    database: String,
    #[schema(min_length = 1, max_length = 253)]
    collection: String,
}

// By hand: `serde(try_from)` would give the type another shape for TypeScript on the way in than on the way out.
impl<'de> Deserialize<'de> for Namespace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Names {
            database: String,
            collection: String,
        }
        let Names { database, collection } = Names::deserialize(deserializer)?;
        Self::parse(&database, &collection).map_err(de::Error::custom)
    }
}

impl Namespace {
    /// Parses a database and a collection name by the server's rules (`NamespaceString`, 255 bytes in all).
    pub fn parse(database: &str, collection: &str) -> Result<Self> {
        check_database(database)?;
        if collection.is_empty() {
            return Err(Error::invalid("The collection has no name."));
        }
        if collection.contains('\0') {
            return Err(Error::invalid("A collection name cannot hold a NUL character."));
        }
        if collection.starts_with('.') || collection.ends_with('.') {
            return Err(Error::invalid(format!("'{collection}' cannot begin or end with a dot.")));
        }
        if database.len() + 1 + collection.len() > 255 {
            return Err(Error::invalid("Database and collection name together are longer than 255 bytes."));
        }
        Ok(Self { database: database.into(), collection: collection.into() })
    }

    /// The database's name.
    #[must_use]
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The collection's name.
    #[must_use]
    pub fn collection(&self) -> &str {
        &self.collection
    }
}

/// Checks a database name by the server's rules (`NamespaceString::validDBName`, 63 bytes).
pub(crate) fn check_database(name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::invalid("The database has no name."));
    }
    if name.len() > 63 {
        return Err(Error::invalid("A database name is at most 63 bytes long."));
    }
    match name.chars().find(|c| matches!(c, '\0' | '/' | '\\' | '.' | ' ' | '"')) {
        Some(bad) => Err(Error::invalid(format!("A database name cannot hold {bad:?}."))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_the_server_would_refuse_are_refused_here() {
        for (database, collection) in [
            ("", "items"),
            ("a.b", "items"),
            ("a b", "items"),
            ("a/b", "items"),
            ("a\\b", "items"),
            ("a\0", "items"),
            ("mydatabase", ""),
            ("mydatabase", ".items"),
            ("mydatabase", "items."),
            ("mydatabase", "a\0b"),
        ] {
            assert!(Namespace::parse(database, collection).is_err(), "{database:?} {collection:?}");
        }
        assert!(Namespace::parse(&"d".repeat(64), "c").is_err());
        assert!(Namespace::parse("d", &"c".repeat(254)).is_err());
    }

    #[test]
    fn unusual_names_that_the_server_takes_are_taken() {
        for collection in ["a.b", "$x", "a b", "été", "system.views"] {
            assert!(Namespace::parse("mydatabase", collection).is_ok(), "{collection}");
        }
    }

    #[test]
    fn a_request_with_a_bad_name_is_not_read() {
        let read = serde_json::from_str::<Namespace>(r#"{"database":"a.b","collection":"c"}"#);
        assert!(read.is_err());
    }
}
