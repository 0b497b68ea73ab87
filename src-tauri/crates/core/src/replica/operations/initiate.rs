//! Makes mongods that belong to no set yet a replica set (`replSetInitiate`).

use bson::doc;
use futures_util::future::join_all;

use super::{
    ConfigRule, ElectionChance, OperationCheck, PlannedStep, WishedMember,
    check::allows,
    newcomer::{self, Entry, Wanted},
    prepared::{Ask, Outline, Prepared},
    scene::{Hands, Scene},
    settle::Settles,
};
use crate::{
    Result,
    connection::{Greeting, Topology},
    replica::config::{self, WholeConfig, with_port},
};

pub(super) async fn plan(
    hands: &Hands,
    scene: &Scene,
    set_name: &str,
    members: &[WishedMember],
) -> Result<Prepared> {
    let mut outline = Outline::new("Initiate a replica set");
    let mut checks = Vec::new();
    if let Some(existing) = hands.session.info.set_name.as_deref().or(scene.now.primary.as_deref()) {
        checks.push(OperationCheck::refused(format!(
            "This connection is to a replica set already ({existing}). Add members to it instead."
        )));
    } else {
        outline.by_hand(members.iter().map(|member| start_command(set_name, &with_port(&member.host))));
    }
    if hands.session.info.topology != Topology::ReplicaSet {
        checks.push(OperationCheck::refused(
            "This connection was made to a mongod that was not started for a replica set. Start each as is shown below, and \
             connect anew.",
        ));
    }
    let wished = initial(set_name, members);
    checks.extend(config::check_alone(&wished));
    checks.extend(first_can_be_elected(members));
    // Nobody is dialled for what cannot be.
    let can_be = allows(&checks);
    outline.check_all(checks);
    if !can_be {
        return Ok(outline.without_steps());
    }
    outline.check_all(places(hands, scene, set_name, &wished).await);
    outline.then("The members vote, and one becomes primary: usually within 12 s.");
    outline.then("The other members copy what the first one has; then the set may lose members as its majority allows.");
    outline.type_to_confirm(set_name);
    let Some(first) = wished.hosts().into_iter().next() else {
        return Ok(outline.without_steps());
    };
    let settles = Settles::Primary;
    let step =
        PlannedStep::command("Initiate", &first, format!("rs.initiate({})", wished.text()), settles.words())
            .with_election(ElectionChance::Certain, "The members elect their first primary.");
    let ask = Ask {
        host: first,
        command: doc! { "replSetInitiate": wished.document().clone() },
        answers_within_seconds: 30,
        settles,
        done: format!("{set_name} is a replica set, and has a primary."),
    };
    Ok(outline.with_ask(step, ask))
}

/// The server initiates a set only through a member that may be elected (104).
fn first_can_be_elected(members: &[WishedMember]) -> Option<OperationCheck> {
    let first = members.first()?;
    let can_be = !first.arbiter && first.votes > 0 && first.priority > 0.0;
    (!can_be).then(|| {
        OperationCheck::refused(format!(
            "{} comes first: it is asked to begin the set, which only a member does that may be elected. Give it a vote and a \
             priority above 0, or put another one first.",
            first.host
        ))
        .by(ConfigRule::OneElectable)
    })
}

/// Whether each member is ready, and the connection is to one of them.
async fn places(hands: &Hands, scene: &Scene, set_name: &str, wished: &WholeConfig) -> Vec<OperationCheck> {
    let wanted = Wanted { set_name, set_id: None, version: None };
    let hosts = wished.hosts();
    let looked = hosts.iter().enumerate().map(|(place, host)| {
        let entry = if place == 0 { Entry::First } else { Entry::Beside };
        newcomer::look(hands, scene, host, entry, &wanted)
    });
    let mut checks: Vec<_> = join_all(looked).await.into_iter().flatten().collect();
    if allows(&checks) {
        let seeds: Vec<_> = hands.session.options.hosts.iter().map(ToString::to_string).collect();
        let dialled: Vec<_> = hosts.iter().map(|host| scene.address(host).to_owned()).collect();
        let greet = async |hosts: &[String]| -> Vec<Option<Greeting>> {
            let greeted = hosts.iter().map(|host| hands.session.greet(host));
            join_all(greeted).await.into_iter().map(Result::ok).collect()
        };
        let is_one = seeds.iter().any(|seed| hosts.contains(seed) || dialled.contains(seed))
            || shares_a_process(&greet(&seeds).await, &greet(&dialled).await);
        checks.extend((!is_one).then(|| is_none_of_them(&seeds.join(", "))));
    }
    checks
}

