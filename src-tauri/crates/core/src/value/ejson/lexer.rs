//! JSON text to tokens, each with its place.

use super::fault::Fault;
use crate::value::scan;

/// One token of JSON.
#[derive(Debug)]
pub(super) enum Token<'a> {
    /// `{`
    OpenObject,
    /// `}`
    CloseObject,
    /// `[`
    OpenArray,
    /// `]`
    CloseArray,
    /// `:`
    Colon,
    /// `,`
    Comma,
    /// A string.
    String,
    /// A number, as it is written.
    Number(&'a str),
    /// `true` or `false`
    Bool(bool),
    /// `null`
    Null,
    /// The end of the text.
    End,
}

impl Token<'_> {
    /// How a message names it.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::OpenObject => "'{'".to_owned(),
            Self::CloseObject => "'}'".to_owned(),
            Self::OpenArray => "'['".to_owned(),
            Self::CloseArray => "']'".to_owned(),
            Self::Colon => "':'".to_owned(),
            Self::Comma => "','".to_owned(),
            Self::String => "a string".to_owned(),
            Self::Number(number) => format!("the number {number:.40}"),
            Self::Bool(value) => value.to_string(),
            Self::Null => "null".to_owned(),
            Self::End => "the end of the text".to_owned(),
        }
    }
}

/// A number as it is written.
pub(super) struct Number<'a> {
    pub(super) text: &'a str,
    /// It has neither a fraction nor an exponent.
    pub(super) is_integer: bool,
}

