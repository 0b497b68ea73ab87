//! The commands that write documents, as raw bytes.

use super::wire::Writer;
use crate::{namespace::Namespace, value::edit::Update};

pub(super) fn insert_command(namespace: &Namespace, document: &[u8]) -> Writer {
    Writer::new().text("insert", namespace.collection()).documents("documents", &[document])
}

pub(super) fn delete_command(namespace: &Namespace, filter: &[u8]) -> Writer {
    Writer::new().text("delete", namespace.collection()).documents("deletes", &[&delete_statement(filter)])
}

/// One of the deletes of a command.
pub(super) fn delete_statement(filter: &[u8]) -> Vec<u8> {
    Writer::new().document("q", filter).int("limit", 1).finish()
}

/// An update whose result the server works out.
pub(super) fn operate_command(
    namespace: &Namespace,
    filter: &[u8],
    (kind, operators): &(u8, Vec<u8>),
) -> Writer {
    let statement = Writer::new().document("q", filter).raw("u", *kind, operators).finish();
    Writer::new().text("update", namespace.collection()).documents("updates", &[&statement])
}

/// `$set` and `$unset`, each where there is something for it: the server refuses an empty one.
fn operators(set: &[(String, u8, Vec<u8>)], unset: &[String]) -> Vec<u8> {
    let mut operators = Writer::new();
    if !set.is_empty() {
        let set = set.iter().fold(Writer::new(), |set, (path, kind, value)| set.raw(path, *kind, value));
        operators = operators.document("$set", &set.finish());
    }
    if !unset.is_empty() {
        let unset = unset.iter().fold(Writer::new(), |unset, path| unset.bool(path, true));
        operators = operators.document("$unset", &unset.finish());
    }
    operators.finish()
}

pub(super) fn update_command(namespace: &Namespace, filter: &[u8], target: &[u8], update: &Update) -> Writer {
    let statement = update_statement(filter, target, update);
    Writer::new().text("update", namespace.collection()).documents("updates", &[&statement])
}

/// One of the updates of a command.
pub(super) fn update_statement(filter: &[u8], target: &[u8], update: &Update) -> Vec<u8> {
    let statement = Writer::new().document("q", filter);
    let statement = match update {
        Update::Fields { set, unset } => statement.document("u", &operators(set, unset)),
        Update::ReplaceWith => {
            let literal = Writer::new().document("$literal", target).finish();
            let stage = Writer::new().document("$replaceWith", &literal).finish();
            statement.documents("u", &[&stage])
        }
        Update::Nothing | Update::Unsafe | Update::Replace => statement.document("u", target),
    };
    statement.finish()
}
