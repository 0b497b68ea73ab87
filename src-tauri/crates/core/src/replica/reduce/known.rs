//! What is known of one member: of each kind of news the latest, whatever order it came in.

use std::time::Duration;

use crate::replica::{
    MemberState, OperationRates,
    observation::{Fact, Facts, LOGIN_REFUSED, Observation, Report, Skew},
    reply::{Candidate, Figures, Hello, Status},
    signals::{
        lag::{self, Progress},
        rates::{self, LagTrend},
    },
};

/// Answers that were asked for within this time of each other belong to the same round: every member is asked at the
/// same moment, and figures of two members are only compared within a round.
const ROUND: Duration = Duration::from_millis(500);

/// What a member told, and when it was asked.
type At<T> = (Duration, T);

#[derive(Debug, Default)]
pub(crate) struct Known {
    hello: Option<At<Hello>>,
    /// The last poll: an answer, or why there was none.
    polled: Option<At<Result<Report, String>>>,
    /// The answer before the last one.
    before: Option<At<Report>>,
    figures: Option<At<Figures>>,
    pub(crate) skew: Option<Skew>,
    pub(crate) rates: Option<OperationRates>,
    pub(crate) version: Option<String>,
    pub(crate) facts: Facts,
    pub(crate) trend: LagTrend,
    /// The smoothed time that an initial sync still takes, seconds.
    pub(crate) copy_seconds: Option<f64>,
}

impl Known {
    /// Takes one piece of news; what is older than what is known of its kind is left.
    pub(crate) fn note(&mut self, Observation { at, fact, .. }: Observation) {
        match fact {
            Fact::Hello(hello) => {
                let older = self.hello.as_ref().is_some_and(|(known_at, known)| {
                    let precedes = hello.version.zip(known.version).map(|(new, known)| new.precedes(known));
                    precedes == Some(true) || *known_at > at
                });
                if !older {
                    self.hello = Some((at, hello));
                }
            }
            Fact::Report(report) => {
                if report.version.is_some() {
                    self.version.clone_from(&report.version);
                }
                self.poll(at, Ok(report));
            }
            Fact::Silent(reason) => self.poll(at, Err(reason)),
            Fact::Figures(figures, skew) => self.take_figures(at, figures, skew),
            Fact::Facts(facts) => self.facts = facts,
            // It tells of what has been, not of what is.
            Fact::Log(_) => {}
        }
    }

    fn poll(&mut self, at: Duration, outcome: Result<Report, String>) {
        if self.polled.as_ref().is_some_and(|(known, _)| *known > at) {
            return;
        }
        if let Some((known_at, Ok(report))) = self.polled.take() {
            self.before = Some((known_at, report));
        }
        self.polled = Some((at, outcome));
        self.smooth_copy();
    }

    fn take_figures(&mut self, at: Duration, figures: Figures, skew: Option<Skew>) {
        if let Some((before, known)) = &self.figures {
            if *before > at {
                return;
            }
            let over = at.saturating_sub(*before).as_secs_f64();
            let counters = known.operations.zip(figures.operations);
            self.rates = counters.and_then(|(before, now)| rates::rates(before, now, over));
        }
        self.figures = Some((at, figures));
        self.skew = skew;
    }

    /// The server's estimate jumps: what is told moves a fifth of the way to it each time.
    fn smooth_copy(&mut self) {
        const SHARE: f64 = 0.2;
        let estimate = self.status().and_then(|status| status.copying.as_ref()?.remaining_seconds);
        self.copy_seconds = match (self.copy_seconds, estimate) {
            (_, None) => None,
            (None, Some(first)) => Some(first),
            (Some(known), Some(estimate)) => Some(known + SHARE * (estimate - known)),
        };
    }

    /// It was asked at least once.
    pub(crate) fn is_asked(&self) -> bool {
        self.polled.is_some()
    }

    /// Since when the last answer, or the last silence, is known.
    pub(crate) fn polled_at(&self) -> Option<Duration> {
        self.polled.as_ref().map(|(at, _)| *at)
    }

