//! Extended JSON to raw BSON, in one pass and with a stack of its own.
//!
//! Every object is written as a document first. One that turns out to stand for a value is taken back when
//! it closes, so that its fields may come in any order.

use super::{
    direct,
    fault::{Fault, TextError, TextValue},
    lexer::{Lexer, Number, Token},
    wrapper,
};
use crate::value::{
    raw::MAX_DEPTH,
    typed::{Kind, TypedValue, double_from_text},
};

/// How deep objects and arrays may be open in the text. A scope stands in an object that only stands for a value,
/// so a level of BSON takes up to two of the text; other wrappers are up to three deep and hold no documents.
const MAX_OPEN: usize = 2 * (MAX_DEPTH + 2) + 3;

/// Bytes of a length in BSON.
const LEN_BYTES: usize = 4;

/// Room for a small document, which as BSON may be as long as its text. A large one is longer as text.
const SPARE_BYTES: usize = 256;

/// Reads one document, an object at the top, as raw BSON.
///
/// The size is not bounded here: the caller compares it with what the server takes.
pub fn parse_document(text: &str) -> Result<Vec<u8>, TextError> {
    parse(text, MAX_DEPTH)?.into_document(text)
}

/// Reads one value of any type. An array may be a level deeper than a document: it may be a list of documents.
pub fn parse_value(text: &str) -> Result<TextValue, TextError> {
    parse(text, MAX_DEPTH + 1)
}

fn parse(text: &str, max_depth: usize) -> Result<TextValue, TextError> {
    Parser::new(text).run(max_depth).map_err(|fault| TextError::new(text, fault))
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
    /// Where its type byte stands in the output; none of the outermost.
    type_at: Option<usize>,
    /// Where its length stands in the output.
    start: usize,
    /// Where it begins in the text.
    opened: usize,
    /// Of an array, how many elements it has.
    count: Option<usize>,
    /// Where in the text a name stands that makes the object stand for a value.
    type_key: Option<usize>,
    /// What is nested deepest inside.
    below: Depth,
}