/// Whether one of them is the same process as one of the others, under whatever name. Also where that cannot be told.
fn shares_a_process(seeds: &[Option<Greeting>], members: &[Option<Greeting>]) -> bool {
    let process = |greeting: &Option<Greeting>| greeting.as_ref().and_then(|greeting| greeting.process);
    seeds.iter().any(|seed| {
        members.iter().any(|member| match (process(seed), process(member)) {
            (Some(seed), Some(member)) => seed == member,
            _ => true,
        })
    })
}

fn is_none_of_them(seeds: &str) -> OperationCheck {
    OperationCheck::refused(format!(
        "This connection is to {seeds}, which is none of the members: what becomes of the set could not be seen from here. Connect to \
         one of them."
    ))
    .by(ConfigRule::Hosts)
    .ours()
}

/// How a mongod is started that is to be found at this host.
fn start_command(set_name: &str, host: &str) -> String {
    let port = host.rsplit(':').next().unwrap_or("27017");
    format!("mongod --replSet {set_name} --port {port} --dbpath DBPATH --bind_ip localhost,ADDRESS")
}

/// The configuration that a new set begins with.
fn initial(set_name: &str, members: &[WishedMember]) -> WholeConfig {
    let members: Vec<_> = (0..).zip(members).map(|(id, member)| config::new_member(member, id)).collect();
    WholeConfig::of(doc! { "_id": set_name, "version": 1, "members": members })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mongod_is_started_at_the_port_of_its_host_or_the_usual_one() {
        let member: WishedMember =
            serde_json::from_value(serde_json::json!({ "host": "db1" })).expect("a member");
        let hosts =
            initial("rs0", &[WishedMember { host: "db2:1".to_owned(), ..member.clone() }, member]).hosts();
        assert!(start_command("rs0", &hosts[0]).contains("--replSet rs0 --port 1 "));
        assert!(start_command("rs0", &hosts[1]).contains("--port 27017 "), "{hosts:?}");
    }

    #[test]
    fn who_is_asked_to_begin_a_set_may_be_elected() {
        let member = |over: serde_json::Value| -> WishedMember {
            let mut json = serde_json::json!({ "host": "db1:1" });
            json.as_object_mut().expect("fields").extend(over.as_object().expect("fields").clone());
            serde_json::from_value(json).expect("a member")
        };
        let plain = || member(serde_json::json!({}));
        for over in [
            serde_json::json!({ "priority": 0 }),
            serde_json::json!({ "arbiter": true }),
            serde_json::json!({ "votes": 0, "priority": 0 }),
        ] {
            let first = member(over);
            assert!(first_can_be_elected(&[first.clone(), plain()]).is_some(), "{first:?}");
            assert!(first_can_be_elected(&[plain(), first]).is_none());
        }
    }

    #[test]
    fn a_connection_is_to_a_member_where_both_are_the_same_process() {
        let [one, other] = [1, 2].map(|byte| bson::oid::ObjectId::from_bytes([byte; 12]));
        let of =
            |process| Some(Greeting { topology: Topology::ReplicaSet, set_name: None, me: None, process });
        assert!(shares_a_process(&[of(Some(one))], &[of(Some(other)), of(Some(one))]), "under another name");
        assert!(!shares_a_process(&[of(Some(one))], &[of(Some(other))]));
        assert!(shares_a_process(&[of(None)], &[of(Some(other))]), "an old one does not say");
    }
}
