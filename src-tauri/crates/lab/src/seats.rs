//! Who is in the set, as its present configuration has it: from outside the lab, members may have been added to it, removed
//! from it and given other votes.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use bson::{Bson, Document};

use crate::member::{Member, number};
use crate::plan::LabPlan;

/// The lab's mongods that the configuration names, by their ids in the lab.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Seats {
    seats: BTreeMap<u32, Seat>,
    /// The votes of all members, also of those that are none of the lab's.
    votes: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Seat {
    votes: u32,
    priority: f64,
    arbiter: bool,
}

impl Seat {
    fn is_electable(self) -> bool {
        !self.arbiter && self.votes > 0 && self.priority > 0.0
    }
}

impl Seats {
    /// As the plan has it, before anything runs.
    pub(crate) fn planned(plan: &LabPlan) -> Self {
        let seat = |(id, member): (u32, &crate::plan::LabMemberPlan)| {
            (id, Seat { votes: member.votes, priority: member.priority, arbiter: member.arbiter })
        };
        let seats: BTreeMap<_, _> = plan.in_set().map(seat).collect();
        Self { votes: seats.values().map(|seat| seat.votes).sum(), seats }
    }

    /// As a configuration has it; `id_of` knows which of the lab's mongods is behind a host.
    pub(crate) fn of(config: &Document, id_of: impl Fn(&str) -> Option<u32>) -> Self {
        let mut told = Self::default();
        for member in config.get_array("members").into_iter().flatten().filter_map(Bson::as_document) {
            // What is as usual may be left out.
            let votes = member.get("votes").and_then(number).map_or(1, |votes| u32::from(votes > 0));
            let priority = member.get("priority").and_then(double).unwrap_or(1.0);
            let arbiter = member.get_bool("arbiterOnly").unwrap_or(false);
            told.votes += votes;
            if let Some(id) = member.get_str("host").ok().and_then(&id_of) {
                told.seats.insert(id, Seat { votes, priority, arbiter });
            }
        }
        told
    }

    /// The ids of those that are in the set.
    pub(crate) fn ids(&self) -> impl Iterator<Item = u32> {
        self.seats.keys().copied()
    }

    /// It is in the set.
    pub(crate) fn names(&self, id: u32) -> bool {
        self.seats.contains_key(&id)
    }

    /// It is in the set and votes.
    pub(crate) fn votes(&self, id: u32) -> bool {
        self.seats.get(&id).is_some_and(|seat| seat.votes > 0)
    }

    /// It is in the set without data.
    pub(crate) fn is_arbiter(&self, id: u32) -> bool {
        self.seats.get(&id).is_some_and(|seat| seat.arbiter)
    }

    /// It is in the set and has its data.
    pub(crate) fn has_data(&self, id: u32) -> bool {
        self.names(id) && !self.is_arbiter(id)
    }

    /// It may become primary.
    pub(crate) fn is_electable(&self, id: u32) -> bool {
        self.seats.get(&id).is_some_and(|seat| seat.is_electable())
    }

    /// How many votes elect.
    pub(crate) fn majority(&self) -> u32 {
        self.votes / 2 + 1
    }

    /// So many votes are the lab's.
    pub(crate) fn voters(&self) -> u32 {
        self.seats.values().map(|seat| seat.votes).sum()
    }

    /// Some members have votes enough to elect.
    pub(crate) fn is_majority(&self, members: &[Member]) -> bool {
        let votes: u32 =
            members.iter().filter_map(|member| self.seats.get(&member.id)).map(|seat| seat.votes).sum();
        votes >= self.majority()
    }

    /// Those that are left without some of the lab's have votes enough to elect.
    pub(crate) fn elects_without(&self, lost: &[u32]) -> bool {
        let lost: u32 = lost.iter().filter_map(|id| self.seats.get(id)).map(|seat| seat.votes).sum();
        self.votes - lost >= self.majority()
    }

    /// Of some members those that may become primary, the first choice first.
    pub(crate) fn electable(&self, members: &[Member]) -> Vec<Member> {
        let priority = |member: &Member| self.seats.get(&member.id).map_or(0.0, |seat| seat.priority);
        let mut electable: Vec<Member> =
            members.iter().filter(|member| self.is_electable(member.id)).cloned().collect();
        electable.sort_by(|one, other| priority(other).total_cmp(&priority(one)));
        electable
    }
}

