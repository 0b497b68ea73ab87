//! What is done to one member that is not the primary: freeze, maintenance, whom it copies from, and all data anew.

use bson::doc;

use super::{
    OperationCheck, PlannedStep,
    prepared::{Ask, Outline, Prepared},
    scene::{Scene, seconds},
    settle::Settles,
};
use crate::replica::{Member, MemberHealth, MemberState};

/// A source that is further behind than this is not worth copying from: the server warns then too, seconds.
const FAR_BEHIND: f64 = 10.0;
/// The longest time that the server takes, seconds: a year.
const LONGEST: u32 = 31_536_000;

pub(super) fn freeze(scene: &Scene, host: &str, for_seconds: u32) -> Prepared {
    let mut outline =
        Outline::new(if for_seconds == 0 { "Let a secondary stand again" } else { "Freeze a secondary" });
    if for_seconds > LONGEST {
        outline.check(OperationCheck::refused(format!("A time may be {LONGEST} s at the most.")));
    }
    let Some(member) = outline.need(scene.member(host)) else { return outline.without_steps() };
    outline.check(if member.state == MemberState::Primary {
        OperationCheck::refused(format!(
            "{host} is the primary: only a secondary can be frozen. Step it down instead."
        ))
    } else {
        is(member, &[MemberState::Secondary], "Only a secondary can be frozen.")
    });
    let others = scene.candidates().filter(|other| other.host != host).count();
    let done = if for_seconds == 0 {
        outline.then(format!("{host} may stand for election at once; alone in its set it does so at once."));
        format!("{host} may stand for election again.")
    } else {
        outline.then(format!(
            "{host} does not stand for election for {}. It votes, copies and serves reads as before.",
            seconds(f64::from(for_seconds))
        ));
        outline.then("No member shows that it is frozen: this program remembers it while it is open.");
        if others == 0 {
            outline.check(OperationCheck::warning(
                "Nobody else could take over then: if the primary is lost or steps down meanwhile, the set has no primary.",
            ));
        }
        format!("{host} does not stand for election for {}.", seconds(f64::from(for_seconds)))
    };
    let step = PlannedStep::command(
        if for_seconds == 0 { "Unfreeze" } else { "Freeze" },
        host,
        format!("rs.freeze({for_seconds})"),
        None,
    );
    let command = doc! { "replSetFreeze": i64::from(for_seconds) };
    outline.with_ask(
        step,
        Ask { host: host.to_owned(), command, answers_within_seconds: 0, settles: Settles::AtOnce, done },
    )
}

pub(super) fn maintenance(scene: &Scene, host: &str, on: bool) -> Prepared {
    let mut outline =
        Outline::new(if on { "Put a member into maintenance" } else { "End a member's maintenance" });
    let Some(member) = outline.need(scene.member(host)) else { return outline.without_steps() };
    outline.check(if member.state == MemberState::Primary {
        OperationCheck::refused(format!(
            "{host} is the primary, which takes no maintenance. Step it down first."
        ))
    } else if on {
        is(member, &[MemberState::Secondary, MemberState::Recovering], "Only a secondary takes maintenance.")
    } else if member.too_stale {
        OperationCheck::refused(format!(
            "{host} is RECOVERING because it is too stale: no source has what it needs next. It needs all data anew; maintenance has \
             nothing to do with it."
        ))
    } else {
        is(
            member,
            &[MemberState::Recovering],
            "It is not in maintenance: a member in maintenance is RECOVERING.",
        )
    });
    outline.check(OperationCheck::warning(
        "The server counts how often maintenance was switched on, by whatever client: it ends when it was switched off as often.",
    ));
    let state = if on {
        outline.then(format!(
            "{host} becomes RECOVERING: reads there are refused, its oplog goes on, and it still votes."
        ));
        outline.then("It does not become primary meanwhile.");
        MemberState::Recovering
    } else {
        outline.then(format!("{host} becomes SECONDARY again, and takes reads."));
        MemberState::Secondary
    };
    let settles = Settles::State { host: host.to_owned(), state };
    let step = PlannedStep::command(
        if on { "Maintenance on" } else { "Maintenance off" },
        host,
        format!("db.adminCommand({{ replSetMaintenance: {on} }})"),
        settles.words(),
    );
    let done = format!("{host} is {}.", if on { "in maintenance" } else { "a secondary again" });
    let command = doc! { "replSetMaintenance": on };
    outline.with_ask(step, Ask { host: host.to_owned(), command, answers_within_seconds: 0, settles, done })
}

