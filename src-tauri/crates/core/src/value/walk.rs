//! The walk from raw BSON to text that all writers share: in order, in one pass, without recursion.

use super::{
    raw::{self, Element, Elements, Malformed},
    typed::Kind,
};

/// What holds elements.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bracket {
    Object,
    Array,
    /// The scope of JavaScript: its end is also the end of the value that it belongs to.
    Scope,
}

/// Where an element stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// What holds it.
    pub(super) bracket: Bracket,
    /// Its position there, from 0.
    pub(super) index: usize,
    /// How many containers are open around it.
    pub(super) level: usize,
}

impl Place {
    /// Whether an array's element has the name that its position asks for: a text does not say another one.
    pub(super) fn is_named_by(self, element: &Element<'_>) -> bool {
        element.name == itoa::Buffer::new().format(self.index).as_bytes()
    }
}

/// Takes what the walk finds.
pub(super) trait Sink {
    /// Begins a container.
    fn open(&mut self, bracket: Bracket);

    /// Begins an element: what stands before its value.
    fn begin(&mut self, element: &Element<'_>, place: Place);

    /// Writes a value; of one that holds a document, only what stands before it, and gives the document.
    fn value<'a>(&mut self, element: &Element<'a>, place: Place) -> Option<&'a [u8]>;

    /// Ends a container, with so many still open around it.
    fn close(&mut self, bracket: Bracket, empty: bool, level: usize);
}

struct Open<'a> {
    elements: Elements<'a>,
    bracket: Bracket,
    count: usize,
}

impl<'a> Open<'a> {
    fn new(bytes: &'a [u8], bracket: Bracket) -> Result<Self, Malformed> {
        Ok(Self { elements: Elements::new(bytes)?, bracket, count: 0 })
    }
}

/// Walks a document, at most [`raw::MAX_DEPTH`] levels deep. After an error the sink has seen a part of it.
pub(super) fn walk(bytes: &[u8], sink: &mut impl Sink) -> Result<(), Malformed> {
    let mut open = vec![Open::new(bytes, Bracket::Object)?];
    sink.open(Bracket::Object);
    while let Some(container) = open.last_mut() {
        let Some(element) = container.elements.next().transpose()? else {
            let closed = container.bracket;
            let empty = container.count == 0;
            open.pop();
            sink.close(closed, empty, open.len());
            continue;
        };
        let (bracket, index) = (container.bracket, container.count);
        container.count += 1;
        let place = Place { bracket, index, level: open.len() };
        sink.begin(&element, place);
        if let Some(inner) = sink.value(&element, place) {
            if open.len() > raw::MAX_DEPTH {
                return Err(Malformed { offset: 0, what: "nested deeper than 200 levels" });
            }
            let bracket = match element.kind {
                Kind::Array => Bracket::Array,
                Kind::JavascriptWithScope => Bracket::Scope,
                _ => Bracket::Object,
            };
            let inner = Open::new(inner, bracket)?;
            sink.open(bracket);
            open.push(inner);
        }
    }
    Ok(())
}