/// The newest of some configurations. A term that is not there (a reconfiguration by force drops it) leaves it to the versions.
pub(crate) fn newest(configs: impl IntoIterator<Item = Document>) -> Option<Document> {
    configs
        .into_iter()
        .reduce(|one, other| if compare(&other, &one) == Ordering::Greater { other } else { one })
}

fn compare(one: &Document, other: &Document) -> Ordering {
    let of = |config: &Document, name| config.get(name).and_then(number).filter(|number| *number >= 0);
    let by_version = of(one, "version").cmp(&of(other, "version"));
    match (of(one, "term"), of(other, "term")) {
        (Some(one), Some(other)) => one.cmp(&other).then(by_version),
        _ => by_version,
    }
}

fn double(value: &Bson) -> Option<f64> {
    match value {
        Bson::Double(value) => Some(*value),
        Bson::Int32(value) => Some(f64::from(*value)),
        #[expect(clippy::cast_precision_loss, reason = "a priority is at most 1,000")]
        Bson::Int64(value) => Some(*value as f64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;
    use crate::plan::LabMemberPlan;

    fn id_of(host: &str) -> Option<u32> {
        ["a:1", "b:2", "c:3"].iter().position(|known| *known == host).and_then(|at| u32::try_from(at).ok())
    }

    #[test]
    fn who_is_in_the_set_is_told_by_the_hosts_and_not_by_the_numbers() {
        let config = doc! { "members": [
            { "_id": 0, "host": "a:1", "priority": 0.5 },
            { "_id": 7, "host": "c:3", "priority": 0, "votes": 0 },
            { "_id": 8, "host": "elsewhere:4" },
            { "_id": 9, "host": "elsewhere:5", "arbiterOnly": true, "priority": 0 },
        ] };
        let seats = Seats::of(&config, id_of);
        assert_eq!(seats.ids().collect::<Vec<_>>(), [0, 2]);
        assert!(seats.is_electable(0) && !seats.is_electable(2) && !seats.votes(2));
        assert!(!seats.names(1) && !seats.is_electable(1));
        assert_eq!((seats.voters(), seats.majority()), (1, 2), "who is none of the lab's votes too");
    }

    #[test]
    fn spares_are_no_part_of_the_majority_that_some_members_leave() {
        let members = [vec![LabMemberPlan::default(); 3], vec![LabMemberPlan::spare(); 4]].concat();
        let seats = Seats::planned(&LabPlan { members, ..LabPlan::default() });
        assert!(
            seats.elects_without(&[]) && seats.elects_without(&[1]) && seats.elects_without(&[1, 4, 5, 6])
        );
        assert!(!seats.elects_without(&[0, 2]), "two of three, not two of seven");
    }

    #[test]
    fn a_plan_seats_all_but_its_spares_and_nobody_before_the_set_is_initiated() {
        let members = vec![LabMemberPlan::default(), LabMemberPlan::spare(), LabMemberPlan::default()];
        let plan = LabPlan { members, ..LabPlan::default() };
        assert_eq!(Seats::planned(&plan).ids().collect::<Vec<_>>(), [0, 2]);
        let plan = LabPlan { initiated: false, ..plan };
        assert_eq!(Seats::planned(&plan).ids().next(), None);
    }

    #[test]
    fn the_newest_configuration_is_the_one_of_the_highest_term_and_by_force_that_of_the_highest_version() {
        let config = |version: i32, term: Option<i64>| {
            let mut config = doc! { "version": version };
            if let Some(term) = term {
                config.insert("term", term);
            }
            config
        };
        let old = config(9, Some(1));
        let new = config(3, Some(2));
        assert_eq!(newest([old.clone(), new.clone()]), Some(new.clone()));
        assert_eq!(newest([new.clone(), old]), Some(new.clone()));
        let forced = config(50_000, None);
        assert_eq!(newest([forced.clone(), new]), Some(forced));
        assert_eq!(newest([]), None);
    }
}
