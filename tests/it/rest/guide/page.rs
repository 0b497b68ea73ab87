//! The guide as a page: its blocks and its table of routes.

use std::collections::BTreeSet;

/// An example, and what it is to print.
pub(super) struct Example<'a> {
    /// Where it begins on the page.
    pub(super) line: usize,
    /// What is typed.
    pub(super) script: String,
    /// How the answer is written: `http`, `json` or `text`.
    pub(super) kind: &'a str,
    /// What stands below it; nothing where it prints nothing.
    pub(super) shown: String,
}

/// What stands between two lines of three backticks.
struct Block<'a> {
    line: usize,
    kind: &'a str,
    text: String,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut lines = (1..).zip(page.lines());
    while let Some((line, text)) = lines.next() {
        let Some(kind) = text.strip_prefix("```") else { continue };
        let inside = lines.by_ref().map(|(_, text)| text).take_while(|text| *text != "```");
        blocks.push(Block { line, kind, text: inside.collect::<Vec<_>>().join("\n") });
    }
    blocks
}

/// The examples of a page, in order.
///
/// # Panics
/// Where a block is none of the kinds that the page may have.
pub(super) fn examples(page: &str) -> Vec<Example<'_>> {
    let mut examples: Vec<Example<'_>> = Vec::new();
    let mut may_answer = false;
    for Block { line, kind, text } in blocks(page) {
        match kind {
            "sh" => examples.push(Example { line, script: text, kind: "text", shown: String::new() }),
            "http" | "json" | "text" => {
                assert!(may_answer, "line {line} answers no example");
                let example = examples.last_mut().expect("an example before it");
                (example.kind, example.shown) = (kind, text);
            }
            // It depends on the reader's machine, and looks like it.
            "console" => assert!(text.starts_with("$ "), "line {line} begins with no prompt"),
            "nginx" => {}
            other => panic!("line {line}: nothing runs a block of {other:?}"),
        }
        may_answer = kind == "sh";
    }
    examples
}

/// The routes of the page's table, each as its method and its path.
pub(super) fn routes(page: &str) -> BTreeSet<String> {
    let mut routes = BTreeSet::new();
    for line in page.lines() {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let (Some(methods), Some(path)) = (cells.next(), cells.next()) else { continue };
        let Some(path) = path.strip_prefix('`').and_then(|path| path.strip_suffix('`')) else { continue };
        let path = path.replacen("C/", "K/databases/{database}/collections/{collection}/", 1);
        let path = path.replacen('K', "/api/v1/connections/{connection}", 1);
        if path.starts_with('/') {
            routes.extend(methods.split(", ").map(|method| format!("{method} {path}")));
        }
    }
    routes
}
