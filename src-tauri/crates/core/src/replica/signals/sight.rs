//! Who sees whom, and what that means.
//!
//! A member calls another with heartbeats, each over connections of its own. So "A sees B" (`health` in A's status) says
//! that calls from A reach B and their answers come back; it says nothing about calls from B.

use crate::replica::{Member, MemberHealth, SightKind, SightSide, Viewpoint};

/// What the views mean at one moment, however long they have said so.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading {
    pub(crate) kind: SightKind,
    pub(crate) summary: String,
    pub(crate) sides: Vec<SightSide>,
}

/// Reads the views of a set whose majority is `needed` votes.
pub(crate) fn read(members: &[Member], views: &[Viewpoint], needed: u32) -> Reading {
    let sight = Sight { members, views, needed };
    if views.is_empty() {
        return reading(SightKind::Unknown, "No member could be asked how it sees the others.");
    }
    let mut reading = sight.among_those_that_answer().unwrap_or_else(|| sight.of_the_silent());
    let rest = sight.down();
    if !rest.is_empty() && !matches!(reading.kind, SightKind::MemberDown | SightKind::Clear) {
        let are = if rest.len() == 1 { "is" } else { "are" };
        reading.summary = format!("{} {} {are} down.", reading.summary, listed(&rest));
    }
    reading
}

struct Sight<'a> {
    members: &'a [Member],
    views: &'a [Viewpoint],
    needed: u32,
}

