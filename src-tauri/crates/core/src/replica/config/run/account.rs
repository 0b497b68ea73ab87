//! Where the set is, in plain sentences.

use super::step::End;
use crate::{
    ErrorBody,
    replica::{ConfigAge, OperationOutcome, OperationProgress, OperationReport, StepState},
};

pub(super) fn account(steps: Vec<OperationProgress>, end: End, config: Option<ConfigAge>) -> OperationReport {
    let done = steps.iter().filter(|step| step.state == StepState::Done).count();
    let all = steps.len();
    let which = steps.iter().find(|step| step.state != StepState::Done).map_or("", |step| &step.title);
    let so_far = match done {
        0 => "Nothing was changed.".to_owned(),
        1 => format!("The first of {all} steps is done and holds."),
        _ => format!("{done} of {all} steps are done and hold."),
    };
    let (outcome, message) = match &end {
        End::Done if all == 0 => (OperationOutcome::Applied, "There was nothing to change.".to_owned()),
        End::Done => (
            OperationOutcome::Applied,
            match all {
                1 => "It is done, and a majority holds the configuration.".to_owned(),
                _ => format!("All {all} steps are done, and a majority holds the configuration."),
            },
        ),
        End::Stopped => (
            partly(done),
            format!("It was stopped. {so_far} The rest was not begun: the next would be “{which}”."),
        ),
        End::Refused(_) => (partly(done), format!("{so_far} Not done: “{which}”, and what comes after it.")),
        End::NotSettled(_) => (
            OperationOutcome::Partly,
            format!(
                "{so_far} “{which}” is on the primary, and a majority does not hold it yet: it may be lost with the primary."
            ),
        ),
        End::Unknown(_) => (
            OperationOutcome::Unknown,
            format!(
                "{} Of “{which}” it is not known whether it was applied.",
                if done == 0 { "" } else { &so_far }
            ),
        ),
    };
    let age = config.map(|age| format!(" The configuration has version {} now.", age.version));
    OperationReport {
        outcome,
        message: format!("{}{}", message.trim_start(), age.unwrap_or_default()),
        steps,
        error: match end {
            End::Done | End::Stopped => None,
            End::Refused(error) | End::NotSettled(error) | End::Unknown(error) => {
                Some(ErrorBody::from(error))
            }
        },
        config,
        measurement: None,
    }
}

fn partly(done: usize) -> OperationOutcome {
    if done == 0 { OperationOutcome::NotApplied } else { OperationOutcome::Partly }
}
