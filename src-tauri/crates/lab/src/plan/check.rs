//! The rules of a plan: the server's own, told before anything is started.

use trivet_core::{Error, Result};

use super::{LabMemberPlan, LabPlan, LabTag, MOST_MEMBERS, MOST_VOTERS};

/// The longest delay that the server takes: a year of seconds.
const LONGEST_DELAY_SECONDS: u32 = 366 * 24 * 60 * 60;
const LONGEST_NAME: usize = 32;

impl LabPlan {
    /// Errors: [`trivet_core::ErrorCode::InvalidInput`] with the first rule that the plan breaks.
    pub(crate) fn check(&self) -> Result<()> {
        check_name(&self.name)?;
        if self.members.is_empty() || self.members.len() > MOST_MEMBERS as usize {
            let count = self.members.len();
            return refuse(format!("A lab has 1 to {MOST_MEMBERS} members; this plan has {count}."));
        }
        if !(1_000..=60_000).contains(&self.election_timeout_ms) {
            return refuse("The election timeout is between 1,000 and 60,000 ms.");
        }
        if !(100..=60_000).contains(&self.heartbeat_interval_ms) {
            return refuse("The interval between heartbeats is between 100 and 60,000 ms.");
        }
        if self.heartbeat_timeout_seconds.is_some_and(|seconds| !(1..=60).contains(&seconds)) {
            return refuse("The timeout of a heartbeat is between 1 and 60 s.");
        }
        for (id, member) in self.members.iter().enumerate() {
            let broken = if self.initiated { member.broken_rule() } else { member.broken_rule_of_a_spare() };
            if let Some(rule) = broken {
                return refuse(format!("Member {id}: {rule}"));
            }
        }
        if !self.initiated {
            return self.check_uninitiated();
        }
        let voters: u32 = self.in_set().map(|(_, member)| member.votes).sum();
        if voters > MOST_VOTERS {
            return refuse(format!("At most {MOST_VOTERS} members vote; in this plan {voters} do."));
        }
        if !self.members.iter().any(LabMemberPlan::is_electable) {
            return refuse(
                "No member could become primary: one at least needs a vote and a priority above 0.",
            );
        }
        Ok(())
    }

    /// With a key file and without a user, only a client of this machine that has not logged in may initiate, and it may ask
    /// nothing else: not whether the others are empty, nor afterwards how the set is.
    fn check_uninitiated(&self) -> Result<()> {
        if !self.authentication {
            return Ok(());
        }
        refuse(
            "Mongods that nobody has initiated have no users, so nobody could log in to them: leave out \
             authentication, or let the lab initiate the set.",
        )
    }
}

impl LabMemberPlan {
    fn broken_rule(&self) -> Option<&'static str> {
        if self.spare {
            return self.broken_rule_of_a_spare();
        }
        let has_priority = self.priority > 0.0;
        if !(0.0..=1_000.0).contains(&self.priority) {
            return Some("a priority is between 0 and 1,000.");
        }
        if self.votes > 1 {
            return Some("a member has one vote or none.");
        }
        if self.arbiter {
            return self.broken_rule_of_an_arbiter();
        }
        if self.votes == 0 && has_priority {
            return Some("a member without a vote has priority 0.");
        }
        if self.hidden && has_priority {
            return Some("a hidden member has priority 0.");
        }
        if self.delay_seconds > 0 && has_priority {
            return Some("a delayed member has priority 0.");
        }
        if self.delay_seconds > LONGEST_DELAY_SECONDS {
            return Some("a delay is at most 366 days.");
        }
        let is_empty = |tag: &LabTag| tag.name.is_empty() || tag.value.is_empty();
        self.tags.iter().any(is_empty).then_some("a tag has a name and a value.")
    }

    /// It is in no configuration in which anything could stand.
    fn broken_rule_of_a_spare(&self) -> Option<&'static str> {
        let as_usual = Self { spare: self.spare, ..Self::default() };
        (*self != as_usual).then_some(
            "what it is in a set is said when it is added to one: leave its priority, votes, delay and tags out.",
        )
    }

    fn broken_rule_of_an_arbiter(&self) -> Option<&'static str> {
        if self.votes != 1 {
            return Some("an arbiter has a vote: it does nothing else.");
        }
        if self.hidden || self.delay_seconds > 0 {
            return Some("an arbiter has no data to hide or to delay.");
        }
        if self.priority > 1.0 {
            return Some("an arbiter cannot become primary: leave its priority out.");
        }
        (!self.tags.is_empty()).then_some("an arbiter has no tags.")
    }
}

