//! Many `_id`s in little room.

use std::ops::Range;

/// `_id`s and the sizes of their documents, in one piece of memory: 16 bytes each beside the values.
#[derive(Default)]
pub(super) struct Ids {
    values: Vec<u8>,
    entries: Vec<Entry>,
}

struct Entry {
    /// Where its value ends.
    end: usize,
    size_bytes: u32,
    kind: u8,
}

impl Ids {
    pub(super) fn push(&mut self, (kind, value): (u8, &[u8]), size_bytes: u32) {
        self.values.extend_from_slice(value);
        self.entries.push(Entry { end: self.values.len(), size_bytes, kind });
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The `_id`s at these positions.
    pub(super) fn at(&self, range: Range<usize>) -> Vec<(u8, &[u8])> {
        let mut begin = range.start.checked_sub(1).map_or(0, |before| self.entries[before].end);
        let ids = self.entries[range].iter().map(|entry| {
            let value = &self.values[begin..entry.end];
            begin = entry.end;
            (entry.kind, value)
        });
        ids.collect()
    }

    /// How large the document at a position was when it was found.
    pub(super) fn size_bytes(&self, at: usize) -> u32 {
        self.entries[at].size_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_come_out_as_they_went_in() {
        let mut ids = Ids::default();
        ids.push((2, b"one"), 10);
        ids.push((16, b""), 20);
        ids.push((7, b"three"), 30);
        assert_eq!(ids.len(), 3);
        assert_eq!(ids.at(0..3), [(2, &b"one"[..]), (16, b""), (7, b"three")]);
        assert_eq!(ids.at(1..2), [(16, &b""[..])]);
        assert_eq!(ids.at(2..3), [(7, &b"three"[..])]);
        assert_eq!(ids.at(3..3), []);
        assert_eq!(ids.size_bytes(2), 30);
    }
}
