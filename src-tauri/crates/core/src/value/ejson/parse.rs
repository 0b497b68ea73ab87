//! Extended JSON to raw BSON, in one pass and with a stack of its own.
//!
//! Every object is written as a document first. One that turns out to stand for a value is taken back when
//! it closes, so that its fields may come in any order.

use super::{
    lexer::{Fault, Lexer, Token},
    wrapper,
};
use crate::value::typed::{Kind, TypedValue};

/// Levels of nesting that a text may have below the document itself, as many as mongod stores.
pub const MAX_DEPTH: usize = 180;

/// Objects that only stand for a value may go this much deeper, as in `{"$date": {"$numberLong": ...}}`.
const WRAPPER_DEPTH: usize = 3;

/// A text that is not Extended JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct TextError {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What is wrong, and what is expected.
    pub message: String,
}

impl TextError {
    fn new(text: &str, fault: Fault) -> Self {
        let before = &text.as_bytes()[..fault.at.min(text.len())];
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let lines = before.split(|&byte| byte == b'\n').count() - 1;
        let columns = before[line_start..].iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        let from_one = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
        Self { line: from_one(lines), column: from_one(columns), message: fault.message }
    }
}

/// A value that was read from a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextValue {
    /// The BSON type.
    pub kind: Kind,
    /// The value's bytes.
    pub bytes: Vec<u8>,
}

/// Reads one document, an object at the top, as raw BSON.
///
/// The size is not bounded here: the caller compares it with what the server takes.
pub fn parse_document(text: &str) -> Result<Vec<u8>, TextError> {
    let value = parse_value(text)?;
    if value.kind == Kind::Object {
        return Ok(value.bytes);
    }
    let at = text.len() - text.trim_start().len();
    let message =
        format!("a document between {{ and }} is expected, not a value of type {}", value.kind.name());
    Err(TextError::new(text, Fault::new(at, message)))
}

/// Reads one value of any type.
pub fn parse_value(text: &str) -> Result<TextValue, TextError> {
    Parser::new(text).run().map_err(|fault| TextError::new(text, fault))
}

/// What the next token may be.
#[derive(Clone, Copy)]
enum Expect {
    Value,
    /// A field's name, or the object's end.
    FirstName,
    Name,
    Colon,
    /// A value, or the array's end.
    FirstItem,
    Item,
    /// A comma or the end of what is open.
    AfterValue,
}

