//! Makes mongods that belong to no set yet a replica set (`replSetInitiate`).

use bson::doc;
use futures_util::future::join_all;

use super::{
    CheckVerdict, OperationCheck, PlannedStep, WishedMember,
    newcomer::{self, Wanted},
    prepared::{Ask, Outline, Prepared},
    scene::{Hands, Scene},
    settle::Settles,
};
use crate::{
    Result,
    replica::config::{self, WholeConfig},
};

pub(super) async fn plan(
    hands: &Hands,
    scene: &Scene,
    set_name: &str,
    members: &[WishedMember],
) -> Result<Prepared> {
    let mut outline = Outline::new("Initiate a replica set");
    if let Some(existing) = hands.session.info.set_name.as_deref().or(scene.now.primary.as_deref()) {
        outline.check(OperationCheck::refused(format!(
            "This connection is to a replica set already ({existing}). Add members to it instead."
        )));
    }
    let wished = initial(set_name, members);
    for check in config::check_alone(&wished) {
        outline.check(check);
    }
    let wanted = Wanted { set_name, set_id: None, version: None };
    let looked = join_all(members.iter().map(|member| newcomer::look(hands, &member.host, &wanted))).await;
    // The server itself refuses to initiate with who does not answer.
    for check in looked.into_iter().flatten() {
        outline.check(OperationCheck { ours: check.ours && check.verdict != CheckVerdict::Refused, ..check });
    }
    for member in members {
        let port = member.host.rsplit(':').next().unwrap_or("27017");
        outline.by_hand([format!(
            "mongod --replSet {set_name} --port {port} --dbpath DBPATH --bind_ip localhost,ADDRESS"
        )]);
    }
    outline.then("The members vote, and one becomes primary: usually within 12 s.");
    outline.then("The other members copy what the first one has; then the set may lose members as its majority allows.");
    outline.type_to_confirm(set_name);
    let Some(first) = members.first().map(|member| member.host.clone()) else {
        return Ok(outline.without_steps());
    };
    let settles = Settles::Primary;
    let step =
        PlannedStep::command("Initiate", &first, format!("rs.initiate({})", wished.text()), settles.words());
    let ask = Ask {
        host: first,
        command: doc! { "replSetInitiate": wished.document().clone() },
        answers_within_seconds: 30,
        settles,
        done: format!("{set_name} is a replica set, and has a primary."),
    };
    Ok(outline.with_ask(step, ask))
}

/// The configuration that a new set begins with.
fn initial(set_name: &str, members: &[WishedMember]) -> WholeConfig {
    let members: Vec<_> = (0..).zip(members).map(|(id, member)| config::new_member(member, id)).collect();
    WholeConfig::of(doc! { "_id": set_name, "version": 1, "members": members })
}
