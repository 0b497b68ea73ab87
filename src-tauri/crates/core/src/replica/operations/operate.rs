//! Plans an operation, and carries it out.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::{
    CheckVerdict, OperationCheck, OperationOutcome, OperationPlan, OperationProgress, OperationReport,
    RunOperationRequest, SetOperation, StepState, initiate, one_member,
    prepared::{Action, Outline, Prepared},
    reconfigure, run,
    scene::{Hands, Scene},
    step_down::{self, StepDown},
    unreplicated,
};
use crate::{
    Error, ErrorCode, Result,
    connection::{Environment, Session, Steps, Topology},
    replica::{ReplicaSnapshot, failover::Canary},
};

/// Tells what an operation would do, as things are now. Only what reads is sent.
///
/// # Errors
///
/// `InvalidInput` for a wish that cannot be read, and what asking the members comes to. Whatever stands against the operation itself is told in the plan.
pub(crate) async fn plan_operation(hands: &Hands, operation: &SetOperation) -> Result<OperationPlan> {
    Ok(prepare(hands, operation).await?.1.plan)
}

/// Carries an operation out; `tell` hears how it goes. When it answers false, the future is dropped or it is cancelled by its
/// name, the step that is under way comes to its end and no more is begun.
///
/// # Errors
///
/// `ReadOnly`, `InvalidInput` where it was not confirmed, `Conflict` where a check refuses, the configuration is not the one that was
/// planned for or this connection does something else to the set: nothing was sent. Once something was, the report tells.
pub(crate) async fn run_operation(
    hands: Hands,
    request: RunOperationRequest,
    mut tell: impl FnMut(OperationProgress) -> bool + Send,
) -> Result<OperationReport> {
    hands.session.permit_writes()?;
    let turn = Arc::clone(&hands.turn).try_lock_owned().map_err(|_| busy())?;
    // Named from the first moment on, so that no stop is missed.
    let steps = hands.session.steps(request.query.clone());
    let (scene, prepared) = prepare(&hands, &request.operation).await?;
    admit(&hands, &prepared.plan, scene.set_name(), &request)?;
    let (sender, mut progress) = mpsc::unbounded_channel();
    // In a task of its own: a caller who goes away must not leave it half-way, and the timeline is to tell of it.
    let working = tokio::spawn(async move {
        let _turn = turn;
        measured(&hands, &Work { scene, prepared, request }, &Listener { steps, progress: sender }).await
    });
    while let Some(progress_now) = progress.recv().await {
        if !tell(progress_now) {
            progress.close();
        }
    }
    working.await.map_err(|_| {
        Error::new(
            ErrorCode::OutcomeUnknown,
            "The operation ended in a way that is not known: look at Health for how the set is now.",
        )
    })?
}

fn busy() -> Error {
    Error::new(
        ErrorCode::Conflict,
        "Something else is being done to this set through this connection. Nothing was sent.",
    )
    .with_hint("Wait until that is done.")
}

/// What is to be carried out, on the set as it was found.
struct Work {
    scene: Scene,
    prepared: Prepared,
    request: RunOperationRequest,
}

/// Who hears how it goes, and may stop it.
struct Listener {
    steps: Steps,
    progress: mpsc::UnboundedSender<OperationProgress>,
}

impl Listener {
    fn say(&self, now: OperationProgress) -> bool {
        self.progress.send(now).is_ok()
    }

    /// Nobody listens any more, or somebody has stopped it. A stop is told once.
    fn stopped(&self) -> bool {
        self.steps.cancelled() || self.progress.is_closed()
    }
}

/// Carries it out, with small writes around it where that is asked for: they are well before it begins.
async fn measured(hands: &Hands, work: &Work, listener: &Listener) -> Result<OperationReport> {
    if !work.request.measure {
        return Ok(carry_out(hands, work, listener).await);
    }
    let title = work.prepared.plan.title.clone();
    listener
        .say(run::about_to(&work.prepared.plan, "Small writes begin, and the operation when they are well."));
    let canary = Canary::start(&hands.stopwatch()).await?;
    canary.settle().await;
    let mut report = carry_out(hands, work, listener).await;
    report.measurement = Some(canary.finish(&hands.stopwatch(), title).await);
    Ok(report)
}

async fn carry_out(hands: &Hands, work: &Work, listener: &Listener) -> OperationReport {
    let Work { scene, prepared, request } = work;
    if listener.stopped() {
        return run::stopped_before(&prepared.plan);
    }
    let title = prepared.plan.title.as_str();
    let mut tell = |now: OperationProgress| {
        // Of several each is noted when it is done: the last may come hours later, or never.
        if now.steps > 1 && now.state == StepState::Done {
            let step = format!("{title}, step {} of {}: {}", now.step + 1, now.steps, now.message);
            hands.record.done(hands.now_ms(), step);
        }
        listener.say(now)
    };
    let mut report = match &prepared.action {
        Action::Ask(ask) => run::ask(hands, scene, title, ask, &mut tell).await,
        Action::Reconfigure(chain) => {
            reconfigure::run(hands, scene, chain, || listener.stopped(), &mut tell).await
        }
        Action::Nothing => unreachable!("what cannot be carried out was not admitted"),
    };
    let now = hands.monitor.snapshot().await.ok();
    remember(hands, scene, &request.operation, report.outcome, now.as_ref());
    report.config = now.and_then(|now| now.configuration).map(|configuration| configuration.age);
    hands.record.done(hands.now_ms(), format!("{title}: {}", report.message));
    report
}

