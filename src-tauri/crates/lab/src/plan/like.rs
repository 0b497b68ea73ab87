//! A lab like a set that is somebody's: the same members, with none of their data.

use bson::{Bson, Document};
use trivet_core::replica::Original;
use trivet_core::replica::config::with_port;
use trivet_core::{Error, ErrorCode, Result};

use super::beyond::{BOUNDED, Beyond};
use super::compare::{delay, double, members};
use super::uncopied::Uncopied;
use super::{LabMemberPlan, LabPlan, LabTag, MOST_MEMBERS};
use crate::member::number;

/// A plan after a set.
#[derive(Debug, Default)]
pub(crate) struct Likeness {
    /// A temporary lab.
    pub(crate) plan: LabPlan,
    /// What stands in its configuration besides.
    pub(crate) beyond: Beyond,
    /// What the set has and the lab has not.
    pub(crate) uncopied: Uncopied,
    /// The members of the set, in the order of those that stand for them in the lab, as its configuration has them.
    pub(crate) members: Vec<Document>,
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
    pub(crate) fn like(set: &Original, name: String, spares: usize, needed: &[String]) -> Result<Likeness> {
        if set.now.members.is_empty() {
            return Err(Error::new(ErrorCode::Unsupported, "This connection leads to no replica set."));
        }
        let Some(config) = &set.configuration else {
            let message =
                "The configuration of the set could not be read, so there is nothing to make a lab after.";
            return Err(Error::new(ErrorCode::Forbidden, message)
                .with_hint("Health tells which role shows it: `clusterMonitor` does."));
        };
        let (stay, left_out) = chosen(members(config), spares, needed)?;
        let mut plans: Vec<LabMemberPlan> = stay.iter().map(LabMemberPlan::like).collect();
        plans.extend(vec![LabMemberPlan::spare(); spares]);
        let mut remarks = Vec::new();
        if !left_out.is_empty() {
            remarks.push(format!(
                "A lab has at most {MOST_MEMBERS} mongods: without a vote, {} had to be left out.",
                left_out.join(", ")
            ));
        }
        let beyond = Beyond::of(config, &stay);
        let uncopied = Uncopied::of(config, &beyond);
        remarks.extend(uncopied.remarks());
        let plan = Self { name, members: plans, temporary: true, ..Self::with(config) };
        Ok(Likeness { plan, beyond, uncopied, members: stay, left_out, remarks })
    }

    /// With the timings of a set, as far as a lab takes them.
    fn with(config: &Document) -> Self {
        let settings = config.get_document("settings").ok();
        let [election, interval, timeout] = BOUNDED.map(|(name, usual, ..)| {
            let value = settings.and_then(|settings| settings.get(name)).and_then(number).unwrap_or(usual);
            u32::try_from(Self::bounded(name, value)).unwrap_or_default()
        });
        let chaining = settings.and_then(|settings| settings.get_bool("chainingAllowed").ok());
        Self {
            election_timeout_ms: election,
            heartbeat_interval_ms: interval,
            heartbeat_timeout_seconds: Some(timeout),
            chaining: chaining.unwrap_or(true),
            ..Self::default()
        }
    }
}

impl LabMemberPlan {
    /// As a member's entry in the configuration has it, with what the server takes where a field is left out.
    fn like(member: &Document) -> Self {
        let whole = |value: Option<i64>| value.and_then(|value| u32::try_from(value).ok());
        if member.get_bool("arbiterOnly").unwrap_or(false) {
            return Self { arbiter: true, ..Self::default() };
        }
        let tag = |(name, value): (&String, &Bson)| {
            let (name, value) = (name.clone(), value.as_str()?.to_owned());
            // Such a one is in the lab's configuration all the same: no person is to give it to a plan.
            (!name.is_empty() && !value.is_empty()).then_some(LabTag { name, value })
        };
        Self {
            priority: member.get("priority").and_then(double).unwrap_or(1.0),
            votes: whole(member.get("votes").and_then(number)).unwrap_or(1),
            hidden: member.get_bool("hidden").unwrap_or(false),
            delay_seconds: whole(delay(member)).unwrap_or(0),
            tags: member
                .get_document("tags")
                .map(|tags| tags.iter().filter_map(tag).collect())
                .unwrap_or_default(),
            ..Self::default()
        }
    }
}

/// Who has a place in a lab, in the set's order, and the hosts of those who have none.
fn chosen<'a>(
    members: impl Iterator<Item = &'a Document>,
    spares: usize,
    needed: &[String],
) -> Result<(Vec<Document>, Vec<String>)> {
    let members: Vec<&Document> = members.collect();
    let host = |member: &Document| member.get_str("host").unwrap_or_default().to_owned();
    let must = |member: &Document| {
        member.get("votes").and_then(number) != Some(0)
            || needed.iter().any(|needed| with_port(needed) == with_port(&host(member)))
    };
    let needs = members.iter().filter(|member| must(member)).count() + spares;
    let Some(mut room) = (MOST_MEMBERS as usize).checked_sub(needs) else {
        let message = format!("This would need {needs} mongods; a lab has at most {MOST_MEMBERS}.");
        return Err(Error::new(ErrorCode::Unsupported, message).with_hint("Rehearse it in smaller steps."));
    };
    let (mut stay, mut left_out) = (Vec::new(), Vec::new());
    for member in members {
        if must(member) {
            stay.push(member.clone());
        } else if room > 0 {
            room -= 1;
            stay.push(member.clone());
        } else {
            left_out.push(host(member));
        }
    }
    Ok((stay, left_out))
}