impl Sight<'_> {
    /// Whether calls from one member reach another, where the first one can be asked.
    fn reaches(&self, from: &str, to: &str) -> Option<bool> {
        let view = self.views.iter().find(|view| view.viewer == from)?;
        view.glances.iter().find(|glance| glance.host == to).map(|glance| glance.healthy)
    }

    fn cut(&self, from: &str, to: &str) -> bool {
        self.reaches(from, to) == Some(false)
    }

    /// Those that can be asked how they see the others.
    fn viewers(&self) -> Vec<&str> {
        self.views.iter().map(|view| view.viewer.as_str()).collect()
    }

    fn silent(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.health != MemberHealth::Unknown && is_silent(member))
    }

    fn seen_by(&self, host: &str) -> Vec<&str> {
        self.viewers().into_iter().filter(|viewer| self.reaches(viewer, host) == Some(true)).collect()
    }

    /// Those that answer neither here nor anybody who can be asked.
    fn down(&self) -> Vec<&str> {
        let silent = self.silent().map(|member| member.host.as_str());
        silent.filter(|host| self.seen_by(host).is_empty()).collect()
    }

    fn of_the_silent(&self) -> Reading {
        if let Some(hidden) = self.silent().find(|member| !self.seen_by(&member.host).is_empty()) {
            let (host, others) = (&hidden.host, self.seen_by(&hidden.host));
            let see = if others.len() == 1 { "sees" } else { "see" };
            return reading(
                SightKind::HiddenFromHere,
                format!(
                    "{host} does not answer here, while {} {see} it: the way from here to it is broken.",
                    listed(&others)
                ),
            );
        }
        match self.down().as_slice() {
            [] if self.members.len() == 1 => reading(SightKind::Clear, "The only member."),
            [] => reading(SightKind::Clear, "All see all."),
            [one] => reading(
                SightKind::MemberDown,
                format!(
                    "All who answer agree: {one} does not answer, and the links between the others hold."
                ),
            ),
            more => reading(
                SightKind::MemberDown,
                format!(
                    "All who answer agree: {} do not answer, and the links between the others hold.",
                    listed(more)
                ),
            ),
        }
    }

    /// What the views of those that answer here say of each other; none where they all reach each other.
    fn among_those_that_answer(&self) -> Option<Reading> {
        let viewers = self.viewers();
        let pairs =
            || viewers.iter().enumerate().flat_map(|(i, a)| viewers[i + 1..].iter().map(move |b| (*a, *b)));
        let broken: Vec<_> = pairs().filter(|(a, b)| self.cut(a, b) || self.cut(b, a)).collect();
        let (first, second) = *broken.first()?;
        let groups = self.groups(&viewers);
        Some(match groups.as_slice() {
            [_] if self.cut(first, second) && self.cut(second, first) => reading(
                SightKind::LinkDown,
                format!(
                    "{first} and {second} do not see each other, although both answer here: the link between them is \
                     down.{}",
                    more_links(broken.len() - 1)
                ),
            ),
            [_] => {
                let (from, to) = if self.cut(first, second) { (first, second) } else { (second, first) };
                reading(
                    SightKind::OneWayLink,
                    format!(
                        "{from} does not reach {to}, while {to} reaches {from}: the link is broken one way.{}",
                        more_links(broken.len() - 1)
                    ),
                )
            }
            [one, rest] | [rest, one] if one.len() == 1 && rest.len() > 1 => self.alone(one[0], rest),
            _ => self.split(&groups),
        })
    }

    /// One member, of which the others form one group.
    fn alone(&self, one: &str, others: &[&str]) -> Reading {
        let is_called = others.iter().any(|other| !self.cut(other, one));
        let calls = others.iter().any(|other| !self.cut(one, other));
        let (kind, summary) = match (calls, is_called) {
            (true, false) => (
                SightKind::OneWayLink,
                format!("No other member reaches {one}, while it reaches others: calls to it do not arrive."),
            ),
            (false, true) => (
                SightKind::OneWayLink,
                format!("{one} reaches no other member, while others reach it: its calls do not arrive."),
            ),
            _ => (
                SightKind::CutOff,
                format!(
                    "{one} answers here, but neither sees the others nor is seen by them: it is cut off from the set. {}",
                    self.consequence(&[vec![one], others.to_vec()])
                ),
            ),
        };
        Reading { kind, summary, sides: self.sides(&[others.to_vec(), vec![one]]) }
    }

    fn split(&self, groups: &[Vec<&str>]) -> Reading {
        let parts: Vec<_> = groups.iter().map(|group| listed(group)).collect();
        let summary = format!("The set is split: {}. {}", parts.join(" | "), self.consequence(groups));
        Reading { kind: SightKind::Partition, summary, sides: self.sides(groups) }
    }

    fn consequence(&self, groups: &[Vec<&str>]) -> String {
        match groups.iter().find(|group| self.votes(group) >= self.needed) {
            Some(group) => {
                let have = if group.len() == 1 { "has" } else { "have" };
                format!("{} {have} the majority and can elect a primary; the rest cannot.", listed(group))
            }
            None => format!("No side has the {} votes that elect a primary.", self.needed),
        }
    }

    fn sides(&self, groups: &[Vec<&str>]) -> Vec<SightSide> {
        let side = |group: &Vec<&str>| {
            let votes = self.votes(group);
            SightSide {
                hosts: group.iter().map(|host| (*host).to_owned()).collect(),
                votes,
                majority: votes >= self.needed,
            }
        };
        let mut sides: Vec<_> = groups.iter().map(side).collect();
        sides.sort_by_key(|side| std::cmp::Reverse(side.votes));
        sides
    }

    fn votes(&self, group: &[&str]) -> u32 {
        let member = |host: &&str| self.members.iter().find(|member| member.host == **host);
        group.iter().filter_map(member).filter_map(|member| member.votes).sum()
    }

    /// The members in groups that reach each other both ways, directly or through others.
    fn groups<'a>(&self, viewers: &[&'a str]) -> Vec<Vec<&'a str>> {
        let mut groups: Vec<Vec<&str>> = Vec::new();
        for viewer in viewers {
            let (linked, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group: &Vec<&str>| {
                group.iter().any(|other| !self.cut(other, viewer) && !self.cut(viewer, other))
            });
            let mut own: Vec<&str> = linked.into_iter().flatten().collect();
            own.push(viewer);
            groups = apart;
            groups.push(own);
        }
        let place = |host: &&str| viewers.iter().position(|viewer| viewer == host);
        for group in &mut groups {
            group.sort_by_key(place);
        }
        groups.sort_by_key(|group| group.first().and_then(place));
        groups
    }
}

/// It does not answer us.
pub(crate) fn is_silent(member: &Member) -> bool {
    member.unreachable_reason.is_some()
}

fn reading(kind: SightKind, summary: impl Into<String>) -> Reading {
    Reading { kind, summary: summary.into(), sides: Vec::new() }
}

fn more_links(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => " One more link is broken.".to_owned(),
        more => format!(" {more} more links are broken."),
    }
}

/// "a", "a and b", "a, b and c".
fn listed(hosts: &[&str]) -> String {
    match hosts {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
