//! The figures of one moment, as small as they can be kept.

use std::sync::Arc;

use crate::replica::{Member, MemberState, OperationRates, ReplicaSnapshot};

/// One moment. Not a number stands for what is not known.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    /// Since 1970.
    pub(super) second: i64,
    /// A place in `hosts`.
    primary: Option<u16>,
    pub(super) commit_lag: f32,
    /// Shared by all samples between two changes of the configuration.
    pub(super) hosts: Arc<[String]>,
    pub(super) cells: Box<[Cell]>,
}

/// One member at one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) lag: f32,
    pub(super) oplog_window: f32,
    pub(super) operations: f32,
    pub(super) state: Option<MemberState>,
}

impl Cell {
    pub(super) const NOTHING: Self =
        Self { lag: f32::NAN, oplog_window: f32::NAN, operations: f32::NAN, state: None };

    fn of(member: &Member) -> Self {
        Self {
            lag: small(member.lag_seconds),
            oplog_window: small(member.oplog_window_hours),
            operations: small(member.operations.map(total)),
            state: Some(member.state),
        }
    }
}

impl Sample {
    /// Takes the names over from the sample before, where they are the same.
    pub(super) fn of(snapshot: &ReplicaSnapshot, second: i64, hosts: Option<&Arc<[String]>>) -> Self {
        let same = |hosts: &&Arc<[String]>| {
            hosts.len() == snapshot.members.len()
                && hosts.iter().zip(&snapshot.members).all(|(host, member)| *host == member.host)
        };
        let named = || snapshot.members.iter().map(|member| member.host.clone()).collect();
        let hosts = hosts.filter(same).map_or_else(named, Arc::clone);
        let primary = hosts.iter().position(|host| Some(host) == snapshot.primary.as_ref());
        Self {
            second,
            primary: primary.and_then(|place| u16::try_from(place).ok()),
            commit_lag: small(snapshot.commit_lag_seconds),
            hosts,
            cells: snapshot.members.iter().map(Cell::of).collect(),
        }
    }

    /// One sample for many: the most lag, the shortest window, the mean of the operations, and who was what last. None for none.
    pub(super) fn worst(samples: &[Self]) -> Option<Self> {
        let last = samples.last()?;
        let joined = last.hosts.iter().map(|host| {
            let own: Vec<_> = samples.iter().filter_map(|sample| sample.cell(host)).collect();
            // Of a number and none, `max` and `min` give the number.
            let most = |value: fn(&Cell) -> f32| own.iter().map(|cell| value(cell)).fold(f32::NAN, f32::max);
            let shortest =
                |value: fn(&Cell) -> f32| own.iter().map(|cell| value(cell)).fold(f32::NAN, f32::min);
            let state = own.last().and_then(|cell| cell.state);
            Cell {
                lag: most(|cell| cell.lag),
                oplog_window: shortest(|cell| cell.oplog_window),
                operations: mean(own.iter().map(|cell| cell.operations)),
                state,
            }
        });
        Some(Self {
            second: last.second.div_euclid(60) * 60,
            primary: last.primary,
            commit_lag: samples.iter().map(|sample| sample.commit_lag).fold(f32::NAN, f32::max),
            hosts: Arc::clone(&last.hosts),
            cells: joined.collect(),
        })
    }

    /// Seconds since 1970; no clock of a machine is set to after 2106.
    pub(super) fn time(&self) -> u32 {
        u32::try_from(self.second.max(0)).unwrap_or(u32::MAX)
    }

    pub(super) fn primary(&self) -> Option<&str> {
        self.hosts.get(usize::from(self.primary?)).map(String::as_str)
    }

    pub(super) fn cell(&self, host: &str) -> Option<&Cell> {
        self.cells.get(self.hosts.iter().position(|known| known == host)?)
    }
}

fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) = values
        .filter(|value| !value.is_nan())
        .fold((0.0, 0_u16), |(sum, count), value| (sum + value, count + 1));
    if count == 0 { f32::NAN } else { sum / f32::from(count) }
}

#[expect(clippy::cast_possible_truncation, reason = "seven digits are more than a chart can show")]
fn small(value: Option<f64>) -> f32 {
    value.map_or(f32::NAN, |value| value as f32)
}

fn total(rates: OperationRates) -> f64 {
    let OperationRates { insert, query, update, delete, getmore, command } = rates;
    [insert, query, update, delete, getmore, command].into_iter().map(f64::from).sum()
}
