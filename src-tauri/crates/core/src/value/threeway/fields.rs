//! Which fields of three objects, or elements of three arrays, belong together, and in which order.

use std::collections::{HashMap, HashSet};

use crate::value::{raw::Element, typed::Kind};

/// The positions of one field in the three documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) base: Option<usize>,
    pub(super) now: Option<usize>,
    pub(super) mine: Option<usize>,
}

/// Every field of the three, in the order in which they are to stand.
pub(super) struct Fields;

impl Fields {
    /// None where it is not sure what belongs together.
    pub(super) fn of(
        kind: Kind,
        base: &[Element<'_>],
        now: &[Element<'_>],
        mine: &[Element<'_>],
    ) -> Option<Vec<Field>> {
        match kind {
            Kind::Array => elements(base, now, mine),
            _ => fields(base, now, mine),
        }
    }
}

/// Elements belong together by position. One side may have added some at the end while the other has changed values in place.
fn elements(base: &[Element<'_>], now: &[Element<'_>], mine: &[Element<'_>]) -> Option<Vec<Field>> {
    let starts_as = |long: &[Element<'_>], short: &[Element<'_>]| {
        long.len() > short.len() && long.iter().zip(short).all(|(one, other)| equal(one, other))
    };
    let same_length = base.len() == now.len() && base.len() == mine.len();
    let now_appends = mine.len() == base.len() && starts_as(now, base);
    let mine_appends = now.len() == base.len() && starts_as(mine, base);
    (same_length || now_appends || mine_appends).then(|| {
        let at = |list: &[Element<'_>], index| (index < list.len()).then_some(index);
        let longest = now.len().max(mine.len());
        (0..longest)
            .map(|index| Field { base: at(base, index), now: at(now, index), mine: at(mine, index) })
            .collect()
    })
}

fn equal(one: &Element<'_>, other: &Element<'_>) -> bool {
    one.kind == other.kind && one.value == other.value
}

/// Fields belong together by name. They stand as they do now, and what is only in mine behind what it is behind there; where
/// only mine has another order, as they do in mine.
fn fields(base: &[Element<'_>], now: &[Element<'_>], mine: &[Element<'_>]) -> Option<Vec<Field>> {
    let (in_base, in_now, in_mine) = (by_name(base)?, by_name(now)?, by_name(mine)?);
    let mut leading = (now, &in_mine, mine);
    if !same_order(base, &in_mine) {
        if !same_order(base, &in_now) && !same_order(now, &in_mine) {
            return None;
        }
        leading = (mine, &in_now, now);
    }
    let (first, in_second, second) = leading;
    let in_first = if std::ptr::eq(first, now) { &in_now } else { &in_mine };
    // Names of the second alone, by the name that stands before them there.
    let mut behind: HashMap<Option<&[u8]>, Vec<&[u8]>> = HashMap::new();
    let mut known = None;
    for element in second {
        if in_first.contains_key(element.name) {
            known = Some(element.name);
        } else {
            behind.entry(known).or_default().push(element.name);
        }
    }
    debug_assert!(in_second.len() == second.len());
    let mut order: Vec<&[u8]> = behind.remove(&None).unwrap_or_default();
    for element in first {
        order.push(element.name);
        order.extend(behind.remove(&Some(element.name)).unwrap_or_default());
    }
    let listed: HashSet<&[u8]> = order.iter().copied().collect();
    // What both have removed is nowhere any more; it is still told.
    order.extend(base.iter().map(|element| element.name).filter(|name| !listed.contains(name)));
    let at = |names: &HashMap<&[u8], usize>, name: &[u8]| names.get(name).copied();
    Some(
        order
            .into_iter()
            .map(|name| Field { base: at(&in_base, name), now: at(&in_now, name), mine: at(&in_mine, name) })
            .collect(),
    )
}

/// The positions by name; none where a name repeats.
fn by_name<'a>(elements: &[Element<'a>]) -> Option<HashMap<&'a [u8], usize>> {
    let mut names = HashMap::with_capacity(elements.len());
    for (at, element) in elements.iter().enumerate() {
        if names.insert(element.name, at).is_some() {
            return None;
        }
    }
    Some(names)
}

/// Whether the fields that both have stand in the same order.
fn same_order(elements: &[Element<'_>], other: &HashMap<&[u8], usize>) -> bool {
    elements.iter().filter_map(|element| other.get(element.name)).is_sorted()
}
