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
    let so_far = match (done, all) {
        (0, _) => "",
        (1, 1) => "The step is done.",
        (1, _) => &format!("The first of {all} steps is done and holds."),
        _ => &format!("{done} of {all} steps are done and hold."),
    };
    let unchanged = if done == 0 { "Nothing was changed." } else { so_far };
    let rest = if steps.iter().any(|step| step.state == StepState::NotBegun) {
        ", and what comes after it"
    } else {
        ""
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
        End::Overtaken(_) => {
            let then = "What is there now is somebody else's change.";
            let rest = if done < all { " The rest was not begun." } else { "" };
            let done = match (done, all) {
                (1, 1) => "The step was done.".to_owned(),
                _ => format!("{done} of {all} steps were done."),
            };
            (OperationOutcome::Partly, format!("{done} {then}{rest}"))
        }
        End::Stopped => (
            partly(done),
            format!("It was stopped. {unchanged} The rest was not begun: the next would be “{which}”."),
        ),
        End::Refused(_) => (partly(done), format!("{unchanged} Not done: “{which}”{rest}.")),
        End::NotSettled(_) => (
            OperationOutcome::Partly,
            format!(
                "{so_far} “{which}” is on the primary, and a majority does not hold it yet: it may be lost with the primary."
            ),
        ),
        End::Unknown(_) => (
            OperationOutcome::Unknown,
            format!("{so_far} Of “{which}” it is not known whether it was applied."),
        ),
    };
    let age = match config {
        Some(age) => format!("The configuration has version {} now.", age.version),
        None => "No primary answers now.".to_owned(),
    };
    OperationReport {
        outcome,
        message: format!("{} {age}", message.trim_start()),
        steps,
        error: match end {
            End::Done | End::Stopped => None,
            End::Overtaken(error) | End::Refused(error) | End::NotSettled(error) | End::Unknown(error) => {
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
