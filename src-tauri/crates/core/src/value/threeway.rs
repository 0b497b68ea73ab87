//! Two changes of one document, put together field by field.
//!
//! There are three documents: the one that both started from, the one that stands there now, and the one that is wished. What
//! only one of them changed is taken from that one. What both changed, and not to the same, is a conflict, for which somebody
//! has to choose. Where it is not sure which fields belong together, because a name repeats or an array has grown on both
//! sides, the whole of what holds them is one field.

mod fields;
#[cfg(test)]
mod tests;

use fields::Fields;

use super::{
    diff::all,
    node::shown_name,
    path::{Path, PathStep},
    raw::{Element, MAX_DEPTH, Malformed},
    typed::Kind,
};

/// Which of the two changes is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What stands there now.
    Now,
    /// What is wished.
    Mine,
}

/// One field in which the three documents differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeField<'a> {
    /// Where it stands: positions of the first of now, mine and base that has it.
    pub path: Path,
    /// What both started from; none where there was no such field. Likewise below.
    pub base: Option<Element<'a>>,
    /// What stands there now.
    pub now: Option<Element<'a>>,
    /// What is wished.
    pub mine: Option<Element<'a>>,
    /// Both were changed, and not to the same.
    pub conflict: bool,
    /// Which was taken.
    pub taken: Side,
}

/// Why documents cannot be put together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThreewayError {
    /// The document would be larger than BSON can be.
    #[error("the document would be larger than BSON can be")]
    TooLarge,
    /// The bytes are not BSON.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

/// The document of both changes, and every field in which something was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged<'a> {
    /// The bytes of the document.
    pub bytes: Vec<u8>,
    /// Every field in which the three differ.
    pub fields: Vec<MergeField<'a>>,
}

impl Merged<'_> {
    /// The fields for which somebody has to choose.
    pub fn conflicts(&self) -> impl Iterator<Item = &MergeField<'_>> {
        self.fields.iter().filter(|field| field.conflict)
    }
}

/// Puts two changes of `base` together. `choose` is asked for every field that differs, in order, with its position in
/// [`Merged::fields`]; where it answers none, a change of one side is taken, and of a conflict what stands there now.
pub fn merge<'a>(
    base: &'a [u8],
    now: &'a [u8],
    mine: &'a [u8],
    choose: impl Fn(usize) -> Option<Side>,
) -> Result<Merged<'a>, ThreewayError> {
    let mut merger = Merger { fields: Vec::new(), path: Vec::new(), choose };
    let bytes = if let Some(bytes) = merger.containers(Kind::Object, base, now, mine)? {
        bytes
    } else {
        // Fields of the whole document do not belong together surely: one side is taken as a whole.
        let whole = |bytes| Some(Element { kind: Kind::Object, name: b"", value: bytes, start: 0 });
        let taken = merger.field(whole(base), whole(now), whole(mine), None);
        taken.map_or_else(Vec::new, |element| element.value.to_vec())
    };
    Ok(Merged { bytes, fields: merger.fields })
}

struct Merger<'a, C> {
    fields: Vec<MergeField<'a>>,
    path: Path,
    choose: C,
}

impl<'a, C: Fn(usize) -> Option<Side>> Merger<'a, C> {
    /// Merges what is inside three objects or three arrays; none where it is not sure what belongs together.
    fn containers(
        &mut self,
        kind: Kind,
        base: &'a [u8],
        now: &'a [u8],
        mine: &'a [u8],
    ) -> Result<Option<Vec<u8>>, ThreewayError> {
        if self.path.len() >= MAX_DEPTH {
            return Ok(None);
        }
        let known = self.fields.len();
        let Some(merged) = self.each(kind, base, now, mine)? else { return Ok(None) };
        // Names of elements and the like are those of the one side that changed something.
        let all_taken = |side| self.fields[known..].iter().all(|field| field.taken == side);
        Ok(Some(match (base == mine && all_taken(Side::Now), base == now && all_taken(Side::Mine)) {
            (true, _) => now.to_vec(),
            (_, true) => mine.to_vec(),
            _ => merged,
        }))
    }

    /// Merges field by field.
    fn each(
        &mut self,
        kind: Kind,
        base: &'a [u8],
        now: &'a [u8],
        mine: &'a [u8],
    ) -> Result<Option<Vec<u8>>, ThreewayError> {
        let (base, now, mine) = (all(base)?, all(now)?, all(mine)?);
        let Some(fields) = Fields::of(kind, &base, &now, &mine) else { return Ok(None) };
        let mut bytes = vec![0; 4];
        let mut length = 0_usize;
        for field in fields {
            let (base, now, mine) =
                (field.base.map(|at| base[at]), field.now.map(|at| now[at]), field.mine.map(|at| mine[at]));
            let Some(element) = now.or(mine).or(base) else { continue };
            let index = field.now.or(field.mine).or(field.base).unwrap_or_default();
            self.path.push(PathStep {
                index: u32::try_from(index).unwrap_or(u32::MAX),
                name: shown_name(element.name).0,
            });
            let merged = self.value(base, now, mine)?;
            self.path.pop();
            let Some((value_kind, value)) = merged else { continue };
            bytes.push(value_kind.byte());
            match kind {
                Kind::Array => bytes.extend_from_slice(itoa::Buffer::new().format(length).as_bytes()),
                _ => bytes.extend_from_slice(element.name),
            }
            bytes.push(0);
            bytes.extend_from_slice(&value);
            length += 1;
        }
        bytes.push(0);
        let total = i32::try_from(bytes.len()).map_err(|_| ThreewayError::TooLarge)?;
        bytes[..4].copy_from_slice(&total.to_le_bytes());
        Ok(Some(bytes))
    }

    /// Merges one field; none where it is not to be there.
    fn value(
        &mut self,
        base: Option<Element<'a>>,
        now: Option<Element<'a>>,
        mine: Option<Element<'a>>,
    ) -> Result<Option<(Kind, Vec<u8>)>, ThreewayError> {
        if same(base, now) && same(now, mine) {
            return Ok(now.map(owned));
        }
        if let (Some(base), Some(now), Some(mine)) = (base, now, mine)
            && base.kind == now.kind
            && now.kind == mine.kind
            && matches!(now.kind, Kind::Object | Kind::Array)
            && let Some(value) = self.containers(now.kind, base.value, now.value, mine.value)?
        {
            return Ok(Some((now.kind, value)));
        }
        let path = self.path.clone();
        Ok(self.field(base, now, mine, Some(path)).map(owned))
    }

    /// Takes one of two changes of a field that is not looked into.
    fn field(
        &mut self,
        base: Option<Element<'a>>,
        now: Option<Element<'a>>,
        mine: Option<Element<'a>>,
        path: Option<Path>,
    ) -> Option<Element<'a>> {
        let conflict = !same(base, now) && !same(base, mine) && !same(now, mine);
        let usual = if conflict || same(base, mine) { Side::Now } else { Side::Mine };
        let taken = (self.choose)(self.fields.len()).unwrap_or(usual);
        let path = path.unwrap_or_default();
        self.fields.push(MergeField { path, base, now, mine, conflict, taken });
        match taken {
            Side::Now => now,
            Side::Mine => mine,
        }
    }
}

fn same(one: Option<Element<'_>>, other: Option<Element<'_>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.kind == other.kind && one.value == other.value,
        (None, None) => true,
        _ => false,
    }
}

fn owned(element: Element<'_>) -> (Kind, Vec<u8>) {
    (element.kind, element.value.to_vec())
}
