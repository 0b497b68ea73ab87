//! Documents out of random bytes.
//!
//! Bytes that a fuzzer makes up are hardly ever BSON: one wrong length and nothing behind it is looked at. So half
//! of the input is taken for instructions by which a document is put together whose lengths are right.

use trivet_core::value::{raw, typed::Kind};

/// Types that BSON has, with one that it has not.
const TYPES: [u8; 22] = [
    0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11,
    0x12, 0x13, 0x7F, 0xFF, 0x20,
];

/// Names that are hard to write or to find again.
const NAMES: [&[u8]; 16] = [
    b"a",
    b"a",
    b"",
    b"0",
    b"1",
    b"$x",
    b"a.b",
    b"_id",
    b"$oid",
    b"$date",
    b"$code",
    b"$scope",
    b"$type",
    b"\xff",
    b"\"\\\n",
    "é𝄞".as_bytes(),
];

/// A document: the bytes themselves, or what their instructions say.
pub fn document(input: &[u8]) -> Vec<u8> {
    match input.split_first() {
        Some((first, rest)) if first % 2 == 0 => rest.to_vec(),
        _ => Tape { rest: input.get(1..).unwrap_or_default() }.document(),
    }
}

struct Tape<'a> {
    rest: &'a [u8],
}

impl<'a> Tape<'a> {
    fn byte(&mut self) -> usize {
        let (first, rest) = self.rest.split_first().unwrap_or((&0, &[]));
        self.rest = rest;
        usize::from(*first)
    }

    fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(len.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    /// So many bytes, with zeros where the tape has ended.
    fn exactly(&mut self, len: usize) -> Vec<u8> {
        let mut taken = self.take(len).to_vec();
        taken.resize(len, 0);
        taken
    }

    fn text(&mut self) -> Vec<u8> {
        let len = self.byte() % 24;
        self.take(len).to_vec()
    }

    fn cstring(&mut self) -> Vec<u8> {
        let mut text: Vec<u8> = self.text().into_iter().filter(|&byte| byte != 0).collect();
        text.push(0);
        text
    }

    fn string(&mut self) -> Vec<u8> {
        let mut text = self.text();
        text.push(0);
        with_len(&text, 0)
    }

    fn name(&mut self, index: usize, is_array: bool) -> Vec<u8> {
        let choice = self.byte();
        let mut name = match choice {
            0..240 if is_array => index.to_string().into_bytes(),
            _ => NAMES[choice % NAMES.len()].to_vec(),
        };
        name.push(0);
        name
    }

    /// Elements until the tape or a level ends; what is open is closed then.
    fn document(mut self) -> Vec<u8> {
        struct Open {
            elements: Vec<u8>,
            kind: u8,
            name: Vec<u8>,
            code: Vec<u8>,
            count: usize,
        }
        let open = |kind, name, code| Open { elements: Vec::new(), kind, name, code, count: 0 };
        let mut stack = vec![open(0x03, Vec::new(), Vec::new())];
        loop {
            let depth = stack.len();
            let Some(current) = stack.last_mut() else { return Vec::new() };
            let choice = self.byte();
            if self.rest.is_empty() || choice >= 0xF0 {
                current.elements.push(0);
                let document = with_len(&current.elements, 4);
                let Some(closed) = stack.pop() else { return document };
                let Some(around) = stack.last_mut() else { return document };
                let value = match closed.kind {
                    0x0F => with_len(&[closed.code, document].concat(), 4),
                    _ => document,
                };
                around.elements.push(closed.kind);
                around.elements.extend(closed.name);
                around.elements.extend(value);
                continue;
            }
            let kind = TYPES[choice % TYPES.len()];
            let name = self.name(current.count, current.kind == 0x04);
            current.count += 1;
            // Deeper than any server stores, for the bound.
            if matches!(kind, 0x03 | 0x04 | 0x0F) && depth < 220 {
                let code = if kind == 0x0F { self.string() } else { Vec::new() };
                stack.push(open(kind, name, code));
                continue;
            }
            let value = match kind {
                0x01 | 0x09 | 0x11 | 0x12 => self.exactly(8),
                0x02 | 0x0D | 0x0E => self.string(),
                0x05 => {
                    let subtype = u8::try_from(self.byte() % 8).unwrap_or_default();
                    let data = self.text();
                    let data = if subtype == 2 && data.len() % 3 > 0 { with_len(&data, 0) } else { data };
                    let len = u32::try_from(data.len()).unwrap_or_default().to_le_bytes();
                    [&len, [subtype].as_slice(), &data].concat()
                }
                0x07 => self.exactly(12),
                0x08 => vec![u8::try_from(self.byte() % 3).unwrap_or_default()],
                0x0B => [self.cstring(), self.cstring()].concat(),
                0x0C => [self.string(), self.exactly(12)].concat(),
                0x10 => self.exactly(4),
                0x13 => self.exactly(16),
                0x03 | 0x04 => vec![5, 0, 0, 0, 0],
                0x0F => continue,
                _ => Vec::new(),
            };
            current.elements.push(kind);
            current.elements.extend(name);
            current.elements.extend(value);
        }
    }
}

/// Bytes behind their length, to which `more` is added.
fn with_len(bytes: &[u8], more: usize) -> Vec<u8> {
    let len = u32::try_from(bytes.len() + more).unwrap_or_default();
    [&len.to_le_bytes(), bytes].concat()
}

/// A type, by any byte.
pub fn kind(byte: u8) -> Kind {
    Kind::from_byte(TYPES[usize::from(byte) % (TYPES.len() - 1)]).unwrap_or(Kind::Null)
}

/// Whether the walk over the bytes is the same as the bytes themselves, level by level.
pub fn reassembles(bytes: &[u8]) -> bool {
    let mut documents = vec![bytes];
    while let Some(document) = documents.pop() {
        let Ok(elements) = raw::Elements::new(document) else { return false };
        let mut end = 4;
        for element in elements {
            let Ok(element) = element else { return false };
            if element.range().start != end || document[element.value_range()] != *element.value {
                return false;
            }
            end = element.range().end;
            if matches!(element.kind, Kind::Object | Kind::Array) {
                documents.push(element.value);
            }
        }
        if end + 1 != document.len() {
            return false;
        }
    }
    true
}
