//! Which elements of two objects, or of two arrays, belong together.

use std::collections::HashMap;

use crate::value::raw::Element;

/// What an element of the second list belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    /// Its position in the first list.
    pub(super) before: usize,
    /// It stands at another place among those that both lists have.
    pub(super) moved: bool,
    /// It has another name, and the same value.
    pub(super) renamed: bool,
}

/// The pairs of two lists.
pub(super) struct Pairs(Vec<Option<Pair>>);

impl Pairs {
    /// What the element at a position of the second list belongs to.
    pub(super) fn of(&self, after: usize) -> Option<Pair> {
        self.0.get(after).copied().flatten()
    }

    /// The positions of the first list, of so many, that nothing of the second belongs to.
    pub(super) fn removed(&self, before: usize) -> impl Iterator<Item = usize> + use<> {
        let mut kept = vec![false; before];
        for pair in self.0.iter().flatten() {
            kept[pair.before] = true;
        }
        (0..before).filter(move |&at| !kept[at])
    }
}

/// Fields belong together by name, and by value where a field was renamed in its place.
pub(super) fn fields_of_object(before: &[Element<'_>], after: &[Element<'_>]) -> Pairs {
    let mut places: HashMap<(&[u8], usize), usize> = HashMap::with_capacity(before.len());
    for (at, occurrence) in occurrences(before).enumerate() {
        places.insert((before[at].name, occurrence), at);
    }
    let named = occurrences(after).enumerate();
    let found: Vec<Option<usize>> =
        named.map(|(at, occurrence)| places.get(&(after[at].name, occurrence)).copied()).collect();
    let in_order = longest_rising(&found);
    let mut pairs: Vec<Option<Pair>> = found
        .iter()
        .enumerate()
        .map(|(at, before)| before.map(|before| Pair { before, moved: !in_order[at], renamed: false }))
        .collect();
    pair_renamed(before, after, &mut pairs);
    Pairs(pairs)
}

/// How many elements of the same name stand before each.
fn occurrences<'a>(elements: &'a [Element<'_>]) -> impl Iterator<Item = usize> + 'a {
    let mut seen: HashMap<&[u8], usize> = HashMap::new();
    elements.iter().map(move |element| {
        let seen = seen.entry(element.name).or_default();
        *seen += 1;
        *seen - 1
    })
}

/// A field that is gone, and one that is new between the same neighbours with the same value, are one that was renamed.
fn pair_renamed(before: &[Element<'_>], after: &[Element<'_>], pairs: &mut [Option<Pair>]) {
    let mut neighbour: Option<usize> = None;
    let mut taken: Vec<bool> = vec![false; before.len()];
    for pair in pairs.iter().flatten() {
        taken[pair.before] = true;
    }
    for at in 0..pairs.len() {
        if let Some(pair) = pairs[at] {
            if !pair.moved {
                neighbour = Some(pair.before);
            }
            continue;
        }
        let next = neighbour.map_or(0, |neighbour| neighbour + 1);
        let same = |other: &Element<'_>| other.kind == after[at].kind && other.value == after[at].value;
        // Others that are gone may stand between.
        let gone = (next..before.len()).take_while(|&other| !taken[other]);
        if let Some(other) = gone.into_iter().find(|&other| same(&before[other])) {
            taken[other] = true;
            pairs[at] = Some(Pair { before: other, moved: false, renamed: true });
            neighbour = Some(other);
        }
    }
}

/// Elements belong together from the beginning on while they are equal, and from the end; what is between them by position
/// where it is equally many.
pub(super) fn elements_of_array(before: &[Element<'_>], after: &[Element<'_>]) -> Pairs {
    let same = |one: usize, other: usize| {
        before[one].kind == after[other].kind && before[one].value == after[other].value
    };
    let pair = |before| Some(Pair { before, moved: false, renamed: false });
    if before.len() == after.len() {
        return Pairs((0..after.len()).map(pair).collect());
    }
    let shorter = before.len().min(after.len());
    let head = (0..shorter).take_while(|&at| same(at, at)).count();
    let rest = shorter - head;
    let tail = (1..=rest).take_while(|&back| same(before.len() - back, after.len() - back)).count();
    let pairs = (0..after.len()).map(|at| {
        if at < head {
            pair(at)
        } else if after.len() - at <= tail {
            pair(before.len() - (after.len() - at))
        } else {
            None
        }
    });
    Pairs(pairs.collect())
}

/// Marks those of the numbers that belong to a longest run in rising order.
fn longest_rising(numbers: &[Option<usize>]) -> Vec<bool> {
    // `ends[length]` is where a run of that length ends with the smallest number there is for it.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = vec![None; numbers.len()];
    for (at, number) in numbers.iter().enumerate() {
        let Some(number) = number else { continue };
        let length = ends.partition_point(|&end| numbers[end] < Some(*number));
        previous[at] = length.checked_sub(1).map(|shorter| ends[shorter]);
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut marked = vec![false; numbers.len()];
    let mut at = ends.last().copied();
    while let Some(marking) = at {
        marked[marking] = true;
        at = previous[marking];
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::longest_rising;

    #[test]
    fn those_that_kept_their_order_are_as_many_as_can_be() {
        let some = |numbers: &[usize]| numbers.iter().copied().map(Some).collect::<Vec<_>>();
        assert_eq!(longest_rising(&some(&[0, 1, 2])), [true; 3]);
        assert_eq!(longest_rising(&some(&[2, 0, 1])), [false, true, true]);
        assert_eq!(
            longest_rising(&[None, Some(1), None, Some(0), Some(2)]).iter().filter(|kept| **kept).count(),
            2
        );
        assert_eq!(longest_rising(&[]), [false; 0]);
    }
}