/// Reads from the front of the text: a token at a time, or, where it is known what may come, just that.
#[derive(Clone, Copy)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next token and the byte where it begins.
    pub(super) fn next(&mut self) -> Result<(usize, Token<'a>), Fault> {
        let byte = self.peek();
        let start = self.at;
        let Some(byte) = byte else { return Ok((start, Token::End)) };
        let token = match byte {
            b'{' => self.single(Token::OpenObject),
            b'}' => self.single(Token::CloseObject),
            b'[' => self.single(Token::OpenArray),
            b']' => self.single(Token::CloseArray),
            b':' => self.single(Token::Colon),
            b',' => self.single(Token::Comma),
            b'"' => {
                self.append_string(&mut Vec::new())?;
                Token::String
            }
            b'-' | b'0'..=b'9' => Token::Number(self.number()?.text),
            _ => self.word()?,
        };
        Ok((start, token))
    }

    /// The byte with which the next token begins; none at the end of the text.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    /// Where the last look has led.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Skips one byte, which was looked at.
    pub(super) fn step(&mut self) {
        self.at += 1;
    }

    /// Skips the next token where it is this one; it is of one byte.
    #[inline]
    pub(super) fn skip(&mut self, token: u8) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    /// A string without escapes, where one is next.
    #[inline]
    pub(super) fn plain_string(&mut self) -> Option<&'a str> {
        if self.peek() != Some(b'"') {
            return None;
        }
        self.plain_string_here()
    }

    /// A string without escapes, where one begins here; otherwise nothing is skipped.
    #[inline]
    fn plain_string_here(&mut self) -> Option<&'a str> {
        let start = self.at + 1;
        let end = scan::find(self.text.as_bytes(), start, scan::not_in_json_string)?;
        if self.text.as_bytes()[end] != b'"' {
            return None;
        }
        self.at = end + 1;
        self.text.get(start..end)
    }

    /// Whether a name follows that is written with a `$` at its beginning.
    pub(super) fn is_at_dollar_name(&mut self) -> bool {
        self.peek();
        self.text.as_bytes()[self.at..].starts_with(b"\"$")
    }

    fn single(&mut self, token: Token<'a>) -> Token<'a> {
        self.at += 1;
        token
    }

    /// A word; it begins here.
    pub(super) fn word(&mut self) -> Result<Token<'a>, Fault> {
        let start = self.at;
        let rest = &self.text[start..];
        let len = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(rest.len());
        let token = match &rest[..len] {
            "true" => Token::Bool(true),
            "false" => Token::Bool(false),
            "null" => Token::Null,
            "" => {
                let found = rest.chars().next().unwrap_or_default();
                let hint = if found == '\'' { "; strings take double quotes" } else { "" };
                return Err(Fault::new(start, format!("a value is expected, not {found:?}{hint}")));
            }
            word => {
                let message = format!("'{word:.40}' is not JSON; names and strings take double quotes");
                return Err(Fault::new(start, message));
            }
        };
        self.at += len;
        Ok(token)
    }

    /// A number by JSON's grammar; it begins here.
    pub(super) fn number(&mut self) -> Result<Number<'a>, Fault> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut end = start + usize::from(bytes[start] == b'-');
        let whole = end;
        end = self.after_digits(end);
        if end == whole {
            return Err(Fault::new(start, "a digit is expected after '-'"));
        }
        if end > whole + 1 && bytes[whole] == b'0' {
            return Err(Fault::new(start, "a number cannot begin with 0 and go on with digits"));
        }
        let after_integer = end;
        if bytes.get(end) == Some(&b'.') {
            let point = end;
            end = self.after_digits(point + 1);
            if end == point + 1 {
                return Err(Fault::new(point, "a digit is expected after '.'"));
            }
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = end + 1 + sign;
            let after_exponent = self.after_digits(exponent);
            if after_exponent == exponent {
                return Err(Fault::new(end, "a digit is expected in the exponent"));
            }
            end = after_exponent;
        }
        self.at = end;
        Ok(Number { text: &self.text[start..end], is_integer: end == after_integer })
    }

    fn after_digits(&self, mut at: usize) -> usize {
        while self.text.as_bytes().get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    }

    /// Appends a string without its escapes; it begins here. Tells whether there were any.
    #[inline]
    pub(super) fn append_string(&mut self, out: &mut Vec<u8>) -> Result<bool, Fault> {
        let begun = out.len();
        let (bytes, start) = (self.text.as_bytes(), self.at + 1);
        if let Some(end) = scan::append_until(out, bytes, start, scan::not_in_json_string)
            && bytes[end] == b'"'
        {
            self.at = end + 1;
            return Ok(false);
        }
        out.truncate(begun);
        out.extend_from_slice(self.awkward_string()?.as_bytes());
        Ok(true)
    }

    /// A string with escapes, or with something wrong.
    fn awkward_string(&mut self) -> Result<String, Fault> {
        let opened = self.at;
        self.at += 1;
        let mut content = self.plain_part(opened)?.to_owned();
        while self.text.as_bytes()[self.at] == b'\\' {
            content.push(self.escape()?);
            content.push_str(self.plain_part(opened)?);
        }
        self.at += 1;
        Ok(content)
    }

    /// What stands up to the next escape or the closing quote.
    fn plain_part(&mut self, opened: usize) -> Result<&'a str, Fault> {
        let start = self.at;
        let Some(end) = scan::find(self.text.as_bytes(), start, scan::not_in_json_string) else {
            return Err(Fault::new(opened, "this string has no closing double quote"));
        };
        self.at = end;
        match self.text.as_bytes()[end] {
            b'"' | b'\\' => Ok(&self.text[start..end]),
            b'\n' | b'\r' => Err(Fault::new(opened, "this string has no closing double quote on its line")),
            control => {
                let message = format!("a control character in a string is written \\u{control:04x}");
                Err(Fault::new(self.at, message))
            }
        }
    }

    /// The character of the escape that begins here.
    fn escape(&mut self) -> Result<char, Fault> {
        let start = self.at;
        let code = self.text.as_bytes().get(start + 1);
        self.at += 2;
        Ok(match code {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => self.unicode_escape(start)?,
            _ => {
                return Err(Fault::new(
                    start,
                    "an escape is one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX",
                ));
            }
        })
    }

    fn unicode_escape(&mut self, start: usize) -> Result<char, Fault> {
        let first = self.four_hex_digits(start)?;
        let alone = || Fault::new(start, "half of a surrogate pair is not a character");
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first).ok_or_else(alone);
        }
        if !self.text[self.at..].starts_with("\\u") {
            return Err(alone());
        }
        self.at += 2;
        let second = self.four_hex_digits(start)?;
        if !(0xDC00..0xE000).contains(&second) {
            return Err(alone());
        }
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)).ok_or_else(alone)
    }

    fn four_hex_digits(&mut self, start: usize) -> Result<u32, Fault> {
        let digits = self.text.get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        self.at += 4;
        digits
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or_else(|| Fault::new(start, "\\u takes four hex digits"))
    }
}
