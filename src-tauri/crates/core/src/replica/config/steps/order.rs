//! Which vote changes when: the best of all orders.
//!
//! As a rule 7 members vote before and 7 after at the most, so there are 14 moves and 2^14 sets of them that may be done; there are
//! no more of them in one plan. For each set the best way to it is kept: from the empty one upwards, as a move only adds to a set.

use super::moves::{Change, Move};
use crate::replica::{
    config::{
        DefaultWriteConcern, SetNow, WholeConfig,
        margins::voter,
        rules::{MOST_MEMBERS, MOST_VOTERS},
    },
    reply::Configured,
    signals::{majority::majority, voter::Voter},
};

/// So many moves are put in order.
pub(super) const MOST_MOVES: usize = 2 * MOST_VOTERS;

/// One step of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    /// The move that is done, if any.
    pub(super) moved: Option<usize>,
    /// The new members that wait for their vote come with it.
    pub(super) join: bool,
    /// The member that gets its vote has priority 0 until the next step.
    pub(super) low: bool,
}

/// What an order costs, the gravest first. Sums, so that the best way on is independent of the way until then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Cost {
    /// Changes of the default write concern of which it is not known whether the server takes them.
    doubtful: i32,
    /// How far margins in between are below the smaller of begin and end, squared.
    deficit: i32,
    steps: i32,
    /// Margins in between; the more the better.
    spared: i32,
}

/// Where an order is: moves done, and whether the new members have joined.
type Place = usize;

struct Search<'c> {
    moves: &'c [Move],
    old: Vec<Configured>,
    new: Vec<Configured>,
    now: &'c SetNow,
    /// What the margins in between are compared with: election, and write.
    least: (i32, i32),
    most_arbiters: usize,
}

/// What counts of a set in between.
#[derive(Clone, Copy)]
struct Between {
    voters: usize,
    /// Voters with data.
    writable: usize,
    arbiters: usize,
    margins: (i32, i32),
    /// Whether it is `majority`.
    default_is_majority: bool,
}

/// The best order; none where every order breaks a rule.
pub(super) fn order(
    current: &WholeConfig,
    wished: &WholeConfig,
    moves: &[Move],
    now: &SetNow,
) -> Option<Vec<Turn>> {
    if moves.is_empty() {
        return Some(vec![Turn { moved: None, join: false, low: false }]);
    }
    let (old, new) = (current.members(), wished.members());
    let arbiters = |members: &[Configured]| members.iter().filter(|member| member.arbiter).count();
    let most_arbiters = arbiters(&old).max(arbiters(&new)).max(1);
    let mut search = Search { moves, old, new, now, least: (0, 0), most_arbiters };
    search.run()
}