/// Keeps in mind who cannot stand for election for a while: the server tells nobody. What may have been done counts as done.
fn remember(
    hands: &Hands,
    scene: &Scene,
    operation: &SetOperation,
    outcome: OperationOutcome,
    now: Option<&ReplicaSnapshot>,
) {
    if outcome == OperationOutcome::NotApplied {
        return;
    }
    let (host, seconds) = match operation {
        SetOperation::Freeze { host, seconds } if *seconds > 0 || outcome == OperationOutcome::Applied => {
            (Some(host), *seconds)
        }
        SetOperation::StepDown { seconds, .. } => (scene.now.primary.as_ref(), *seconds),
        _ => return,
    };
    // Who leads is kept from nothing.
    if let Some(host) = host.filter(|host| now.and_then(|now| now.primary.as_ref()) != Some(host)) {
        hands.record.froze(host, seconds, hands.now_ms());
    }
}

/// Whether a plan may be carried out now.
fn admit(hands: &Hands, plan: &OperationPlan, set_name: &str, request: &RunOperationRequest) -> Result<()> {
    let refusals = plan.checks.iter().filter(|check| check.verdict == CheckVerdict::Refused);
    let refusals: Vec<_> = refusals.map(|check| check.text.as_str()).collect();
    if !refusals.is_empty() {
        return Err(Error::new(ErrorCode::Conflict, format!("{} Nothing was sent.", refusals.join(" "))));
    }
    if !plan.allowed && plan.by_hand.is_empty() {
        return Err(Error::invalid("There is nothing to do: the configuration is so already."));
    }
    if !plan.allowed {
        return Err(Error::new(
            ErrorCode::Unsupported,
            "This is done at the member's machine, not from here.",
        )
        .with_hint("The plan names the commands."));
    }
    if let (Some(planned), Some(now)) = (request.basis, plan.basis)
        && planned.version != now.version
    {
        let message = format!(
            "The configuration was changed since it was planned: it was version {}, and is {} now. Nothing was sent.",
            planned.version, now.version
        );
        return Err(Error::new(ErrorCode::Conflict, message).with_hint("Look at the plan anew."));
    }
    if let (Some(planned), Some(now)) =
        (request.basis.and_then(|age| age.term), plan.basis.and_then(|age| age.term))
        && planned.total_cmp(&now).is_ne()
    {
        let message = format!(
            "A primary was elected since it was planned: it was term {planned}, and is {now} now. Nothing was sent."
        );
        return Err(Error::new(ErrorCode::Conflict, message).with_hint("Look at the plan anew."));
    }
    match plan.confirm.as_deref() {
        Some(name) => Session::confirmed_anywhere(name, request.confirm.as_deref()),
        // Nothing need be typed; what is typed and wrong was meant for another set.
        None => hands.session.confirmed(set_name, request.confirm.as_deref()),
    }
}

async fn prepare(hands: &Hands, operation: &SetOperation) -> Result<(Scene, Prepared)> {
    let scene = hands.scene().await?;
    // Who wants to make a set of plain mongods is told how each is started.
    let begins_one = matches!(operation, SetOperation::Initiate { .. })
        && hands.session.info.topology == Topology::Standalone;
    if hands.session.info.topology != Topology::ReplicaSet && !begins_one {
        let mut outline = Outline::new("Nothing that can be done here");
        outline.check(OperationCheck::refused(
            "This connection is to no replica set. A mongod becomes one when it is started with --replSet and initiated.",
        ));
        return Ok((scene, outline.without_steps()));
    }
    let mut prepared = match operation {
        SetOperation::StepDown { seconds, catch_up_seconds, force } => {
            let unreplicated = if *force { unreplicated::look(hands, &scene).await } else { None };
            let asked = StepDown { seconds: *seconds, catch_up_seconds: *catch_up_seconds, force: *force };
            step_down::plan(&scene, asked, unreplicated.as_ref())
        }
        SetOperation::Freeze { host, seconds } => one_member::freeze(&scene, host, *seconds),
        SetOperation::Maintenance { host, on } => one_member::maintenance(&scene, host, *on),
        SetOperation::SyncFrom { host, source } => one_member::sync_from(&scene, host, source),
        SetOperation::Resync { host } => one_member::resync(&scene, host),
        SetOperation::Initiate { set_name, members } => {
            initiate::plan(hands, &scene, set_name, members).await?
        }
        SetOperation::Reconfigure { edits } => reconfigure::plan(hands, &scene, edits).await?,
        SetOperation::ForceReconfigure { host, edits } => {
            reconfigure::plan_by_force(hands, &scene, host, edits).await?
        }
    };
    // A change of the configuration says itself of which one it was made.
    if prepared.plan.basis.is_none() {
        prepared.plan.basis = scene.now.configuration.as_ref().map(|configuration| configuration.age);
    }
    if hands.session.info.environment == Environment::Production && prepared.plan.confirm.is_none() {
        prepared.plan.confirm = Some(scene.set_name().to_owned());
    }
    Ok((scene, prepared))
}
