//! What has happened between two snapshots.

use super::{
    TimelineKind,
    course::state_changed,
    news::{ElectionPart, Loss, News, Note, Told},
};
use crate::{
    replica::{AlertLevel, Member, MemberHealth, MemberState, ReplicaSnapshot, SightKind},
    time::millis_of_iso,
};

/// What is different now, as somebody would tell it. At first sight nothing is, but how the present primary came to be.
pub(crate) fn observed(before: Option<&ReplicaSnapshot>, now: &ReplicaSnapshot) -> Vec<News> {
    let at_ms = millis_of_iso(&now.taken_at).unwrap_or_default();
    let mut news = Vec::new();
    election(before, now, at_ms, &mut news);
    let Some(before) = before else { return news };
    primary(before, now, at_ms, &mut news);
    for member in &now.members {
        if let Some(earlier) = before.members.iter().find(|earlier| earlier.host == member.host) {
            news.extend(changed(earlier, member, at_ms).map(News::Note));
        }
    }
    news.extend(configuration(before, now, at_ms).map(News::Note));
    news.extend(sight(before, now, at_ms).map(News::Note));
    news
}

fn election(before: Option<&ReplicaSnapshot>, now: &ReplicaSnapshot, at_ms: i64, news: &mut Vec<News>) {
    let Some(primary) = &now.primary else { return };
    let known = before.is_some_and(|before| before.election == now.election && before.primary == now.primary);
    if known {
        return;
    }
    if let Some(election) = &now.election {
        let moment = |iso: &Option<String>| iso.as_deref().and_then(millis_of_iso);
        let elected_ms = moment(&election.elected_at);
        news.push(News::Election(ElectionPart {
            elected_ms,
            reason: Some(reason(&election.reason)),
            majority_ms: moment(&election.majority_writes_at),
            ..ElectionPart::of(election.term, primary, elected_ms.unwrap_or(at_ms))
        }));
    } else if let (Some(before), Some(term)) = (before, now.term)
        && before.term.is_none_or(|earlier| earlier < term)
        && before.primary.as_ref() != Some(primary)
    {
        // Its own answer is still to come, or may not be asked for.
        news.push(News::Election(ElectionPart::of(whole(term), primary, at_ms)));
    }
}

fn primary(before: &ReplicaSnapshot, now: &ReplicaSnapshot, at_ms: i64, news: &mut Vec<News>) {
    match (&before.primary, &now.primary) {
        (Some(lost), None) => {
            let message = format!("The set has no primary any more: it was {lost}.");
            let note = Note::observed(TimelineKind::PrimaryLost, Some(lost), at_ms, message);
            news.push(News::Note(note.at_level(AlertLevel::Critical)));
            news.push(News::Loss(Loss { host: lost.clone(), at_ms, told: Told::Here }));
        }
        (Some(lost), Some(new)) if lost != new => {
            news.push(News::Loss(Loss { host: lost.clone(), at_ms, told: Told::Here }));
        }
        (None, Some(back)) if before.term == now.term => news.push(News::Back(back.clone())),
        _ => {}
    }
}

fn changed(before: &Member, now: &Member, at_ms: i64) -> Option<Note> {
    let host = &now.host;
    let note = |kind, message| Note::observed(kind, Some(host), at_ms, message);
    match (before.health, now.health) {
        (MemberHealth::Up, MemberHealth::Down) => {
            let why = now.unreachable_reason.as_deref().unwrap_or("it does not answer");
            let down = note(TimelineKind::MemberDown, format!("{host} is down: {why}."));
            Some(down.at_level(AlertLevel::Warning))
        }
        (MemberHealth::Down, MemberHealth::Up) => {
            Some(note(TimelineKind::MemberUp, format!("{host} answers again: it is {}.", now.state.name())))
        }
        (MemberHealth::Up, MemberHealth::Up) if !before.too_stale && now.too_stale => {
            let message = format!("{host} is too stale: no member has the entries any more that it needs.");
            Some(note(TimelineKind::TooStale, message).at_level(AlertLevel::Critical))
        }
        // Becoming primary is an election, and no longer being it a loss.
        (MemberHealth::Up, MemberHealth::Up)
            if before.state != now.state
                && !matches!(now.state, MemberState::Primary | MemberState::Unknown)
                && !matches!(before.state, MemberState::Primary | MemberState::Unknown) =>
        {
            let changed = note(TimelineKind::StateChanged, state_changed(host, now.state));
            Some(Note { state: Some(now.state), ..changed })
        }
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "terms are small whole numbers")]
fn whole(term: f64) -> u32 {
    term as u32
}

/// An election alone raises the term, which is no edit.
fn configuration(before: &ReplicaSnapshot, now: &ReplicaSnapshot, at_ms: i64) -> Option<Note> {
    let version = |snapshot: &ReplicaSnapshot| Some(snapshot.configuration.as_ref()?.age.version);
    let (earlier, present) = (version(before)?, version(now)?);
    if earlier == present {
        return None;
    }
    let names = |snapshot: &ReplicaSnapshot| -> Vec<String> {
        snapshot.members.iter().map(|member| member.host.clone()).collect()
    };
    let (were, are) = (names(before), names(now));
    let added: Vec<_> = are.iter().filter(|host| !were.contains(host)).map(String::as_str).collect();
    let removed: Vec<_> = were.iter().filter(|host| !are.contains(host)).map(String::as_str).collect();
    let what = match (added.is_empty(), removed.is_empty()) {
        (true, true) => String::new(),
        (false, true) => format!(" {} was added.", added.join(", ")),
        (true, false) => format!(" {} was removed.", removed.join(", ")),
        (false, false) => format!(" {} took the place of {}.", added.join(", "), removed.join(", ")),
    };
    let message = format!("The configuration was changed: version {earlier} to {present}.{what}");
    Some(Note::observed(TimelineKind::ConfigurationChanged, None, at_ms, message))
}

/// What lasts only for a moment after a change is passed over, and so is a member that is down: it has its own entry.
fn sight(before: &ReplicaSnapshot, now: &ReplicaSnapshot, at_ms: i64) -> Option<Note> {
    let (earlier, present) = (before.sight.as_ref()?, now.sight.as_ref()?);
    let note = |message: String| Note::observed(TimelineKind::Sight, None, at_ms, message);
    let apart = |kind| {
        !matches!(kind, SightKind::Clear | SightKind::Settling | SightKind::MemberDown | SightKind::Unknown)
    };
    if apart(present.kind) && (earlier.kind != present.kind || earlier.sides != present.sides) {
        return Some(note(present.summary.clone()).at_level(AlertLevel::Warning));
    }
    (apart(earlier.kind) && present.kind == SightKind::Clear)
        .then(|| note("All members see each other again.".to_owned()))
}

/// The server's word for the reason (`lastElectionReason`), in ours.
fn reason(word: &str) -> String {
    match word {
        "electionTimeout" => "no primary was heard of".to_owned(),
        "priorityTakeover" => "the winner has a higher priority than the primary had".to_owned(),
        "stepUpRequest" | "stepUpRequestSkipDryRun" => {
            "the winner was asked to stand: the old primary handed over, or replSetStepUp was run".to_owned()
        }
        "catchupTakeover" => "the winner had newer entries than the primary".to_owned(),
        "singleNodePromptElection" => "it is the only electable member".to_owned(),
        other => other.to_owned(),
    }
}
