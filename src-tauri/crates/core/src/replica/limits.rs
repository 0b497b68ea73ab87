//! What could not be asked, and which role would show it.

use super::Limit;

/// One line for each kind of refusal (the server's number), however many members gave it.
pub(crate) fn limits(refusals: impl Iterator<Item = i32>) -> Vec<Limit> {
    let refusals: Vec<i32> = refusals.collect();
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
