//! What could not be asked, and which role would show it.

use super::{Limit, observation::Answer};

/// One line for each kind of refusal, however many members gave it.
pub(crate) fn limits<'a>(answers: impl Iterator<Item = &'a Answer>) -> Vec<Limit> {
    let refusals: Vec<i32> = answers.filter_map(|answer| answer.status.as_ref().err().copied()).collect();
    let mut limits = Vec::new();
    if refusals.contains(&13) {
        limits.push(Limit {
            what: "Votes, priorities, terms and how the members see each other".to_owned(),
            why:
                "The user may not run replSetGetStatus (13 Unauthorized). The role clusterMonitor allows it."
                    .to_owned(),
        });
    }
    if refusals.contains(&94) {
        limits.push(Limit {
            what: "The state of the set".to_owned(),
            why: "The replica set is not initiated yet (94 NotYetInitialized).".to_owned(),
        });
    }
    limits
}
