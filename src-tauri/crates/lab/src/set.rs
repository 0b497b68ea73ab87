//! The members as a set: its configuration, and who of them is primary.

use std::time::Duration;

use bson::{Bson, Document, doc};
use futures_util::future::{join_all, try_join_all};
use tokio::time::{Instant, sleep};
use trivet_core::{Error, ErrorCode, Result};

use crate::PATIENCE;
use crate::member::{Member, Refusal, Role};
use crate::plan::{LabMemberPlan, LabPlan};
use crate::seats;
use crate::steps::Steps;
use crate::types::LabStepKind;

/// How often a condition is looked at. Each look is one small command to each member.
const INTERVAL: Duration = Duration::from_millis(25);
/// How long a member that was asked to stand may take to be elected before another is asked.
const ELECTION: Duration = Duration::from_secs(2);
/// `AlreadyInitialized`.
const ALREADY_INITIALIZED: i32 = 23;

/// Makes the members a set where none of them is part of one yet and the plan asks for it; returns true where it was made now.
pub(crate) async fn configure(
    members: &[Member],
    plan: &LabPlan,
    config: Document,
    steps: &Steps<'_>,
) -> Result<bool> {
    if !plan.initiated {
        return Ok(false);
    }
    // An arbiter has what the others have, and does not show it: in a set with authentication nobody can log in to it. And
    // that may be what has become of a spare.
    let with_data = members.iter().filter(|member| {
        let LabMemberPlan { arbiter, spare, .. } = plan.members[member.id as usize];
        !arbiter && !spare
    });
    let asked = with_data.map(|member| async {
        member
            .stored_config()
            .await
            .map_err(|refusal| refused(member, "does not show its configuration", &refusal))
    });
    let stored = try_join_all(asked).await?;
    let fresh = stored.iter().all(Option::is_none) && present_config(members).await.is_none();
    if fresh {
        initiate(members, plan, config, steps).await?;
    }
    Ok(fresh)
}

/// The set's configuration: the newest that a member has on its disk. None where nobody that answers is part of a set.
pub(crate) async fn present_config(members: &[Member]) -> Option<Document> {
    let stored = join_all(members.iter().map(Member::stored_config)).await;
    seats::newest(stored.into_iter().filter_map(|config| config.ok().flatten()))
}

/// Not with the 1,000 ms that would elect by itself at once: a member is asked to stand instead, and the value need not be
/// raised afterwards.
async fn initiate(members: &[Member], plan: &LabPlan, config: Document, steps: &Steps<'_>) -> Result<()> {
    // Only a member that may become primary may be asked.
    let Some(first) = members.iter().find(|member| plan.members[member.id as usize].is_electable()) else {
        return Ok(());
    };
    let step = steps.begin(LabStepKind::Initiate, format!("rs.initiate({})", Bson::from(config.clone())));
    match first.run(doc! { "replSetInitiate": config }).await {
        Ok(_) => {}
        Err(refusal) if refusal.code == Some(ALREADY_INITIALIZED) => {}
        Err(refusal) => return Err(refused(first, "refuses to initiate the set", &refusal)),
    }
    step.done();
    Ok(())
}

/// The member that takes writes, as they say themselves.
pub(crate) async fn primary(members: &[Member]) -> Option<&Member> {
    let roles = join_all(members.iter().map(Member::role)).await;
    members.iter().zip(roles).find(|(_, role)| *role == Role::Primary).map(|(member, _)| member)
}