pub(super) fn sync_from(scene: &Scene, host: &str, source: &str) -> Prepared {
    let mut outline = Outline::new("Choose whom a member copies from");
    let (Some(member), Some(from)) = (outline.need(scene.member(host)), outline.need(scene.member(source)))
    else {
        return outline.without_steps();
    };
    let copies = [MemberState::Secondary, MemberState::Recovering];
    outline.check(if member.state == MemberState::Primary {
        OperationCheck::refused(format!("{host} is the primary, which copies from nobody."))
    } else if member.arbiter {
        OperationCheck::refused(format!("{host} is an arbiter: it has no data to copy."))
    } else if member.state == MemberState::Startup2 {
        OperationCheck::refused(format!(
            "{host} copies all data (initial sync). The server would take it, and begin that copy anew. Wait until it is a secondary."
        ))
        .ours()
    } else {
        is(member, &copies, "It copies from nobody at present.")
    });
    outline.check(if host == source {
        OperationCheck::refused("A member cannot copy from itself.")
    } else if from.arbiter {
        OperationCheck::refused(format!("{source} is an arbiter: it has no data."))
    } else if member.votes == Some(1) && from.votes == Some(0) {
        OperationCheck::refused(format!(
            "{host} votes and {source} does not: a voter copies from voters only."
        ))
    } else {
        is(from, &[MemberState::Primary, MemberState::Secondary], "It can serve nobody's copy.")
    });
    if let (Some(own), Some(theirs)) = (member.lag_seconds, from.lag_seconds)
        && theirs - own > FAR_BEHIND
    {
        outline.check(OperationCheck::warning(format!(
            "{source} is {} further behind than {host}, which would wait for it: {host} chooses anew at once.",
            seconds(theirs - own)
        )));
    }
    outline.then(
        "A source that is not ahead is given up at once; while nothing is written, no member is ahead.",
    );
    outline.then("The choice lasts until the member chooses anew: at a restart, when the connection breaks, when the source falls far behind, or at the next look at who is nearest.");
    let settles = Settles::SyncSource { host: host.to_owned(), source: source.to_owned() };
    let step = PlannedStep::command("Sync from", host, format!("rs.syncFrom(\"{source}\")"), settles.words());
    let ask = Ask {
        host: host.to_owned(),
        command: doc! { "replSetSyncFrom": source },
        answers_within_seconds: 0,
        settles,
        done: format!("{host} copies from {source}."),
    };
    outline.with_ask(step, ask)
}

/// How a member is given all data anew: advice, because it needs its machine.
pub(super) fn resync(scene: &Scene, host: &str) -> Prepared {
    let mut outline = Outline::new("Give a member all data anew");
    let Some(member) = outline.need(scene.member(host)) else { return outline.without_steps() };
    if member.state == MemberState::Primary {
        outline.check(OperationCheck::refused(format!(
            "{host} is the primary. Step it down first, and wait until another member is primary."
        )));
    }
    if member.arbiter {
        outline.check(OperationCheck::refused(format!("{host} is an arbiter: it has no data.")));
    }
    let sources = scene.now.members.iter().filter(|other| {
        other.host != host && !other.arbiter && other.health == MemberHealth::Up && other.state.advances()
    });
    outline.check(match sources.count() {
        0 => OperationCheck::refused("No other member is up that has the data: it would be lost."),
        1 => OperationCheck::warning(
            "Only one other member has the data and is up: until the copy is done it is the only one.",
        ),
        _ => OperationCheck::fine("More than one other member has the data and is up."),
    });
    let window = scene
        .now
        .members
        .iter()
        .filter(|other| other.host != host)
        .filter_map(|other| other.oplog_window_hours)
        .reduce(f64::min);
    if let Some(hours) = window {
        outline.check(OperationCheck::warning(format!(
            "Meanwhile the member keeps what is written to the set beside the data, and applies it at the end: it needs room for both. \
             Where that takes longer than the shortest oplog window of the others, {}, it may have to begin anew.",
            seconds(hours * 3_600.0)
        )));
    }
    outline.then("While it copies it votes, but acknowledges no majority write and cannot become primary.");
    outline.then("The source is read from one end to the other: expect load on its disk and on the network.");
    if outline.refuses() {
        // Nobody is handed the commands that would lose the data.
        return outline.without_steps();
    }
    let port = host.rsplit(':').next().unwrap_or("27017");
    outline.by_hand([
        format!("mongosh --host {host} --eval 'db.shutdownServer()'"),
        "mv DBPATH DBPATH.before && mkdir DBPATH   # the member's --dbpath, kept until the copy is done"
            .to_owned(),
        format!(
            "mongod --replSet {} --port {port} --dbpath DBPATH …   # as it was started before",
            scene.set_name()
        ),
        "rs.status().members   # STARTUP2 while it copies, then SECONDARY; Health shows how far it is"
            .to_owned(),
    ]);
    outline.without_steps()
}

fn is(member: &Member, states: &[MemberState], otherwise: &str) -> OperationCheck {
    let host = &member.host;
    if member.health != MemberHealth::Up {
        let why = member.unreachable_reason.as_deref().unwrap_or("it does not answer");
        return OperationCheck::refused(format!("{host} cannot be asked: {why}."));
    }
    if states.contains(&member.state) {
        return OperationCheck::fine(format!("{host} is {}.", member.state.name()));
    }
    OperationCheck::refused(format!("{host} is {}. {otherwise}", member.state.name()))
}
