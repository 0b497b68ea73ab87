//! What could not be asked, and which role would show it.

use super::Limit;

/// One line for each kind of refusal (the server's number), however many members gave it.
pub(crate) fn limits(refusals: impl Iterator<Item = i32>) -> Vec<Limit> {
    let mut refusals: Vec<i32> = refusals.collect();
    refusals.sort_unstable();
    refusals.dedup();
    refusals.into_iter().filter_map(limit).collect()
}

fn limit(refusal: i32) -> Option<Limit> {
    let (what, why) = match refusal {
        // The member's row says that it was removed.
        93 => return None,
        94 => {
            ("The state of the set", "The replica set is not initiated yet (94 NotYetInitialized).".to_owned())
        }
        13 => (
            MEMBERS,
            "The user may not run replSetGetStatus (13 Unauthorized). The role clusterMonitor allows it."
                .to_owned(),
        ),
        8000 => (
            MEMBERS,
            "Atlas refuses replSetGetStatus on a free or flex cluster (8000 AtlasError). On a dedicated one the role \
             clusterMonitor allows it."
                .to_owned(),
        ),
        other => (
            MEMBERS,
            format!("The server refuses replSetGetStatus (error {other}). It needs the role clusterMonitor."),
        ),
    };
    Some(Limit { what: what.to_owned(), why })
}

/// What `hello` does not tell.
const MEMBERS: &str = "Votes, priorities, terms and how the members see each other";
