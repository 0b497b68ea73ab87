//! The members as a set: its configuration, and who of them is primary.

use std::collections::BTreeMap;
use std::time::Duration;

use bson::{Bson, Document, doc};
use futures_util::future::{join_all, try_join_all};
use tokio::time::{Instant, sleep};
use trivet_core::{Error, ErrorCode, Result};

use crate::PATIENCE;
use crate::member::{Member, Refusal, Role};
use crate::mongod::SET_NAME;
use crate::steps::Steps;
use crate::types::LabStepKind;

/// How often a condition is looked at. Each look is one small command to each member.
const INTERVAL: Duration = Duration::from_millis(25);
/// How long a member that was asked to stand may take to be elected before another is asked.
const ELECTION: Duration = Duration::from_secs(2);
/// A primary that is lost without a word is replaced after this time. A build that takes both cores of a small
/// machine held up heartbeats for more than one second, and never for five.
const ELECTION_TIMEOUT_MS: i32 = 5000;
const HEARTBEAT_INTERVAL_MS: i32 = 500;
/// `AlreadyInitialized`.
const ALREADY_INITIALIZED: i32 = 23;

/// Makes sure that the members are one set whose configuration names the ports they listen on. Returns true
/// where the set was made now.
pub(crate) async fn configure(members: &[Member], steps: &Steps<'_>) -> Result<bool> {
    let asked = members.iter().map(|member| async {
        member
            .stored_config()
            .await
            .map_err(|refusal| refused(member, "does not show its configuration", &refusal))
    });
    let stored = try_join_all(asked).await?;
    let newest = stored
        .into_iter()
        .flatten()
        .max_by_key(|config| (number(config, "term").unwrap_or(-1), number(config, "version").unwrap_or(0)));
    let Some(config) = newest else {
        initiate(members, steps).await?;
        return Ok(true);
    };
    if let Some(config) = with_hosts(&config, members) {
        reconfigure(members, config, steps).await?;
    }
    Ok(false)
}

async fn initiate(members: &[Member], steps: &Steps<'_>) -> Result<()> {
    let Some(first) = members.first() else { return Ok(()) };
    let hosts = members.iter().map(|member| doc! { "_id": i64::from(member.id), "host": member.host() });
    // Not the 1,000 ms that would elect by itself at once: a member is asked to stand instead, and the value
    // need not be raised afterwards.
    let config = doc! {
        "_id": SET_NAME,
        "members": hosts.collect::<Vec<_>>(),
        "settings": {
            "electionTimeoutMillis": ELECTION_TIMEOUT_MS,
            "heartbeatIntervalMillis": HEARTBEAT_INTERVAL_MS,
        },
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

/// The configuration with the members' present hosts; none where it has them already.
fn with_hosts(config: &Document, members: &[Member]) -> Option<Document> {
    let hosts: BTreeMap<i64, String> =
        members.iter().map(|member| (i64::from(member.id), member.host())).collect();
    let mut config = config.clone();
    let mut changed = false;
    for entry in config.get_array_mut("members").ok()?.iter_mut().filter_map(Bson::as_document_mut) {
        let Some(host) = number(entry, "_id").and_then(|id| hosts.get(&id)) else { continue };
        if entry.get_str("host").ok() != Some(host) {
            entry.insert("host", host);
            changed = true;
        }
    }
    changed.then_some(config)
}

/// Installs a configuration with other hosts. By force, because members that do not find themselves under the
/// old ones are REMOVED, and there may be no majority that could elect a primary to do it in the ordinary way.
async fn reconfigure(members: &[Member], mut config: Document, steps: &Steps<'_>) -> Result<()> {
    let Some(first) = members.first() else { return Ok(()) };
    config.insert("version", number(&config, "version").unwrap_or(0) + 1);
    config.remove("term");
    let step = steps.begin(LabStepKind::Initiate, "rs.reconfig(config, { force: true })".to_owned());
    let deadline = Instant::now() + PATIENCE;
    // A member that still loads its configuration, or stands for election, refuses for a moment.
    loop {
        match first.run(doc! { "replSetReconfig": config.clone(), "force": true }).await {
            Ok(_) => break,
            Err(refusal) if Instant::now() > deadline => {
                return Err(refused(first, "does not take over the members' new ports", &refusal));
            }
            Err(_) => sleep(INTERVAL).await,
        }
    }
    // The others learn of it by heartbeat.
    for member in members {
        loop {
            let stored = member.stored_config().await;
            if matches!(&stored, Ok(Some(config)) if with_hosts(config, members).is_none()) {
                break;
            }
            if Instant::now() > deadline {
                let refusal = Refusal { code: None, reason: "it still has the old configuration".to_owned() };
                return Err(refused(member, "does not learn of the new ports", &refusal));
            }
            sleep(INTERVAL).await;
        }
    }
    step.done();
    Ok(())
}

/// The member that takes writes, as they say themselves.
pub(crate) async fn primary(members: &[Member]) -> Option<&Member> {
    let roles = join_all(members.iter().map(Member::role)).await;
    members.iter().zip(roles).find(|(_, role)| *role == Role::Primary).map(|(member, _)| member)
}

/// Waits until some member takes writes. Asks one after another to stand for election rather than waiting for
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
pub(crate) async fn hand_over(leaving: &Member, others: &[Member]) {
    let step_down = doc! { "replSetStepDown": 60, "secondaryCatchUpPeriodSecs": 2 };
    if leaving.role().await != Role::Primary || leaving.run(step_down).await.is_err() {
        return;
    }
    let deadline = Instant::now() + ELECTION;
    while primary(others).await.is_none() && Instant::now() < deadline {
        sleep(INTERVAL).await;
    }
}

/// Waits until a member that was started again follows the set, or leads it.
pub(crate) async fn wait_until_it_follows(member: &Member) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while member.role().await == Role::Other {
        if Instant::now() > deadline {
            let refusal = Refusal { code: None, reason: "it is not SECONDARY".to_owned() };
            return Err(refused(member, "does not join the set again", &refusal));
        }
        sleep(INTERVAL).await;
    }
    Ok(())
}

/// An error about one member in the server's words.
pub(crate) fn refused(member: &Member, what: &str, refusal: &Refusal) -> Error {
    let message = format!("Member {} ({}) {what}: {}.", member.id, member.host(), refusal.reason);
    Error::new(ErrorCode::ServerRejected, message)
}

fn number(document: &Document, name: &str) -> Option<i64> {
    match document.get(name)? {
        Bson::Int32(value) => Some(i64::from(*value)),
        Bson::Int64(value) => Some(*value),
        _ => None,
    }
}
