//! The tokens of JavaScript, one at a time from the front of a text.

use super::{literal, scan::Token};
use crate::value::ejson::Fault;

/// The bytes of white space and comments at the front.
pub(super) fn space(text: &str) -> Result<usize, Fault> {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let white = rest.find(|c| !is_space(c)).unwrap_or(rest.len());
        at += white;
        let rest = &rest[white..];
        at += if rest.starts_with("//") {
            rest.find(is_line_end).unwrap_or(rest.len())
        } else if let Some(comment) = rest.strip_prefix("/*") {
            let end = comment.find("*/").ok_or_else(|| Fault::new(at, "this comment has no closing */"))?;
            2 + end + 2
        } else {
            return Ok(at);
        };
    }
}

/// The token at the front, and its bytes. A `/` begins a regular expression, or divides.
pub(super) fn token(text: &str, regex: bool) -> Result<(Token<'_>, usize), Fault> {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return Ok((Token::End, 0)) };
    let second = chars.next();
    let one = |token| Ok((token, first.len_utf8()));
    match first {
        '{' | '[' | '(' => one(Token::Open(first)),
        '}' | ']' | ')' => one(Token::Close(first)),
        ',' => one(Token::Comma),
        ':' => one(Token::Colon),
        '\'' | '"' => Ok((Token::Text, string(text, first)?)),
        '`' => Ok((Token::Text, template(text)?)),
        '0'..='9' => number(text),
        '.' if second.is_some_and(|c| c.is_ascii_digit()) => number(text),
        '.' => one(Token::Dot),
        '/' if regex => Ok((Token::Regex, literal::regex_len(text)?)),
        '+' | '-' | '*' if second == Some(first) => Ok((Token::Operator(&text[..2]), 2)),
        '+' | '-' | '*' | '/' | '%' => Ok((Token::Operator(&text[..1]), 1)),
        _ if is_word(first) => {
            let len = text.find(|c| !is_word(c)).unwrap_or(text.len());
            Ok((Token::Word(&text[..len]), len))
        }
        _ => one(Token::Other(first)),
    }
}

/// Where JavaScript ends a line.
pub(super) fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// A part of a name; of characters beyond ASCII the parser decides.
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$') || (!c.is_ascii() && !is_space(c))
}

fn string(text: &str, quote: char) -> Result<usize, Fault> {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            // U+2028 and U+2029 may stand in a string.
            '\n' | '\r' => {
                return Err(Fault::new(0, format!("this string has no closing {quote} on its line")));
            }
            '\\' => {
                let escaped = chars.next();
                // An escaped end of the line may be two characters.
                if matches!(escaped, Some((_, '\r'))) {
                    chars.next_if(|&(_, next)| next == '\n');
                }
            }
            c if c == quote => return Ok(at + 1),
            _ => {}
        }
    }
    Err(Fault::new(0, format!("this string has no closing {quote}")))
}

fn template(text: &str) -> Result<usize, Fault> {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '`' => return Ok(at + 1),
            '$' if chars.peek().is_some_and(|&(_, next)| next == '{') => {
                let message = "'${' in a string is not allowed: values are read and nothing is run";
                return Err(Fault::new(at, message));
            }
            _ => {}
        }
    }
    Err(Fault::new(0, "this string has no closing `"))
}

fn number(text: &str) -> Result<(Token<'_>, usize), Fault> {
    let prefixed = text.starts_with("0x") || text.starts_with("0X");
    let mut previous = ' ';
    let ends = |c: char| {
        let signed = matches!(c, '+' | '-') && matches!(previous, 'e' | 'E') && !prefixed;
        previous = c;
        !(is_word(c) || c == '.' || signed)
    };
    let len = text.find(ends).unwrap_or(text.len());
    let written = &text[..len];
    if literal::is_number(written) {
        return Ok((Token::Number(written), len));
    }
    let zero = written.len() > 1 && written.bytes().all(|byte| byte.is_ascii_digit());
    Err(Fault::new(
        0,
        if zero {
            "a number cannot begin with 0 and go on with digits".to_owned()
        } else {
            format!("'{written:.40}' is not a number")
        },
    ))
}
