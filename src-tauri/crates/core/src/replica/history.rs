//! The figures of the last minutes and hours, for charts.

mod sample;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use sample::{Cell, Sample};
use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use super::{MemberState, ReplicaSnapshot};
use crate::{Error, Result, connection::ConnectionId, time::millis_of_iso};

/// For so long there is a sample a second.
const SECONDS: i64 = 15 * 60;
/// And then one a minute, for so long.
const MINUTES: i64 = 24 * 60 * 60;
/// Samples of seconds further apart than this, and of minutes than the other, have a gap between them.
const GAP_SECONDS: u32 = 10;
const GAP_MINUTES: u32 = 150;

/// Asks for the history of a connection's replica set.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplicaHistoryRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// How far back, seconds: 1 to 86,400; 900 where it is left out.
    #[serde(default)]
    pub seconds: Option<u32>,
}

/// How far back a history or an incident reaches where nothing is said of it, seconds.
pub(crate) const USUAL_SECONDS: u32 = 900;

/// Figures over time, in columns that are all as long as `times`: one sample a second for 15 minutes, before that one a minute
/// for 24 hours. A gap is one sample without values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplicaHistory {
    /// When, seconds since 1970.
    pub times: Vec<u32>,
    /// Who was primary, as a place in `members`.
    pub primary: Vec<Option<u32>>,
    /// How far what a majority has was behind, seconds; of a minute the most.
    pub commit_lag: Vec<Option<f64>>,
    /// Each member that there was.
    pub members: Vec<MemberHistory>,
}

/// One member over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberHistory {
    /// `host:port` as in the configuration.
    pub host: String,
    /// Seconds behind; of a minute the most.
    pub lag: Vec<Option<f64>>,
    /// Hours that its oplog spanned; of a minute the least.
    pub oplog_window: Vec<Option<f64>>,
    /// Operations a second, of all kinds; of a minute the mean.
    pub operations: Vec<Option<f64>>,
    /// What it was, UNKNOWN where nothing is known; of a minute the last.
    pub state: Vec<MemberState>,
}

/// The samples of one set: at most 960 of seconds and 1,440 of minutes. A sample takes about 60 bytes, and 16 for each member:
/// with 50 members 2,400 samples are 2.1 MB.
#[derive(Debug, Default)]
pub(crate) struct History {
    seconds: VecDeque<Sample>,
    minutes: VecDeque<Sample>,
}

impl History {
    /// Takes a snapshot. Of several in the same second the last counts.
    pub(crate) fn take(&mut self, snapshot: &ReplicaSnapshot) {
        let Some(millis) = millis_of_iso(&snapshot.taken_at) else { return };
        let hosts = self.seconds.back().map(|sample| &sample.hosts);
        self.push(Sample::of(snapshot, millis.div_euclid(1_000), hosts));
    }

    fn push(&mut self, sample: Sample) {
        let now = sample.second;
        // Where the clock was put back, what is from later cannot be drawn any more.
        while self.seconds.pop_back_if(|last| last.second >= now).is_some() {}
        while self.minutes.pop_back_if(|last| last.second.div_euclid(60) >= now.div_euclid(60)).is_some() {}
        self.seconds.push_back(sample);
        while let Some(minute) = self.seconds.front().map(|sample| sample.second.div_euclid(60))
            && (minute + 1) * 60 <= now - SECONDS
        {
            let whole =
                self.seconds.iter().take_while(|sample| sample.second.div_euclid(60) == minute).count();
            let samples: Vec<_> = self.seconds.drain(..whole).collect();
            self.minutes.extend(Sample::worst(&samples));
        }
        while self.minutes.front().is_some_and(|sample| sample.second < now - MINUTES) {
            self.minutes.pop_front();
        }
    }

    /// The columns of the last `seconds` before `now_ms`.
    pub(crate) fn columns(&self, seconds: u32, now_ms: i64) -> Result<ReplicaHistory> {
        if seconds == 0 || i64::from(seconds) > MINUTES {
            return Err(Error::invalid(format!("seconds is {seconds}: it has to be 1 to {MINUTES}.")));
        }
        let since = now_ms.div_euclid(1_000) - i64::from(seconds);
        let minutes = self.minutes.iter().map(|sample| (sample, GAP_MINUTES));
        let all = minutes.chain(self.seconds.iter().map(|sample| (sample, GAP_SECONDS)));
        let samples: Vec<_> = all.filter(|(sample, _)| sample.second >= since).collect();
        Ok(columns(&samples))
    }

    /// Roughly how many bytes of memory it takes.
    #[cfg(test)]
    fn bytes(&self) -> usize {
        let samples = self.seconds.iter().chain(&self.minutes);
        samples.map(|sample| size_of::<Sample>() + size_of_val(&*sample.cells)).sum()
    }
}

fn columns(samples: &[(&Sample, u32)]) -> ReplicaHistory {
    let mut hosts: Vec<&str> = Vec::new();
    // The present members first, in the order of the configuration.
    for (sample, _) in samples.iter().rev() {
        for host in sample.hosts.iter().map(String::as_str) {
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
    }
    let member = |host: &&str| MemberHistory {
        host: (*host).to_owned(),
        lag: Vec::new(),
        oplog_window: Vec::new(),
        operations: Vec::new(),
        state: Vec::new(),
    };
    let mut history =
        ReplicaHistory { members: hosts.iter().map(member).collect(), ..ReplicaHistory::default() };
    let mut last: Option<u32> = None;
    for (sample, gap) in samples {
        let time = sample.time();
        if let Some(last) = last.filter(|last| time.saturating_sub(*last) > *gap) {
            history.add(last + 1, None);
        }
        history.add(time, Some(sample));
        last = Some(time);
    }
    history
}

impl ReplicaHistory {
    fn add(&mut self, time: u32, sample: Option<&Sample>) {
        self.times.push(time);
        let primary = sample.and_then(Sample::primary);
        let place = self.members.iter().position(|member| Some(member.host.as_str()) == primary);
        self.primary.push(place.and_then(|place| u32::try_from(place).ok()));
        self.commit_lag.push(sample.and_then(|sample| shown(sample.commit_lag)));
        for member in &mut self.members {
            let cell = sample.and_then(|sample| sample.cell(&member.host)).unwrap_or(&Cell::NOTHING);
            member.lag.push(shown(cell.lag));
            member.oplog_window.push(shown(cell.oplog_window));
            member.operations.push(shown(cell.operations));
            member.state.push(cell.state.unwrap_or(MemberState::Unknown));
        }
    }
}

/// To a thousandth: a sample is kept in single precision.
fn shown(value: f32) -> Option<f64> {
    (!value.is_nan()).then(|| (f64::from(value) * 1_000.0).round() / 1_000.0)
}
