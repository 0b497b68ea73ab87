//! What may be made, renamed and dropped at all.

use crate::{
    Error, Result,
    namespace::{self, Namespace},
};

/// Databases of the server itself.
const OWN: [&str; 3] = ["admin", "config", "local"];

/// A database of people: not one of the server's own.
pub(super) fn check_database(database: &str) -> Result<()> {
    namespace::check_database(database)?;
    // The server takes two names that differ in case alone for the same database.
    if OWN.iter().any(|own| own.eq_ignore_ascii_case(database)) {
        return Err(Error::invalid(format!(
            "The database '{database}' is the server's own: it is not changed here, and nothing was sent."
        )));
    }
    Ok(())
}

/// A collection of people: in their databases, and not one in which the server keeps its own things.
pub(super) fn check(namespace: &Namespace) -> Result<()> {
    check_database(namespace.database())?;
    if is_system(namespace.collection()) {
        return Err(Error::invalid(format!(
            "The collection '{}' is the server's own: it is not changed here, and nothing was sent.",
            namespace.collection()
        )));
    }
    Ok(())
}

/// A name that a collection can be given (`NamespaceString::validCollectionName`).
pub(super) fn check_new(namespace: &Namespace) -> Result<()> {
    check(namespace)?;
    if namespace.collection().contains('$') {
        return Err(Error::invalid("The name of a new collection cannot hold '$'. Nothing was sent."));
    }
    Ok(())
}

/// Whether the server keeps its own things in it.
pub(super) fn is_system(collection: &str) -> bool {
    collection.starts_with("system.")
}

/// A collection's name as a person types it.
pub(super) fn full(namespace: &Namespace) -> String {
    format!("{}.{}", namespace.database(), namespace.collection())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;

    fn namespace(database: &str, collection: &str) -> Namespace {
        Namespace::parse(database, collection).expect("a good name")
    }

    #[test]
    fn what_is_the_servers_own_is_refused_by_name() {
        for (database, collection) in
            [("admin", "a"), ("config", "a"), ("local", "a"), ("Admin", "a"), ("d", "system.views")]
        {
            let error = check(&namespace(database, collection)).expect_err("refused");
            assert_eq!(error.code(), ErrorCode::InvalidInput);
            assert!(error.to_string().contains("the server's own"), "{error}");
            assert!(error.to_string().contains("nothing was sent"), "{error}");
        }
        for (database, collection) in
            [("d", "system"), ("d", "systems.x"), ("locals", "a"), ("d", "my.system.x")]
        {
            assert!(check(&namespace(database, collection)).is_ok(), "{database}.{collection}");
        }
    }

    #[test]
    fn a_new_name_holds_no_dollar_while_an_old_one_may() {
        assert!(check(&namespace("d", "a$b")).is_ok());
        assert!(check_new(&namespace("d", "a$b")).is_err());
        assert!(check_new(&namespace("d", "a.b")).is_ok());
    }
}