/// An object or an array that is open.
struct Open {
    /// Where its type byte stands in the output.
    type_at: usize,
    /// Where its length stands in the output.
    start: usize,
    /// Where it begins in the text.
    opened: usize,
    /// Of an array, how many elements it has.
    count: Option<usize>,
    /// Where in the text a name stands that makes the object stand for a value.
    type_key: Option<usize>,
    /// Where in the text something inside is nested too deep, unless it is part of a wrapper.
    too_deep: Option<usize>,
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// A type byte, then the value.
    out: Vec<u8>,
    /// Where the type byte of the value that is due stands in the output.
    type_at: usize,
    open: Vec<Open>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Self { lexer: Lexer::new(text), out: vec![0], type_at: 0, open: Vec::new() }
    }

    fn run(mut self) -> Result<TextValue, Fault> {
        let mut expect = Expect::Value;
        loop {
            let (at, token) = self.lexer.next()?;
            expect = match (expect, token) {
                (Expect::AfterValue, Token::End) if self.open.is_empty() => break,
                (Expect::FirstName | Expect::AfterValue, Token::CloseObject) if self.in_object() => {
                    self.close()?
                }
                (Expect::FirstItem | Expect::AfterValue, Token::CloseArray) if self.in_array() => {
                    self.close()?
                }
                (Expect::AfterValue, Token::Comma) if self.in_object() => Expect::Name,
                (Expect::AfterValue, Token::Comma) if self.in_array() => Expect::Item,
                (Expect::FirstName | Expect::Name, Token::String(name)) => self.begin_field(at, &name)?,
                (Expect::Colon, Token::Colon) => Expect::Value,
                (Expect::FirstItem | Expect::Item, token) => {
                    self.begin_item();
                    self.value(at, token)?
                }
                (Expect::Value, token) => self.value(at, token)?,
                (expect, token) => return Err(self.unexpected(expect, at, &token)),
            };
        }
        let bytes = self.out.split_off(1);
        let kind = Kind::from_byte(self.out[0]).ok_or_else(|| Fault::new(0, "a value is expected"))?;
        Ok(TextValue { kind, bytes })
    }

    fn in_object(&self) -> bool {
        self.open.last().is_some_and(|open| open.count.is_none())
    }

    fn in_array(&self) -> bool {
        self.open.last().is_some_and(|open| open.count.is_some())
    }

    fn unexpected(&self, expect: Expect, at: usize, token: &Token<'_>) -> Fault {
        let expected = match expect {
            Expect::Value | Expect::FirstItem | Expect::Item => "a value",
            Expect::FirstName => "a name in double quotes or '}'",
            Expect::Name => "a name in double quotes",
            Expect::Colon => "':' after the name",
            Expect::AfterValue if self.in_object() => "',' or '}'",
            Expect::AfterValue if self.in_array() => "',' or ']'",
            Expect::AfterValue => "nothing after the end",
        };
        Fault::new(at, format!("{expected} is expected, not {}", token.describe()))
    }

    /// Begins an element; its value is due.
    fn begin_element(&mut self, name: &[u8]) {
        self.type_at = self.out.len();
        self.out.push(0);
        self.out.extend_from_slice(name);
        self.out.push(0);
    }

    fn begin_field(&mut self, at: usize, name: &str) -> Result<Expect, Fault> {
        if name.contains('\0') {
            return Err(Fault::new(at, "a name cannot hold the character U+0000"));
        }
        if let Some(open) = self.open.last_mut()
            && wrapper::is_type_key(name.as_bytes())
        {
            open.type_key.get_or_insert(at);
        }
        self.begin_element(name.as_bytes());
        Ok(Expect::Colon)
    }

    fn begin_item(&mut self) {
        if let Some(count) = self.open.last_mut().and_then(|open| open.count.as_mut()) {
            let index = *count;
            *count += 1;
            self.begin_element(itoa::Buffer::new().format(index).as_bytes());
        }
    }

    fn value(&mut self, at: usize, token: Token<'_>) -> Result<Expect, Fault> {
        let (kind, bytes) = match token {
            Token::OpenObject => return self.begin_container(at, None),
            Token::OpenArray => return self.begin_container(at, Some(0)),
            Token::String(text) => encoded(Kind::String, text).map_err(|message| Fault::new(at, message))?,
            Token::Number(text) => number(text).map_err(|message| Fault::new(at, message))?,
            Token::Bool(value) => (Kind::Bool, vec![u8::from(value)]),
            Token::Null => (Kind::Null, Vec::new()),
            token => return Err(self.unexpected(Expect::Value, at, &token)),
        };
        self.put(self.type_at, kind, &bytes);
        Ok(Expect::AfterValue)
    }

    fn put(&mut self, type_at: usize, kind: Kind, bytes: &[u8]) {
        self.out[type_at] = kind.byte();
        self.out.extend_from_slice(bytes);
    }

    fn begin_container(&mut self, opened: usize, count: Option<usize>) -> Result<Expect, Fault> {
        // What is open now is one level above; the document itself is level 0.
        if self.open.len() > MAX_DEPTH + WRAPPER_DEPTH {
            return Err(too_deep(opened));
        }
        let too_deep = (self.open.len() > MAX_DEPTH).then_some(opened);
        let start = self.out.len();
        self.open.push(Open { type_at: self.type_at, start, opened, count, type_key: None, too_deep });
        self.out.extend_from_slice(&[0; 4]);
        Ok(if count.is_some() { Expect::FirstItem } else { Expect::FirstName })
    }

    fn close(&mut self) -> Result<Expect, Fault> {
        let Some(open) = self.open.pop() else { return Ok(Expect::AfterValue) };
        self.out.push(0);
        let len = i32::try_from(self.out.len() - open.start)
            .map_err(|_| Fault::new(open.opened, "this is larger than BSON can be"))?;
        self.out[open.start..open.start + 4].copy_from_slice(&len.to_le_bytes());
        let mut deep = open.too_deep;
        if let Some(at) = open.type_key {
            let (kind, bytes) =
                wrapper::read(&self.out[open.start..]).map_err(|message| Fault::new(at, message))?;
            self.out.truncate(open.start);
            self.put(open.type_at, kind, &bytes);
            // A scope is a document of its own; what any other wrapper is made of goes away with it.
            deep = deep.filter(|_| kind == Kind::JavascriptWithScope);
        } else {
            self.out[open.type_at] = if open.count.is_some() { Kind::Array } else { Kind::Object }.byte();
        }
        match (deep, self.open.last_mut()) {
            (Some(at), Some(parent)) => parent.too_deep = parent.too_deep.or(Some(at)),
            (Some(at), None) => return Err(too_deep(at)),
            (None, _) => {}
        }
        Ok(Expect::AfterValue)
    }
}

fn too_deep(at: usize) -> Fault {
    Fault::new(at, format!("nested deeper than {MAX_DEPTH} levels, which is as deep as MongoDB stores"))
}

fn encoded(kind: Kind, text: String) -> Result<(Kind, Vec<u8>), String> {
    let (_, bytes) = TypedValue { kind, text }.encode().map_err(|error| error.to_string())?;
    Ok((kind, bytes))
}

/// A plain number: the smallest integer type that holds it, else a double.
fn number(text: &str) -> Result<(Kind, Vec<u8>), String> {
    // Minus zero is no integer.
    if text != "-0" && !text.contains(['.', 'e', 'E']) {
        if let Ok(int) = text.parse::<i32>() {
            return Ok((Kind::Int, int.to_le_bytes().to_vec()));
        }
        if let Ok(long) = text.parse::<i64>() {
            return Ok((Kind::Long, long.to_le_bytes().to_vec()));
        }
    }
    encoded(Kind::Double, text.to_owned())
}