    /// Why it does not answer us; none where it does, or was never asked.
    pub(crate) fn silent(&self) -> Option<&str> {
        self.polled.as_ref().and_then(|(_, outcome)| outcome.as_ref().err()).map(String::as_str)
    }

    /// It answers, or refuses the login and says hello, which is a sign of life.
    pub(crate) fn lives(&self) -> bool {
        match &self.polled {
            Some((_, Ok(_))) => true,
            Some((at, Err(reason))) => {
                reason == LOGIN_REFUSED && self.hello.as_ref().is_some_and(|(heard, _)| heard >= at)
            }
            None => false,
        }
    }

    pub(crate) fn report(&self) -> Option<&Report> {
        self.polled.as_ref().and_then(|(_, outcome)| outcome.as_ref().ok())
    }

    pub(crate) fn status(&self) -> Option<&Status> {
        self.report().and_then(|report| report.status.as_ref().ok())
    }

    pub(crate) fn hello(&self) -> Option<&Hello> {
        self.hello.as_ref().map(|(_, hello)| hello)
    }

    pub(crate) fn figures(&self) -> Option<&Figures> {
        self.figures.as_ref().map(|(_, figures)| figures)
    }

    pub(crate) fn candidate(&self) -> Option<&Candidate> {
        self.status()?.candidate.as_ref()
    }

    /// What it says of itself: the status, or a `hello` that came since and says otherwise.
    pub(crate) fn state(&self) -> MemberState {
        let greeting = self.hello.as_ref().map(|(at, hello)| (*at, hello.state()));
        let Some((asked, told)) = self.told_state() else {
            return greeting.map_or(MemberState::Unknown, |(_, state)| state);
        };
        match greeting {
            Some((heard, greeted)) if heard > asked => reconciled(told, greeted),
            _ => told,
        }
    }

    fn told_state(&self) -> Option<(Duration, MemberState)> {
        let (asked, outcome) = self.polled.as_ref()?;
        let state = match outcome.as_ref().ok()?.status {
            Ok(ref status) => MemberState::from_code(status.my_state),
            Err(93) => MemberState::Removed,
            // Its `hello` is that of a removed member.
            Err(94) => MemberState::Startup,
            Err(_) => self.hello()?.state(),
        };
        Some((*asked, state))
    }

    /// The term in which it is, or was elected.
    pub(crate) fn term(&self) -> Option<i64> {
        let told = self.status().and_then(|status| status.term);
        told.max(self.hello().and_then(|hello| hello.election_term))
    }

    /// Its progress as it answered last, and as it answered before that.
    pub(crate) fn progress(&self, state: MemberState) -> impl Iterator<Item = At<Progress>> {
        let last = self.polled.as_ref().and_then(|(at, outcome)| {
            let status = outcome.as_ref().ok()?.status.as_ref();
            // Only who may not ask for the status knows no better than `hello`.
            let hello = self.hello().filter(|_| status.is_err());
            Some((*at, lag::progress(status.ok(), hello, state)?))
        });
        let before = self
            .before
            .as_ref()
            .and_then(|(at, report)| Some((*at, lag::progress(report.status.as_ref().ok(), None, state)?)));
        last.into_iter().chain(before)
    }
}

/// The newest progress of both that is of the same round.
pub(crate) fn same_round(
    one: impl Iterator<Item = At<Progress>>,
    other: impl Iterator<Item = At<Progress>> + Clone,
) -> Option<(Progress, Progress)> {
    one.flat_map(|one| other.clone().map(move |other| (one, other)))
        .find(|((at, _), (other_at, _))| at.abs_diff(*other_at) <= ROUND)
        .map(|((_, one), (_, other))| (one, other))
}

/// A status and a later `hello`, which knows only primary, secondary, arbiter, and neither.
fn reconciled(told: MemberState, greeted: MemberState) -> MemberState {
    use MemberState::{Primary, Recovering, Secondary};
    match (told, greeted) {
        (_, Primary | MemberState::Arbiter) => greeted,
        (Primary, _) | (_, Secondary) => Secondary,
        // It left SECONDARY, and the status will say for what.
        (Secondary, Recovering) => Recovering,
        _ => told,
    }
}