/// Waits until some member takes writes. `members` are those that may, the first choice first. Asks one after another to stand for election rather than waiting for
/// the timeout after which they would by themselves.
pub(crate) async fn elect<'a>(members: &'a [Member], steps: &Steps<'_>) -> Result<&'a Member> {
    let deadline = Instant::now() + PATIENCE;
    let mut turn = 0;
    let mut last_refusal = None;
    while Instant::now() < deadline {
        let roles = join_all(members.iter().map(Member::role)).await;
        if let Some(at) = roles.iter().position(|role| *role == Role::Primary) {
            return Ok(&members[at]);
        }
        let electable: Vec<&Member> = members
            .iter()
            .zip(&roles)
            .filter(|(_, role)| **role == Role::Secondary)
            .map(|(member, _)| member)
            .collect();
        if let Some(candidate) = electable.get(turn % electable.len().max(1)) {
            match stand(candidate, steps).await {
                Ok(()) => {
                    if wait_for_primary(members, deadline.min(Instant::now() + ELECTION), steps).await {
                        continue;
                    }
                }
                Err(refusal) => last_refusal = Some((*candidate, refusal)),
            }
            turn += 1;
        }
        sleep(INTERVAL).await;
    }
    let mut message = format!("No member of the lab took writes within {} s.", PATIENCE.as_secs());
    if let Some((member, refusal)) = last_refusal {
        message = format!("{message} {}", refused(member, "would not stand", &refusal));
    }
    Err(Error::new(ErrorCode::Timeout, message))
}

async fn stand(candidate: &Member, steps: &Steps<'_>) -> Result<(), Refusal> {
    let began = Instant::now();
    candidate.run(doc! { "replSetStepUp": 1 }).await?;
    // Told only when it worked: a member refuses until it has heard of a majority.
    steps.took(
        LabStepKind::StepUp,
        format!("mongosh --port {} --eval 'db.adminCommand({{ replSetStepUp: 1 }})'", candidate.port),
        began.elapsed(),
    );
    Ok(())
}

async fn wait_for_primary(members: &[Member], deadline: Instant, steps: &Steps<'_>) -> bool {
    let step = steps.begin(LabStepKind::WaitForPrimary, "db.hello().isWritablePrimary");
    while Instant::now() < deadline {
        if primary(members).await.is_some() {
            step.done();
            return true;
        }
        sleep(INTERVAL).await;
    }
    step.done();
    false
}

/// Hands the primary's office over before it stops, so that the set is without a primary for an instant only.
/// Returns when another member takes writes, or when none will: then the stop goes on all the same.
pub(crate) async fn hand_over(leaving: &Member, others: &[Member], steps: &Steps<'_>) {
    if leaving.role().await != Role::Primary {
        return;
    }
    let began = Instant::now();
    let step_down = doc! { "replSetStepDown": 60, "secondaryCatchUpPeriodSecs": 2 };
    if leaving.run(step_down).await.is_err() {
        return;
    }
    steps.took(
        LabStepKind::StepDown,
        format!("mongosh --port {} --eval 'rs.stepDown(60, 2)'", leaving.port),
        began.elapsed(),
    );
    let deadline = Instant::now() + ELECTION;
    while primary(others).await.is_none() && Instant::now() < deadline {
        sleep(INTERVAL).await;
    }
}

/// Waits until a member that was started again follows the set, leads it or votes in it; or says that it is too far behind
/// to follow ever again.
pub(crate) async fn wait_until_it_follows(member: &Member, steps: &Steps<'_>) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let step = steps.begin(LabStepKind::WaitForMember, "rs.status().members");
    while member.role().await == Role::Other && !is_too_stale(member).await {
        if Instant::now() > deadline {
            let refusal = Refusal { code: None, reason: "it is not SECONDARY".to_owned() };
            return Err(refused(member, "does not join the set again", &refusal));
        }
        sleep(INTERVAL).await;
    }
    step.done();
    Ok(())
}

/// Nobody has any more what it would need next. Only its own reply says so.
pub(crate) async fn is_too_stale(member: &Member) -> bool {
    let status = member.run(doc! { "replSetGetStatus": 1 }).await.unwrap_or_default();
    status.get_bool("tooStale").unwrap_or(false)
}

/// An error about one member in the server's words.
pub(crate) fn refused(member: &Member, what: &str, refusal: &Refusal) -> Error {
    let message = format!("Member {} ({}) {what}: {}.", member.id, member.host(), refusal.reason);
    Error::new(ErrorCode::ServerRejected, message)
}
