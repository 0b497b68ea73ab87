//! Puts raw BSON together from the front, while a text is read.
//!
//! Every object is written as a document first. One that turns out to stand for a value is taken back when
//! it closes, so that its fields may come in any order.

use crate::value::{
    ejson::{Fault, TextValue, is_type_key, read_wrapper},
    typed::Kind,
};

/// Levels of nesting that a text may have below the document itself, as many as mongod stores.
pub(super) const MAX_DEPTH: usize = 180;

/// Objects that only stand for a value may go this much deeper, as in `{"$date": {"$numberLong": ...}}`.
const WRAPPER_DEPTH: usize = 3;

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

/// One value under construction; of containers, with everything that is open.
pub(super) struct Builder {
    /// A type byte, then the value.
    out: Vec<u8>,
    /// Where the type byte of the value that is due stands in the output.
    type_at: usize,
    open: Vec<Open>,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self { out: vec![0], type_at: 0, open: Vec::new() }
    }

    /// The value, once everything is closed.
    pub(super) fn finish(mut self) -> Result<TextValue, Fault> {
        let bytes = self.out.split_off(1);
        let kind = Kind::from_byte(self.out[0]).ok_or_else(|| Fault::new(0, "a value is expected"))?;
        Ok(TextValue { kind, bytes })
    }

    /// How many containers are open.
    pub(super) fn level(&self) -> usize {
        self.open.len()
    }

    /// Begins an element; its value is due.
    fn begin_element(&mut self, name: &[u8]) {
        self.type_at = self.out.len();
        self.out.push(0);
        self.out.extend_from_slice(name);
        self.out.push(0);
    }

    pub(super) fn begin_field(&mut self, at: usize, name: &str) -> Result<(), Fault> {
        if name.contains('\0') {
            return Err(Fault::new(at, "a name cannot hold the character U+0000"));
        }
        if let Some(open) = self.open.last_mut()
            && is_type_key(name.as_bytes())
        {
            open.type_key.get_or_insert(at);
        }
        self.begin_element(name.as_bytes());
        Ok(())
    }

    pub(super) fn begin_item(&mut self) {
        if let Some(count) = self.open.last_mut().and_then(|open| open.count.as_mut()) {
            let index = *count;
            *count += 1;
            self.begin_element(itoa::Buffer::new().format(index).as_bytes());
        }
    }

    /// Puts the value that is due.
    pub(super) fn put(&mut self, kind: Kind, bytes: &[u8]) {
        self.put_at(self.type_at, kind, bytes);
    }

    fn put_at(&mut self, type_at: usize, kind: Kind, bytes: &[u8]) {
        self.out[type_at] = kind.byte();
        self.out.extend_from_slice(bytes);
    }

    /// Opens an object as the value that is due.
    pub(super) fn open_object(&mut self, at: usize) -> Result<(), Fault> {
        self.open(at, None)
    }

    /// Opens an array as the value that is due.
    pub(super) fn open_array(&mut self, at: usize) -> Result<(), Fault> {
        self.open(at, Some(0))
    }

    fn open(&mut self, opened: usize, count: Option<usize>) -> Result<(), Fault> {
        // What is open now is one level above; the document itself is level 0.
        if self.open.len() > MAX_DEPTH + WRAPPER_DEPTH {
            return Err(too_deep(opened));
        }
        let too_deep = (self.open.len() > MAX_DEPTH).then_some(opened);
        let start = self.out.len();
        self.open.push(Open { type_at: self.type_at, start, opened, count, type_key: None, too_deep });
        self.out.extend_from_slice(&[0; 4]);
        Ok(())
    }

    /// Closes what was opened last.
    pub(super) fn close(&mut self) -> Result<(), Fault> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        self.out.push(0);
        let len = i32::try_from(self.out.len() - open.start)
            .map_err(|_| Fault::new(open.opened, "this is larger than BSON can be"))?;
        self.out[open.start..open.start + 4].copy_from_slice(&len.to_le_bytes());
        let mut deep = open.too_deep;
        if let Some(at) = open.type_key {
            let (kind, bytes) =
                read_wrapper(&self.out[open.start..]).map_err(|message| Fault::new(at, message))?;
            self.out.truncate(open.start);
            self.put_at(open.type_at, kind, &bytes);
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
        Ok(())
    }
}

/// Why something at this place cannot be stored.
pub(super) fn too_deep(at: usize) -> Fault {
    Fault::new(at, format!("nested deeper than {MAX_DEPTH} levels, which is as deep as MongoDB stores"))
}
