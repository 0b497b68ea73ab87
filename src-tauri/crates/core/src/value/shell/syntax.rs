//! From a text to its syntax tree.

use oxc_allocator::Allocator;
use oxc_ast::ast::Expression;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;

use super::scan;
use crate::value::ejson::Fault;

/// Bytes of text that are parsed: the tree takes many times as much memory.
pub(super) const MAX_TEXT: usize = 1 << 20;

/// Parses one expression and hands it on; it borrows from the allocator.
pub(super) fn parse<'a>(allocator: &'a Allocator, text: &'a str) -> Result<Expression<'a>, Fault> {
    if text.len() > MAX_TEXT {
        return Err(Fault::new(0, "a text above 1 MiB is read as Extended JSON only, and this is none"));
    }
    scan::check(text)?;
    let options = ParseOptions { preserve_parens: false, ..ParseOptions::default() };
    let parser = Parser::new(allocator, text, SourceType::script()).with_options(options);
    parser.parse_expression().map_err(|diagnostics| {
        let Some(first) = diagnostics.first() else { return Fault::new(0, "a value is expected") };
        let at = first.labels.first().map_or(0, |label| label.offset() as usize);
        // Its general messages speak of its own kinds of tokens.
        if first.message.starts_with("Unexpected") || first.message.starts_with("Expected") {
            return scan::explain(text, at);
        }
        let message = first.message.trim_end_matches('.');
        let start = message.chars().next().map_or(0, char::len_utf8);
        Fault::new(at, message[..start].to_lowercase() + &message[start..])
    })
}