#[cfg(test)]
pub(crate) mod tests {
    use bson::doc;
    use serde_json::json;

    use super::*;

    /// A set of such members, all of them well and the first one primary.
    pub(crate) fn set(members: Vec<Document>, settings: Document) -> Original {
        let seen = members.iter().enumerate().map(|(at, member)| {
            json!({
                "host": member.get_str("host").expect("a host"), "health": "up", "stateCode": if at == 0 { 1 } else { 2 },
                "state": if at == 0 { "primary" } else { "secondary" }, "arbiter": false, "tags": [], "tooStale": false,
            })
        });
        let now = json!({
            "takenAt": "2026-01-01T00:00:00.000Z", "topology": "replicaSet",
            "verdict": { "level": "healthy", "summary": "" }, "setName": "prod",
            "primary": members.first().and_then(|member| member.get_str("host").ok()),
            "members": seen.collect::<Vec<_>>(), "views": [], "losses": [], "servers": { "versions": ["6.0.5"] },
            "advice": [], "alerts": [], "limits": [],
        });
        Original {
            now: serde_json::from_value(now).expect("a snapshot"),
            configuration: Some(
                doc! { "_id": "prod", "version": 1, "members": members, "settings": settings },
            ),
            defaults: Some(Document::new()),
            frozen: std::collections::BTreeMap::new(),
        }
    }

    fn voter(id: i32) -> Document {
        doc! { "_id": id, "host": format!("db{id}:27017"), "votes": 1, "priority": 1.0 }
    }

    fn silent(id: i32) -> Document {
        doc! { "_id": id, "host": format!("db{id}:27017"), "votes": 0, "priority": 0.0 }
    }

    fn like(set: &Original, spares: usize, needed: &[&str]) -> Result<Likeness> {
        let needed: Vec<String> = needed.iter().map(|host| (*host).to_owned()).collect();
        LabPlan::like(set, "rehearsal".to_owned(), spares, &needed)
    }

    #[test]
    fn timings_that_no_lab_has_are_bounded_and_told_and_the_plan_keeps_its_rules() {
        let settings = doc! { "electionTimeoutMillis": 120_000, "heartbeatIntervalMillis": 2_000, "heartbeatTimeoutSecs": 10 };
        let made = like(&set(vec![voter(0), voter(1)], settings), 1, &[]).expect("a plan");
        assert_eq!((made.plan.election_timeout_ms, made.plan.heartbeat_interval_ms), (60_000, 2_000));
        assert_eq!(made.remarks.len(), 1, "{:?}", made.remarks);
        assert!(made.plan.temporary && made.plan.members[2].spare);
        made.plan.check().expect("a plan that can be started");
    }

    #[test]
    fn members_are_as_the_configuration_has_them_also_an_old_one_with_an_empty_tag() {
        let late = doc! {
            "_id": 4, "host": "late:27017", "priority": 0, "votes": 0_i64, "hidden": true, "slaveDelay": 60_i64,
            "tags": { "dc": "", "rack": "a" },
        };
        let arbiter = doc! { "_id": 5, "host": "arb:27017", "arbiterOnly": true, "priority": 0 };
        let made = like(&set(vec![voter(0), late, arbiter], doc! {}), 0, &[]).expect("a plan");
        let late = &made.plan.members[1];
        assert_eq!((late.votes, late.hidden, late.delay_seconds), (0, true, 60));
        assert!(late.priority.abs() < f64::EPSILON && made.plan.members[2].arbiter);
        made.plan.check().expect("a plan that can be started");
        let hosts = ["a:1", "b:2", "c:3"].map(str::to_owned);
        let mut config = made.plan.config(&hosts);
        made.beyond.put_into(&mut config);
        let entry = members(&config).nth(1).expect("it");
        assert_eq!(entry.get_document("tags").ok(), Some(&doc! { "dc": "", "rack": "a" }));
    }

    #[test]
    fn who_does_not_vote_is_left_out_where_there_is_no_room_unless_it_is_needed() {
        let members = (0..3).map(voter).chain((3..14).map(silent)).collect();
        let made = like(&set(members, doc! {}), 1, &["db13"]).expect("a plan");
        assert_eq!(made.left_out, ["db10:27017", "db11:27017", "db12:27017"]);
        assert_eq!(made.plan.members.len(), 12);
        let last = made.members.last().and_then(|member| member.get_str("host").ok());
        assert_eq!(last, Some("db13:27017"), "it is needed");
        assert!(made.remarks[0].contains("db10:27017, db11:27017, db12:27017"), "{:?}", made.remarks);
    }

    #[test]
    fn what_is_too_large_what_cannot_be_read_and_what_is_no_set_is_refused() {
        let refusal = |set: &Original, spares| like(set, spares, &[]).expect_err("refused").code();
        let seven = set((0..7).map(voter).collect(), doc! {});
        assert_eq!(refusal(&seven, 6), ErrorCode::Unsupported);
        let unread = Original { configuration: None, ..seven };
        assert_eq!(refusal(&unread, 0), ErrorCode::Forbidden);
        assert_eq!(refusal(&set(Vec::new(), doc! {}), 0), ErrorCode::Unsupported);
    }
}