/// How deep BSON is nested, which objects that stand for a value are no part of.
#[derive(Clone, Copy)]
struct Depth {
    levels: usize,
    /// Where the innermost level begins in the text.
    at: usize,
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// The outermost value.
    out: Vec<u8>,
    /// Its type.
    kind: Kind,
    /// Where the type byte of the value that is due stands in the output; none of the outermost.
    type_at: Option<usize>,
    open: Vec<Open>,
    /// Of the whole text: a value that is not nested has none.
    depth: Depth,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            lexer: Lexer::new(text),
            out: Vec::with_capacity(text.len() / 2 + SPARE_BYTES),
            kind: Kind::Null,
            type_at: None,
            open: Vec::with_capacity(8),
            depth: Depth { levels: 0, at: 0 },
        }
    }

    fn run(mut self, max_depth: usize) -> Result<TextValue, Fault> {
        let mut expect = Expect::Value;
        loop {
            let byte = self.lexer.peek();
            expect = match (expect, byte) {
                (Expect::AfterValue, None) if self.open.is_empty() => break,
                (Expect::AfterValue, Some(b',')) if self.in_object() => self.step(Expect::Name),
                (Expect::AfterValue, Some(b',')) if self.in_array() => self.step(Expect::Item),
                (Expect::FirstName | Expect::AfterValue, Some(b'}')) if self.in_object() => self.close()?,
                (Expect::FirstItem | Expect::AfterValue, Some(b']')) if self.in_array() => self.close()?,
                (Expect::FirstName | Expect::Name, Some(b'"')) => self.begin_field()?,
                (Expect::Colon, Some(b':')) => self.step(Expect::Value),
                (Expect::FirstItem | Expect::Item, Some(byte)) if begins_value(byte) => {
                    self.begin_item();
                    self.value(byte)?
                }
                (Expect::Value, Some(byte)) if begins_value(byte) => self.value(byte)?,
                (expect, _) => return Err(self.unexpected(expect)),
            };
        }
        // The outermost level is the document itself.
        if self.depth.levels > max_depth + 1 {
            return Err(too_deep(self.depth.at));
        }
        Ok(TextValue { kind: self.kind, bytes: self.out })
    }

    /// Goes on behind a token of one byte.
    fn step(&mut self, expect: Expect) -> Expect {
        self.lexer.step();
        expect
    }

    fn in_object(&self) -> bool {
        self.open.last().is_some_and(|open| open.count.is_none())
    }

    fn in_array(&self) -> bool {
        self.open.last().is_some_and(|open| open.count.is_some())
    }

    /// What is wrong with the next token, or why there is none.
    fn unexpected(&mut self, expect: Expect) -> Fault {
        let expected = match expect {
            Expect::Value | Expect::FirstItem | Expect::Item => "a value",
            Expect::FirstName => "a name in double quotes or '}'",
            Expect::Name => "a name in double quotes",
            Expect::Colon => "':' after the name",
            Expect::AfterValue if self.in_object() => "',' or '}'",
            Expect::AfterValue if self.in_array() => "',' or ']'",
            Expect::AfterValue => "nothing after the end",
        };
        match self.lexer.next() {
            Ok((at, token)) => Fault::new(at, format!("{expected} is expected, not {}", token.describe())),
            Err(fault) => fault,
        }
    }

    fn begin_field(&mut self) -> Result<Expect, Fault> {
        let at = self.lexer.at();
        self.begin_element();
        let name_at = self.out.len();
        let had_escapes = self.lexer.append_string(&mut self.out)?;
        let name = &self.out[name_at..];
        // Only an escape can bring it in.
        if had_escapes && name.contains(&0) {
            return Err(Fault::new(at, "a name cannot hold the character U+0000"));
        }
        if wrapper::is_type_key(name)
            && let Some(open) = self.open.last_mut()
        {
            open.type_key.get_or_insert(at);
        }
        self.out.push(0);
        Ok(if self.lexer.skip(b':') { Expect::Value } else { Expect::Colon })
    }

    fn begin_item(&mut self) {
        if let Some(count) = self.open.last_mut().and_then(|open| open.count.as_mut()) {
            let index = *count;
            *count += 1;
            self.begin_element();
            self.out.extend_from_slice(itoa::Buffer::new().format(index).as_bytes());
            self.out.push(0);
        }
    }

    /// Makes room for the type of an element; its name and its value are due.
    fn begin_element(&mut self) {
        self.type_at = Some(self.out.len());
        self.out.push(0);
    }

    /// Reads the value that begins with this byte, or its beginning.
    fn value(&mut self, byte: u8) -> Result<Expect, Fault> {
        let type_at = self.type_at;
        let kind = match byte {
            b'{' => match self.direct() {
                Some(kind) => kind,
                None => return self.begin_container(None),
            },
            b'[' => return self.begin_container(Some(0)),
            b'"' => self.string()?,
            b'-' | b'0'..=b'9' => self.number()?,
            _ => match self.lexer.word()? {
                Token::Bool(value) => {
                    self.out.push(u8::from(value));
                    Kind::Bool
                }
                _ => Kind::Null,
            },
        };
        self.put_type(type_at, kind);
        Ok(Expect::AfterValue)
    }

    fn put_type(&mut self, type_at: Option<usize>, kind: Kind) {
        match type_at {
            Some(at) => self.out[at] = kind.byte(),
            None => self.kind = kind,
        }
    }

    fn string(&mut self) -> Result<Kind, Fault> {
        let (at, start) = (self.lexer.at(), self.out.len());
        self.out.extend_from_slice(&[0; LEN_BYTES]);
        self.lexer.append_string(&mut self.out)?;
        self.out.push(0);
        self.put_len(start, self.out.len() - start - LEN_BYTES, at)?;
        Ok(Kind::String)
    }

    /// Puts a length where room was made for it, of what begins at `at` in the text.
    fn put_len(&mut self, place: usize, len: usize, at: usize) -> Result<(), Fault> {
        let len = i32::try_from(len).map_err(|_| Fault::new(at, "this is larger than BSON can be"))?;
        self.out[place..place + LEN_BYTES].copy_from_slice(&len.to_le_bytes());
        Ok(())
    }

    /// Reads an object that stands for a value, where that takes no more than a look.
    fn direct(&mut self) -> Option<Kind> {
        let (mut lexer, start) = (self.lexer, self.out.len());
        lexer.step();
        let kind = direct::read(&mut lexer, &mut self.out);
        if kind.is_some() {
            self.lexer = lexer;
        } else {
            self.out.truncate(start);
        }
        kind
    }

    /// A plain number: the smallest integer type that holds it, else a double.
    fn number(&mut self) -> Result<Kind, Fault> {
        let at = self.lexer.at();
        let Number { text, is_integer } = self.lexer.number()?;
        // Minus zero is no integer.
        if is_integer
            && text != "-0"
            && let Ok(long) = text.parse::<i64>()
        {
            return Ok(if let Ok(int) = i32::try_from(long) {
                self.out.extend_from_slice(&int.to_le_bytes());
                Kind::Int
            } else {
                self.out.extend_from_slice(&long.to_le_bytes());
                Kind::Long
            });
        }
        let Some(double) = double_from_text(text) else {
            let refused = TypedValue { kind: Kind::Double, text: text.to_owned() }.encode();
            return Err(Fault::new(at, refused.map_or_else(|error| error.to_string(), |_| String::new())));
        };
        self.out.extend_from_slice(&double.to_le_bytes());
        Ok(Kind::Double)
    }

    fn begin_container(&mut self, count: Option<usize>) -> Result<Expect, Fault> {
        let opened = self.lexer.at();
        self.lexer.step();
        if self.open.len() > MAX_OPEN {
            return Err(too_deep(opened));
        }
        let below = Depth { levels: 0, at: opened };
        let start = self.out.len();
        self.open.push(Open { type_at: self.type_at, start, opened, count, type_key: None, below });
        self.out.extend_from_slice(&[0; LEN_BYTES]);
        Ok(if count.is_some() { Expect::FirstItem } else { Expect::FirstName })
    }

    fn close(&mut self) -> Result<Expect, Fault> {
        self.lexer.step();
        let Some(open) = self.open.pop() else { return Ok(Expect::AfterValue) };
        self.out.push(0);
        self.put_len(open.start, self.out.len() - open.start, open.opened)?;
        let mut depth = open.below;
        if let Some(at) = open.type_key {
            let (kind, bytes) =
                wrapper::read(&self.out[open.start..]).map_err(|message| Fault::new(at, message))?;
            self.out.truncate(open.start);
            self.out.extend_from_slice(&bytes);
            self.put_type(open.type_at, kind);
            // A scope is a document of its own; what any other wrapper is made of goes away with it.
            if kind != Kind::JavascriptWithScope {
                depth.levels = 0;
            }
        } else {
            self.put_type(open.type_at, if open.count.is_some() { Kind::Array } else { Kind::Object });
            depth.levels += 1;
        }
        let around = self.open.last_mut().map_or(&mut self.depth, |parent| &mut parent.below);
        if depth.levels > around.levels {
            *around = depth;
        }
        Ok(Expect::AfterValue)
    }
}

/// Whether a value may begin with this byte. Of any other word than `true`, `false` and `null` the lexer says what
/// is wrong.
fn begins_value(byte: u8) -> bool {
    !matches!(byte, b'}' | b']' | b':' | b',')
}

fn too_deep(at: usize) -> Fault {
    Fault::new(at, format!("nested deeper than {MAX_DEPTH} levels; MongoDB stores 180"))
}
