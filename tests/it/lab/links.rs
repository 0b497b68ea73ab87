//! Links between members: cut both ways or one, refused or swallowed, slowed down, and mended.

use bson::doc;
use trivet_core::ErrorCode;
use trivet_lab::{Lab, LabFault, LabLink, LabMember, LabStepKind, LinkPolicy};
use trivet_tests::{DEADLINE, client, eventually};

use super::members::{asked, commands, lab, primary, state_is};

fn link(from: u32, to: u32, policy: LinkPolicy) -> LabLink {
    LabLink { from: Some(from), to, policy }
}

/// The links between one member and all others of a set of `count`, both ways.
fn around(member: u32, count: u32, policy: LinkPolicy) -> Vec<LabLink> {
    let others = (0..count).filter(|other| *other != member);
    others.flat_map(|other| [link(member, other, policy), link(other, member, policy)]).collect()
}

/// What one member makes of another: its `health`.
async fn sees(one: &LabMember, other: &LabMember) -> Option<bool> {
    let status = asked(one, doc! { "replSetGetStatus": 1 }).await;
    let all = status.get_array("members").ok()?;
    let told = all.iter().filter_map(bson::Bson::as_document);
    let other = told.into_iter().find(|told| told.get_str("name").ok() == Some(other.host.as_str()))?;
    other.get_f64("health").ok().map(|health| health > 0.0)
}

async fn eventually_sees(lab: &Lab, one: u32, other: u32, up: bool) {
    let members = lab.status().members;
    eventually(&format!("{one} sees {other} {}", if up { "up" } else { "down" }), DEADLINE, async || {
        sees(&members[one as usize], &members[other as usize]).await == Some(up)
    })
    .await;
}

async fn a_cut_primary_is_replaced(policy: LinkPolicy, words: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (_labs, lab) = lab(folder.path(), |plan| plan.links = true).await;
    let status = lab.status();
    assert!(status.links_by_caller);
    assert!(status.members.iter().all(|member| member.host != member.address));
    let old = primary(&lab, None).await;
    let status = lab.set_links(around(old, 3, policy)).await.expect("it is cut");
    let told = commands(&status, LabStepKind::SetLink);
    assert_eq!((told.len(), status.links.len()), (4, 4));
    assert!(told.iter().all(|told| told.starts_with("cut ") && told.ends_with(words)), "{told:?}");

    let new = primary(&lab, Some(old)).await;
    let other = 3 - old - new;
    let members = &status.members;
    state_is(&members[old as usize], &["SECONDARY"]).await;
    eventually_sees(&lab, new, old, false).await;
    eventually_sees(&lab, old, other, false).await;
    assert_eq!(sees(&members[new as usize], &members[other as usize]).await, Some(true));
    // Who is no member passes every link.
    let uri = format!(
        "mongodb://{}/?directConnection=true&serverSelectionTimeoutMS=3000",
        members[old as usize].host
    );
    client(&uri).await.database("admin").run_command(doc! { "ping": 1 }).await.expect("it answers");

    let status = lab.heal().await.expect("it heals");
    assert!(status.links.is_empty());
    assert!(commands(&status, LabStepKind::SetLink).iter().all(|told| told.starts_with("mend ")));
    for (one, another) in [(new, old), (old, other), (other, old)] {
        eventually_sees(&lab, one, another, true).await;
    }
    lab.stop().await.expect("it stops");
}

#[tokio::test]
async fn a_primary_behind_refused_links_is_replaced_and_comes_back_own_set() {
    a_cut_primary_is_replaced(LinkPolicy::Refuse, "(refuse)").await;
}

#[tokio::test]
async fn a_primary_behind_a_black_hole_is_replaced_and_comes_back_own_set() {
    a_cut_primary_is_replaced(LinkPolicy::BlackHole, "(black hole)").await;
}

#[tokio::test]
async fn one_way_cuts_and_delays_concern_one_caller_only_own_set() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (_labs, lab) = lab(folder.path(), |plan| plan.links = true).await;
    let first = primary(&lab, None).await;
    let (one, two) = ((first + 1) % 3, (first + 2) % 3);
    lab.set_links(vec![link(one, two, LinkPolicy::Refuse)]).await.expect("it is cut");
    eventually_sees(&lab, one, two, false).await;
    let members = lab.status().members;
    assert_eq!(
        sees(&members[two as usize], &members[one as usize]).await,
        Some(true),
        "the other way is open"
    );
    assert_eq!(sees(&members[first as usize], &members[two as usize]).await, Some(true), "others pass");

    // Longer than a heartbeat may take, there and back.
    lab.set_links(vec![link(one, two, LinkPolicy::Pass), link(two, one, LinkPolicy::Delay { ms: 600 })])
        .await
        .expect("it is changed");
    eventually_sees(&lab, one, two, true).await;
    eventually_sees(&lab, two, one, false).await;
    assert_eq!(lab.status().links, [link(two, one, LinkPolicy::Delay { ms: 600 })]);

    let everybody = LabLink { from: None, to: one, policy: LinkPolicy::BlackHole };
    let status = lab.set_links(vec![everybody]).await.expect("it is cut");
    let mut cut = [link(first, one, LinkPolicy::BlackHole), link(two, one, LinkPolicy::BlackHole)];
    cut.sort_by_key(|link| link.from);
    assert_eq!(status.links, cut);
    eventually_sees(&lab, first, one, false).await;
    lab.stop().await.expect("it stops");
}

#[tokio::test]
async fn links_outlive_a_restart_of_their_member_and_the_lab_keeps_their_ports_own_set() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (_labs, lab) = lab(folder.path(), |plan| plan.links = true).await;
    let before = lab.status();
    let first = primary(&lab, None).await;
    let (one, two) = ((first + 1) % 3, (first + 2) % 3);
    lab.set_links(vec![link(one, two, LinkPolicy::Refuse)]).await.expect("it is cut");
    lab.fault(one, LabFault::Kill).await.expect("it is killed");
    lab.start_member(one).await.expect("it starts");
    state_is(&before.members[one as usize], &["SECONDARY"]).await;
    eventually_sees(&lab, one, two, false).await;
    lab.stop().await.expect("it stops");
    let after = lab.start(|_| {}).await.expect("it starts again");
    assert_eq!(after.uri, before.uri);
    assert!(after.links.is_empty(), "a new start has whole links");
    lab.stop().await.expect("it stops");
}

#[tokio::test]
async fn what_cannot_be_cut_is_refused_own_set() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (_labs, lab) = lab(folder.path(), |plan| plan.links = true).await;
    let code = async |link| lab.set_links(vec![link]).await.map_err(|error| error.code()).map(|_| ());
    assert_eq!(code(link(1, 1, LinkPolicy::Refuse)).await, Err(ErrorCode::InvalidInput));
    assert_eq!(code(link(1, 3, LinkPolicy::Refuse)).await, Err(ErrorCode::NotFound));
    assert_eq!(code(link(7, 1, LinkPolicy::Refuse)).await, Err(ErrorCode::NotFound));
    assert_eq!(code(link(0, 1, LinkPolicy::Delay { ms: 0 })).await, Err(ErrorCode::InvalidInput));
    assert!(lab.status().links.is_empty());
    lab.stop().await.expect("it stops");
}