impl Search<'_> {
    fn run(&mut self) -> Option<Vec<Turn>> {
        let all = (1_usize << self.moves.len()) - 1;
        let (begin, end) = (self.between(0)?, self.between(all)?);
        self.least = (begin.margins.0.min(end.margins.0), begin.margins.1.min(end.margins.1));
        let waits = self.moves.iter().any(|one| one.change == Change::PromoteNew);
        // Twice as many places: those before the new members have joined, and those after.
        let mut best: Vec<Option<(Cost, Place, Turn)>> = vec![None; 2 * (all + 1)];
        let start = Self::place(0, !waits);
        let states: Vec<_> = (0..=all).map(|mask| self.between(mask)).collect();
        for place in start..best.len() {
            let (mask, joined) = (place >> 1, place & 1 == 1);
            let cost = match best[place] {
                Some((cost, ..)) => cost,
                None if place == start => Cost::default(),
                None => continue,
            };
            let Some(state) = states[mask] else { continue };
            let mut take = |next: Place, cost: Cost, turn: Turn| {
                if best[next].is_none_or(|(known, ..)| cost < known) {
                    best[next] = Some((cost, place, turn));
                }
            };
            if !joined && self.has_room(mask) {
                let next = Self::place(mask, true);
                take(next, self.plus(cost, state), Turn { moved: None, join: true, low: false });
            }
            for (moved, one) in self.moves.iter().enumerate().filter(|(moved, _)| mask & (1 << moved) == 0) {
                if one.change == Change::PromoteNew && !joined {
                    continue;
                }
                let next_mask = mask | (1 << moved);
                let Some(next) = states[next_mask] else { continue };
                let Some(doubtful) = self.legal(state, next) else { continue };
                // The server compares with a set of exactly three; one step more does no harm to others.
                let low = one.is_promotion() && one.electable && state.writable == 1 && state.arbiters > 0;
                let mut cost = self.plus(cost, next);
                cost.doubtful += doubtful;
                cost.steps += i32::from(low && next_mask == all);
                take(Self::place(next_mask, joined), cost, Turn { moved: Some(moved), join: false, low });
                if !joined && self.has_room(next_mask) {
                    take(Self::place(next_mask, true), cost, Turn { moved: Some(moved), join: true, low });
                }
            }
        }
        Self::trace(&best, start, Self::place(all, true))
    }

    /// The way that led to a place.
    fn trace(best: &[Option<(Cost, Place, Turn)>], start: Place, end: Place) -> Option<Vec<Turn>> {
        let mut turns = Vec::new();
        let mut place = end;
        while place != start {
            let (_, before, turn) = best[place]?;
            turns.push(turn);
            place = before;
        }
        turns.reverse();
        if turns.last().is_some_and(|turn| turn.low) {
            turns.push(Turn { moved: None, join: false, low: false });
        }
        Some(turns)
    }

    fn place(mask: usize, joined: bool) -> Place {
        mask << 1 | usize::from(joined)
    }

    fn plus(&self, cost: Cost, next: Between) -> Cost {
        let below = |margin: i32, least: i32| (least - margin).max(0).pow(2);
        Cost {
            deficit: cost.deficit + below(next.margins.0, self.least.0) + below(next.margins.1, self.least.1),
            steps: cost.steps + 1,
            spared: cost.spared - next.margins.0 - next.margins.1,
            ..cost
        }
    }

    /// Whether the server takes one after the other; and 1 where that is not sure.
    fn legal(&self, from: Between, to: Between) -> Option<i32> {
        // A set that shows more voters than may be (`newlyAdded`) may lose one of them.
        let counts =
            (1..=MOST_VOTERS.max(from.voters)).contains(&to.voters) && to.arbiters <= self.most_arbiters;
        // A majority has to answer, else the step is not committed; where none answers now, that is told elsewhere.
        let committed = to.margins.0 >= 0 || from.margins.0 < 0;
        let changes = from.default_is_majority != to.default_is_majority;
        match self.now.default_write_concern {
            _ if !counts || !committed => None,
            DefaultWriteConcern::Implicit if changes => None,
            DefaultWriteConcern::Unknown => Some(i32::from(changes)),
            _ => Some(0),
        }
    }

    /// Whether the new members may come together with what is there after a step.
    fn has_room(&self, mask: usize) -> bool {
        let kept = self.new.len();
        let leaving = self
            .moves
            .iter()
            .enumerate()
            .filter(|(moved, one)| one.change == Change::Remove && mask & (1 << moved) == 0);
        kept + leaving.count() <= MOST_MEMBERS
    }

    /// The set when some of the moves are done.
    fn between(&self, mask: usize) -> Option<Between> {
        let done = |id: u32| {
            let place = self.moves.iter().position(|one| one.id == id);
            place.map(|place| mask & (1 << place) != 0)
        };
        let mut voters: Vec<Voter<'_>> = Vec::with_capacity(14);
        for member in &self.old {
            let stays = |new: &&Configured| new.id == member.id;
            let counts = match done(member.id) {
                None | Some(false) => Some(member),
                Some(true) => self.new.iter().find(stays),
            };
            voters.extend(counts.map(|member| voter(member, &self.old, self.now)));
        }
        for member in &self.new {
            let is_new = !self.old.iter().any(|old| old.id == member.id);
            if is_new && done(member.id) == Some(true) {
                voters.push(voter(member, &self.old, self.now));
            }
        }
        voters.retain(|voter| voter.votes == Some(1));
        let majority = majority(&voters, None, None)?;
        let arbiters = voters.iter().filter(|voter| voter.arbiter).count();
        let writable = voters.len() - arbiters;
        Some(Between {
            voters: voters.len(),
            writable,
            arbiters,
            margins: (majority.election_margin, majority.write_margin),
            default_is_majority: arbiters == 0 || writable > majority.needed as usize,
        })
    }
}