/// A lab's name is that of a folder and of a replica set, and stands in commands.
pub(crate) fn check_name(name: &str) -> Result<()> {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let starts = name.bytes().next().is_some_and(|first| first.is_ascii_lowercase());
    if starts && name.len() <= LONGEST_NAME && name.bytes().all(letters) {
        return Ok(());
    }
    refuse(
        "A lab's name begins with a small letter and has small letters, digits and hyphens, at most 32 of them.",
    )
}

fn refuse(message: impl Into<String>) -> Result<()> {
    Err(Error::invalid(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Change = fn(&mut LabPlan);

    fn rule_of(change: impl FnOnce(&mut LabPlan)) -> String {
        let mut plan = LabPlan::default();
        change(&mut plan);
        plan.check().map_or_else(|error| error.to_string(), |()| "fine".to_owned())
    }

    #[test]
    fn each_rule_that_a_plan_breaks_is_named() {
        assert_eq!(rule_of(|_| {}), "fine");
        assert_eq!(rule_of(|plan| plan.members.extend(vec![LabMemberPlan::spare(); 9])), "fine");
        assert_eq!(rule_of(|plan| plan.initiated = false), "fine");
        assert_eq!(rule_of(|plan| plan.members[0].priority = 0.5), "fine");
        let broken: [(Change, &str); 23] = [
            (|plan| plan.name = "Lab".to_owned(), "small letter"),
            (|plan| plan.name = "../lab".to_owned(), "small letter"),
            (|plan| plan.name.clear(), "small letter"),
            (|plan| plan.members.clear(), "1 to 12"),
            (|plan| plan.members = vec![LabMemberPlan::spare(); 13], "1 to 12"),
            (|plan| plan.members = vec![LabMemberPlan::default(); 8], "At most 7 members vote"),
            (|plan| plan.members = vec![LabMemberPlan::spare()], "No member could become primary"),
            (|plan| plan.heartbeat_interval_ms = 99, "100 and 60,000"),
            (|plan| plan.heartbeat_timeout_seconds = Some(0), "1 and 60 s"),
            (
                |plan| plan.members[1] = LabMemberPlan { votes: 0, ..LabMemberPlan::spare() },
                "when it is added",
            ),
            (
                |plan| {
                    plan.initiated = false;
                    plan.members[1].hidden = true;
                },
                "when it is added",
            ),
            (
                |plan| {
                    plan.initiated = false;
                    plan.authentication = true;
                },
                "nobody could log in",
            ),
            (|plan| plan.election_timeout_ms = 999, "1,000 and 60,000"),
            (|plan| plan.members[1].priority = 1_000.5, "Member 1: a priority"),
            (|plan| plan.members[1].priority = f64::NAN, "Member 1: a priority"),
            (|plan| plan.members[1].votes = 2, "one vote or none"),
            (|plan| plan.members[1].votes = 0, "without a vote"),
            (|plan| plan.members[1].hidden = true, "hidden"),
            (|plan| plan.members[1].delay_seconds = 5, "delayed"),
            (
                |plan| plan.members[1].tags.push(LabTag { name: "dc".to_owned(), value: String::new() }),
                "a tag",
            ),
            (
                |plan| {
                    plan.members[2].arbiter = true;
                    plan.members[2].votes = 0;
                },
                "an arbiter has a vote",
            ),
            (
                |plan| {
                    plan.members[2].arbiter = true;
                    plan.members[2].hidden = true;
                },
                "no data to hide",
            ),
            (
                |plan| plan.members.iter_mut().for_each(|member| member.priority = 0.0),
                "No member could become primary",
            ),
        ];
        for (change, words) in broken {
            let told = rule_of(change);
            assert!(told.contains(words), "{words}: {told}");
        }
    }
}
