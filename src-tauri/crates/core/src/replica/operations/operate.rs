//! Plans an operation, and carries it out.

use tokio::sync::mpsc;

use super::{
    CheckVerdict, OperationCheck, OperationOutcome, OperationPlan, OperationProgress, OperationReport,
    RunOperationRequest, SetOperation, initiate, one_member,
    prepared::{Action, Outline, Prepared},
    reconfigure, run,
    scene::{Hands, Scene},
    step_down::{self, StepDown},
    unreplicated,
};
use crate::{
    Error, ErrorCode, Result,
    connection::{Environment, Session, Topology},
    replica::failover::Canary,
};

/// Tells what an operation would do, as things are now. Only what reads is sent.
///
/// # Errors
///
/// `InvalidInput` for a wish that cannot be read, and what asking the members comes to. Whatever stands against the operation itself is told in the plan.
pub(crate) async fn plan_operation(hands: &Hands, operation: &SetOperation) -> Result<OperationPlan> {
    Ok(prepare(hands, operation).await?.1.plan)
}

/// Carries an operation out; `tell` hears how it goes. When it answers false, or the future is dropped, the step that is under
/// way comes to its end and no more is begun.
///
/// # Errors
///
/// `ReadOnly`, `InvalidInput` where it was not confirmed, `Conflict` where a check refuses or the configuration is not the one
/// that was planned for: nothing was sent. Once something was, the report tells.
pub(crate) async fn run_operation(
    hands: Hands,
    request: RunOperationRequest,
    mut tell: impl FnMut(OperationProgress) -> bool + Send,
) -> Result<OperationReport> {
    hands.session.permit_writes()?;
    let (scene, prepared) = prepare(&hands, &request.operation).await?;
    admit(&hands, &prepared.plan, scene.set_name(), &request)?;
    let (sender, mut progress) = mpsc::unbounded_channel();
    // In a task of its own: a caller who goes away must not leave it half-way, and the timeline is to tell of it.
    let working = tokio::spawn(measured(hands, scene, prepared, request, sender));
    while let Some(progress_now) = progress.recv().await {
        if !tell(progress_now) {
            progress.close();
        }
    }
    working
        .await
        .map_err(|_| Error::internal("The operation ended in a way that is not known: look at Health."))?
}

/// Carries it out, with small writes around it where that is asked for: they are well before it begins.
async fn measured(
    hands: Hands,
    scene: Scene,
    prepared: Prepared,
    request: RunOperationRequest,
    progress: mpsc::UnboundedSender<OperationProgress>,
) -> Result<OperationReport> {
    if !request.measure {
        return Ok(carry_out(&hands, scene, prepared, request, progress).await);
    }
    let canary = Canary::start(&hands.stopwatch()).await?;
    canary.settle().await;
    let label = prepared.plan.title.clone();
    let mut report = carry_out(&hands, scene, prepared, request, progress).await;
    report.measurement = Some(canary.finish(&hands.stopwatch(), label).await);
    Ok(report)
}

async fn carry_out(
    hands: &Hands,
    scene: Scene,
    prepared: Prepared,
    request: RunOperationRequest,
    progress: mpsc::UnboundedSender<OperationProgress>,
) -> OperationReport {
    let steps = hands.session.steps(request.query.clone());
    let mut tell = |now: OperationProgress| progress.send(now).is_ok();
    let title = prepared.plan.title.as_str();
    let mut report = match &prepared.action {
        Action::Ask(ask) => run::ask(hands, &scene, title, ask, &mut tell).await,
        Action::Reconfigure(chain) => {
            let stopped = || steps.cancelled() || progress.is_closed();
            reconfigure::run(hands, &scene, chain, stopped, &mut tell).await
        }
        Action::Nothing => unreachable!("what cannot be carried out was not admitted"),
    };
    if let (SetOperation::Freeze { host, seconds }, OperationOutcome::Applied) =
        (&request.operation, report.outcome)
    {
        hands.record.froze(host, *seconds, hands.now_ms());
    }
    if let Ok(now) = hands.monitor.snapshot().await {
        report.config = now.configuration.map(|configuration| configuration.age);
    }
    hands.record.done(hands.now_ms(), format!("{title}: {}", report.message));
    report
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
    let confirm = request.confirm.as_deref();
    let name = plan.confirm.as_deref().unwrap_or(set_name);
    if may_lose_data(&request.operation) {
        return Session::confirmed_anywhere(name, confirm);
    }
    hands.session.confirmed(name, confirm)
}

/// Of such it is asked on every connection that the name is typed.
fn may_lose_data(operation: &SetOperation) -> bool {
    matches!(operation, SetOperation::ForceReconfigure { .. } | SetOperation::StepDown { force: true, .. })
}

async fn prepare(hands: &Hands, operation: &SetOperation) -> Result<(Scene, Prepared)> {
    let scene = hands.scene().await?;
    if hands.session.info.topology != Topology::ReplicaSet {
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
