//! The server's error numbers of administrative commands, in words.

use crate::Error;

/// `MaxTimeMSExpired`, `PrimarySteppedDown`, `NotWritablePrimary`: what errors say of them elsewhere is not the server's own sentence.
const GENERAL: [i32; 3] = [50, 189, 10_107];

/// What a number means of a command, and the way on.
fn explain(command: &str, code: i32) -> Option<(&'static str, &'static str)> {
    of_command(command, code).or_else(|| of_any(code))
}

/// Where it means something of its own.
fn of_command(command: &str, code: i32) -> Option<(&'static str, &'static str)> {
    Some(match (command, code) {
        ("replSetStepDown", 2) => (
            "A time is not one that the command takes.",
            "Correct it: a step-down lasts longer than the time it waits for a secondary.",
        ),
        ("replSetReconfig", 50) => (
            "The time for the command ran out. The change may be on the primary all the same, without a majority that holds it.",
            "See whether members are down. It settles by itself when a majority is up.",
        ),
        ("replSetSyncFrom", 74) => (
            "The member knows no such source: it is in the configuration under no such name.",
            "Look at the members as they are now, and choose one of them.",
        ),
        ("replSetInitiate", 74) => (
            "A mongod does not answer under the name that the configuration gives it.",
            "See that each runs, and that they reach each other by these names.",
        ),
        ("replSetInitiate", 103) => (
            "A mongod was started for a set of another name, or has a configuration already.",
            "See with which `--replSet` each of them was started.",
        ),
        ("replSetInitiate", 104) => (
            "The member that is asked first could not be elected.",
            "Give the first member a vote and a priority above 0, or put another one first.",
        ),
        _ => return None,
    })
}

fn of_any(code: i32) -> Option<(&'static str, &'static str)> {
    Some(match code {
        2 => ("A value is not one that the command takes.", "Correct it and plan again."),
        6 => (
            "The member cannot be reached from the one that was asked.",
            "See that it runs, and that its name and port can be reached from the other members.",
        ),
        13 => (
            "The user may not do this.",
            "It needs the role `clusterManager` or `clusterAdmin` on the database admin.",
        ),
        23 => (
            "The mongod belongs to a set already: it has a configuration.",
            "Connect to that set; or take a mongod whose data folder is empty.",
        ),
        50 => (
            "The time for the command ran out at the member.",
            "See whether it did what it was to do, and try again if not.",
        ),
        72 => (
            "The member cannot do this with that source.",
            "Choose a source that holds data, is not the member itself, and votes where the member does.",
        ),
        74 => (
            "Too few voters of the new configuration answer, or the member that was asked is not in it.",
            "See that the members run and can reach each other by the names in the configuration. A primary is stepped down \
             before it is removed.",
        ),
        93 => (
            "The server finds a mistake in the configuration.",
            "Its words name the field. Correct it and plan again.",
        ),
        94 => ("The mongod was started for a set, and belongs to none yet.", "Initiate the set first."),
        95 => (
            "The member is not in a state in which it can do this: a primary cannot be frozen or put into maintenance.",
            "Step it down first, or choose a secondary.",
        ),
        96 => (
            "The command did not come about: an election or another change of state was in its way, or there was no maintenance to end.",
            "Look at the member's state, and try again.",
        ),
        103 => (
            "The configuration does not fit the one that the set has: somebody was faster, or a rule of the change is broken.",
            "Look at the configuration as it is now, and plan again.",
        ),
        104 => (
            "The member that was asked could not be elected under the new configuration.",
            "Step the primary down first, then change its priority or votes.",
        ),
        109 => {
            ("The set changes its configuration at this moment.", "Wait until that is done, and try again.")
        }
        189 | 10107 => (
            "The member is not the primary any more, or is about to step down.",
            "Wait for the election and ask the new primary.",
        ),
        262 => (
            "Within the time that was given, no electable secondary had everything, or fewer members had it than a majority.",
            "See why they are behind; give them more time; or step down by force, which may lose the newest writes.",
        ),
        308 => (
            "A majority does not hold the present configuration yet.",
            "Bring members back until a majority is up, then try again.",
        ),
        _ => return None,
    })
}

/// What the server said of a command, explained where we can, in front of its own words.
pub(crate) fn explained(command: &str, error: Error) -> Error {
    let Some((code, (what, way_on))) =
        error.server_code().and_then(|code| Some((code, explain(command, code)?)))
    else {
        return error;
    };
    let name = error.body().server.as_ref().map(|server| server.name.clone()).unwrap_or_default();
    let told =
        if GENERAL.contains(&code) { what.to_owned() } else { format!("{what} The server says: {error}") };
    Error::new(error.code(), told).with_hint(way_on).with_server(code, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error;

    #[test]
    fn every_number_that_an_operation_may_meet_is_explained_with_the_way_on() {
        for code in [2, 6, 13, 23, 50, 72, 74, 93, 94, 95, 96, 103, 104, 109, 189, 262, 308, 10_107] {
            let (what, way_on) = of_any(code).unwrap_or_else(|| panic!("{code} is not explained"));
            assert!(what.ends_with('.') && way_on.ends_with('.'), "{code}");
        }
        assert_eq!(of_any(0), None);
    }

    #[test]
    fn a_number_is_explained_as_the_command_means_it_with_the_words_that_the_server_itself_said() {
        let told = |command, code| {
            let said = error::from_server(code, "Name", "what the server said");
            explained(command, said).to_string()
        };
        assert!(told("replSetReconfig", 104).contains("the new configuration"));
        assert!(told("replSetInitiate", 104).contains("asked first"));
        assert!(told("replSetSyncFrom", 74).contains("no such source"));
        assert!(told("replSetReconfig", 103).contains("somebody was faster"));
        assert!(told("replSetInitiate", 103).contains("another name"));
        assert!(told("replSetStepDown", 262).ends_with("The server says: what the server said"));
        assert!(!told("replSetStepDown", 189).contains("The server says"), "these words are not its own");
    }
}
