//! The primary hands over (`replSetStepDown`).

use bson::doc;

use super::{
    ElectionChance, OperationCheck, PlannedStep,
    prepared::{Ask, Outline, Prepared},
    scene::{Scene, seconds},
    settle::Settles,
};
use crate::replica::{Member, MemberHealth, MemberState};

/// What is asked.
#[derive(Clone, Copy)]
pub(super) struct StepDown {
    pub(super) seconds: u32,
    pub(super) catch_up_seconds: u32,
    pub(super) force: bool,
}

/// The longest time that the server takes, seconds: a year.
const LONGEST: u32 = 31_536_000;

/// What the server makes of members that are behind.
const WAITS: &str =
    "The server would take it, wait for them, and give it up (262) where they have not caught up by then.";

/// Plans it. `unreplicated` are the operations that only the primary has, where they were looked for.
pub(super) fn plan(scene: &Scene, asked: StepDown, unreplicated: Option<&Unreplicated>) -> Prepared {
    let StepDown { seconds: stays_down, catch_up_seconds, force } = asked;
    let mut outline =
        Outline::new(if force { "Step the primary down by force" } else { "Step the primary down" });
    if let Some(check) = times(asked) {
        outline.check(check);
    }
    let Some(primary) = outline.need(scene.primary()) else { return outline.without_steps() };
    let best = scene.candidates().min_by(|one, other| lag(one).total_cmp(&lag(other)));
    outline.check(who_takes_over(scene, best, asked));
    if let Some(check) = takeback(scene, primary, stays_down) {
        outline.check(check);
    }
    let old = primary.host.clone();
    outline.then(format!(
        "Writes pause from the moment {old} steps down until another member is elected: usually under a second or two."
    ));
    outline.then("Clients with retryable writes try once more by themselves; others see an error (NotWritablePrimary, 10107).");
    outline.then(format!(
        "{old} does not stand for election for {} from the command on, its wait for a secondary included.",
        seconds(f64::from(stays_down))
    ));
    if force {
        outline.then(format!(
            "{old} goes after {catch_up_seconds} s even if no secondary has everything: what only it has may be rolled back."
        ));
        outline
            .check(unreplicated.map_or_else(|| not_looked_up(&old), |unreplicated| unreplicated.check(&old)));
        outline.type_to_confirm(scene.set_name());
    }
    let mut command = doc! { "replSetStepDown": i64::from(stays_down), "secondaryCatchUpPeriodSecs": i64::from(catch_up_seconds) };
    let shell = if force {
        command.insert("force", true);
        format!(
            "db.adminCommand({{ replSetStepDown: {stays_down}, secondaryCatchUpPeriodSecs: {catch_up_seconds}, force: true }})"
        )
    } else {
        format!("rs.stepDown({stays_down}, {catch_up_seconds})")
    };
    let settles = Settles::NewPrimary { old: old.clone(), term: scene.now.term };
    let step = PlannedStep::command("Step down", &old, shell, settles.words()).with_election(
        ElectionChance::Certain,
        "The primary leaves its office, and the others elect another one.",
    );
    let ask = Ask {
        done: format!("{old} stepped down."),
        host: old,
        command,
        answers_within_seconds: catch_up_seconds,
        settles,
    };
    outline.with_ask(step, ask)
}

fn times(asked: StepDown) -> Option<OperationCheck> {
    let StepDown { seconds, catch_up_seconds, .. } = asked;
    if seconds > LONGEST || catch_up_seconds > LONGEST {
        return Some(OperationCheck::refused(format!("A time may be {LONGEST} s at the most.")));
    }
    let check = OperationCheck::refused(format!(
        "The primary is to stay down for {seconds} s, which is not longer than the {catch_up_seconds} s that it waits for a secondary: \
         it might stay down for no time at all. Ask for more than {catch_up_seconds} s."
    ));
    // The time down counts from the command on. The server refuses what is shorter (2, BadValue), and takes 0 for 60.
    match seconds {
        seconds if seconds > catch_up_seconds => None,
        seconds if seconds == catch_up_seconds || seconds == 0 => Some(check.ours()),
        _ => Some(check),
    }
}

fn lag(member: &Member) -> f64 {
    member.lag_seconds.unwrap_or(f64::INFINITY)
}

