//! A lab like a set that is somebody's: the same members, with none of their data.

use trivet_core::replica::{Configuration, Member, MemberTag, ReplicaSnapshot};
use trivet_core::{Error, ErrorCode, Result};

use super::{LabMemberPlan, LabPlan, LabTag, MOST_MEMBERS};

/// A plan after a set.
#[derive(Debug)]
pub(crate) struct Likeness {
    /// A temporary lab.
    pub(crate) plan: LabPlan,
    /// The members of the set, in the order of those that stand for them in the lab.
    pub(crate) members: Vec<Member>,
    /// Members of the set for which nobody stands.
    pub(crate) left_out: Vec<String>,
    /// What is not as in the set, in sentences.
    pub(crate) remarks: Vec<String>,
}

impl LabPlan {
    /// A lab like a set, with so many spares beside it. Where the set has more members than a lab, some that do not vote are
    /// left out, but for those that are needed.
    ///
    /// Errors: [`ErrorCode::Unsupported`] for what is no set, or is too large; [`ErrorCode::Forbidden`] where its
    /// configuration could not be read.
    pub(crate) fn like(
        set: &ReplicaSnapshot,
        name: String,
        spares: usize,
        needed: &[String],
    ) -> Result<Likeness> {
        if set.members.is_empty() {
            return Err(Error::new(ErrorCode::Unsupported, "This connection leads to no replica set."));
        }
        let (members, left_out) = chosen(&set.members, spares, needed)?;
        let plans: Option<Vec<LabMemberPlan>> = members.iter().map(LabMemberPlan::like).collect();
        let (Some(mut plans), Some(settings)) = (plans, set.configuration.as_ref()) else {
            let message =
                "The configuration of the set could not be read, so there is nothing to make a lab after.";
            return Err(Error::new(ErrorCode::Forbidden, message)
                .with_hint("Health tells which role shows it: `clusterMonitor` does."));
        };
        plans.extend(vec![LabMemberPlan::spare(); spares]);
        let mut remarks = Vec::new();
        if !left_out.is_empty() {
            remarks.push(format!(
                "A lab has at most {MOST_MEMBERS} mongods: without a vote, {} had to be left out.",
                left_out.join(", ")
            ));
        }
        let plan = Self { name, members: plans, temporary: true, ..Self::with(settings, &mut remarks) };
        Ok(Likeness { plan, members, left_out, remarks })
    }

    /// With the timings of a set, as far as a lab takes them.
    fn with(settings: &Configuration, remarks: &mut Vec<String>) -> Self {
        let mut bounded = |name: &str, value: u32, least: u32, most: u32| {
            let bounded = value.clamp(least, most);
            if bounded != value {
                remarks.push(format!("`{name}` is {value} in the set, and {bounded} in the lab."));
            }
            bounded
        };
        Self {
            election_timeout_ms: bounded(
                "electionTimeoutMillis",
                settings.election_timeout_ms,
                1_000,
                60_000,
            ),
            heartbeat_interval_ms: bounded(
                "heartbeatIntervalMillis",
                settings.heartbeat_interval_ms,
                100,
                60_000,
            ),
            heartbeat_timeout_seconds: Some(bounded(
                "heartbeatTimeoutSecs",
                settings.heartbeat_timeout_seconds,
                1,
                60,
            )),
            chaining: settings.chaining_allowed,
            ..Self::default()
        }
    }
}

impl LabMemberPlan {
    /// None where it is not known what the member is.
    fn like(member: &Member) -> Option<Self> {
        if member.arbiter {
            return Some(Self { arbiter: true, ..Self::default() });
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole seconds, 366 days at most"
        )]
        let delay_seconds = member.delay_seconds.unwrap_or_default() as u32;
        let tag = |MemberTag { name, value }: &MemberTag| LabTag { name: name.clone(), value: value.clone() };
        Some(Self {
            priority: member.priority?,
            votes: member.votes?,
            hidden: member.hidden.unwrap_or_default(),
            delay_seconds,
            tags: member.tags.iter().map(tag).collect(),
            ..Self::default()
        })
    }
}

/// Who has a place in a lab, in the set's order, and who has none.
fn chosen(members: &[Member], spares: usize, needed: &[String]) -> Result<(Vec<Member>, Vec<String>)> {
    let must = |member: &&Member| member.votes != Some(0) || needed.contains(&member.host);
    let needs = members.iter().filter(must).count() + spares;
    let Some(mut room) = (MOST_MEMBERS as usize).checked_sub(needs) else {
        let message = format!("This would need {needs} mongods; a lab has at most {MOST_MEMBERS}.");
        return Err(Error::new(ErrorCode::Unsupported, message).with_hint("Rehearse it in smaller steps."));
    };
    let (mut stay, mut left_out) = (Vec::new(), Vec::new());
    for member in members {
        if must(&member) {
            stay.push(member.clone());
        } else if room > 0 {
            room -= 1;
            stay.push(member.clone());
        } else {
            left_out.push(member.host.clone());
        }
    }
    Ok((stay, left_out))
}
