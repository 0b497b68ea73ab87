//! Words of JavaScript that no value has.

use crate::value::ejson::Fault;

/// Words that begin something else than a value: they are refused, except as the name of a field.
const KEYWORDS: [&str; 40] = [
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "package",
    "private",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// Why a word that is not a field's name cannot stand there.
pub(super) fn refusal(at: usize, word: &str) -> Fault {
    let instead =
        if word == "function" { "; a function is written as a string or as Code(\"...\")" } else { "" };
    Fault::new(at, format!("'{word}' is not allowed: values are read and nothing is run{instead}"))
}