fn who_takes_over(scene: &Scene, best: Option<&Member>, asked: StepDown) -> OperationCheck {
    let Some(best) = best else {
        let frozen: Vec<_> = scene.frozen.keys().map(String::as_str).collect();
        if !frozen.is_empty() {
            return OperationCheck::refused(format!(
                "No secondary may be elected: {} cannot stand, because it was frozen or stepped down from here. The set would have \
                 no primary. The server would do it: it does not look at that. Let one stand again first.",
                frozen.join(", ")
            ))
            .ours();
        }
        let text = "No secondary is up that may be elected. The set would have no primary.";
        return if asked.force {
            OperationCheck::refused(format!("{text} The server would do it by force.")).ours()
        } else {
            OperationCheck::refused(text)
        };
    };
    let behind = lag(best);
    if !behind.is_finite() {
        let then =
            if asked.force { "it goes all the same, and may lose data" } else { "the server refuses (262)" };
        return OperationCheck::warning(format!(
            "How far {} is behind is not known. If no secondary catches up within {} s, {then}.",
            best.host, asked.catch_up_seconds
        ));
    }
    if behind > f64::from(asked.catch_up_seconds) {
        let text = format!(
            "The best placed secondary, {}, is {} behind, more than the {} s that the primary waits for it.",
            best.host,
            seconds(behind),
            asked.catch_up_seconds
        );
        return if asked.force {
            OperationCheck::warning(text)
        } else {
            OperationCheck::refused(format!(
                "{text} Wait until it has caught up, or let the primary wait longer. {WAITS}"
            ))
            .ours()
        };
    }
    if let Some(text) = too_few_have_everything(scene, asked) {
        return if asked.force {
            OperationCheck::warning(text)
        } else {
            OperationCheck::refused(format!("{text} {WAITS}")).ours()
        };
    }
    OperationCheck::fine(format!("{} can take over: it is {} behind.", best.host, seconds(behind)))
}

/// The server also wants a majority of the voters with data to have everything (`TopologyCoordinator::isSafeToStepDown`).
fn too_few_have_everything(scene: &Scene, asked: StepDown) -> Option<String> {
    let needed = scene.now.majority.as_ref()?.write_majority;
    let within = f64::from(asked.catch_up_seconds);
    let voters = scene.now.members.iter().filter(|member| member.votes == Some(1) && !member.arbiter);
    let close = voters.filter(|member| {
        member.health == MemberHealth::Up && (member.state == MemberState::Primary || lag(member) <= within)
    });
    let close = u32::try_from(close.count()).unwrap_or(u32::MAX);
    (close < needed).then(|| {
        let then = if asked.force { "It goes all the same." } else { "Wait until more have caught up." };
        format!(
            "Only {close} of the {needed} voters with data that a majority needs have everything, or can within {} s. {then}",
            asked.catch_up_seconds
        )
    })
}

fn not_looked_up(primary: &str) -> OperationCheck {
    OperationCheck::warning(format!(
        "What only {primary} has could not be looked up (it needs read on the database local): count on losing its newest writes."
    ))
}

fn takeback(scene: &Scene, primary: &Member, stays_down: u32) -> Option<OperationCheck> {
    let own = primary.priority?;
    let highest = scene.candidates().filter_map(|member| member.priority).reduce(f64::max)?;
    (own > highest).then(|| {
        OperationCheck::warning(format!(
            "{} has the highest priority ({own}): after {} it takes the office back, with a second election. To keep it \
             away, lower its priority instead.",
            primary.host,
            seconds(f64::from(stays_down))
        ))
    })
}

/// What only the primary has: newer than what the best placed secondary has applied.
pub(super) struct Unreplicated {
    /// How many, as far as they were counted.
    pub(super) count: usize,
    /// There are more than were counted.
    pub(super) more: bool,
    /// The first of them: `insert shop.orders { _id: 7 }`.
    pub(super) first: Vec<String>,
}

impl Unreplicated {
    fn check(&self, primary: &str) -> OperationCheck {
        if self.count == 0 {
            return OperationCheck::fine(format!(
                "A moment ago a secondary that could take over had everything that {primary} has."
            ));
        }
        let more = if self.more { "More than " } else { "" };
        OperationCheck::warning(format!(
            "{more}{} operations on {primary} are on no secondary that could take over, and may be rolled back: {}{}",
            self.count,
            self.first.join("; "),
            if self.count > self.first.len() || self.more { "; …" } else { "." },
        ))
    }
}
