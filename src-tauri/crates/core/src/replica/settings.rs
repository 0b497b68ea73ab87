//! What a person wants to be told of a set, and how its members are reached.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use specta::Type;
use utoipa::ToSchema;

use crate::{Error, Result, connection::ConnectionId};

/// Asks for a connection's settings of health.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthSettingsRequest {
    /// Which connection.
    pub connection: ConnectionId,
}

/// Sets a connection's settings of health.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetHealthSettingsRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// All of them.
    pub settings: HealthSettings,
}

/// What is watched of a connection's set. Kept for the connection string, without its password.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthSettings {
    /// Members are asked all the time, so that no alert is missed. Switched off, alerts are raised while somebody looks.
    pub alerts: bool,
    /// Members are asked all the time, so that history and timeline have no gaps. Switched off, both grow while somebody
    /// looks; what stands in the members' logs is made up for.
    pub record: bool,
    /// From when on something is an alert.
    pub thresholds: Thresholds,
    /// Where members are dialled whose names cannot be looked up from here, as those of containers.
    pub addresses: Vec<AddressMapping>,
}

/// Where a member is dialled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddressMapping {
    /// `host:port` as in the configuration.
    pub host: String,
    /// `host:port` at which it is reached from here.
    pub address: String,
}

/// From when on a figure is an alert.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Threshold {
    /// To be looked at today; null for never.
    pub warning: Option<f64>,
    /// To be looked at now; null for never.
    pub critical: Option<f64>,
}

/// The thresholds of all signals that have one that may be moved.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Thresholds {
    /// Seconds that a member is behind: above 10 / 60.
    pub lag_seconds: Threshold,
    /// For so long a member has to be behind, seconds: 120. The same for the time to stale.
    pub lag_lasts_seconds: u32,
    /// Seconds that what a majority has is behind, while its commit point stands still: above 5 / 10.
    pub commit_lag_seconds: Threshold,
    /// Hours that an oplog spans which has been full once: below 24 / 1.
    pub oplog_window_hours: Threshold,
    /// Headroom as a share of the source's oplog window: below 0.25, at or below 0.
    pub headroom_share: Threshold,
    /// Hours until a member is too stale, while its lag grows: below 6 / 1.
    pub time_to_stale_hours: Threshold,
    /// Seconds for which members may hold different configurations: 30.
    pub config_spread_seconds: u32,
    /// Elections in five minutes: more than 3.
    pub elections: u32,
    /// Seconds that a clock is off, less half the round trip: above 1 / 5.
    pub clock_skew_seconds: Threshold,
    /// Dirty data as a share of the cache: above 0.15 / 0.20.
    pub cache_dirty_share: Threshold,
    /// Connections in use as a share of what there may be: above 0.80 / 0.95.
    pub connections_share: Threshold,
}

impl Default for Thresholds {
    fn default() -> Self {
        let threshold = |warning, critical| Threshold { warning: Some(warning), critical: Some(critical) };
        Self {
            lag_seconds: threshold(10.0, 60.0),
            lag_lasts_seconds: 120,
            commit_lag_seconds: threshold(5.0, 10.0),
            oplog_window_hours: threshold(24.0, 1.0),
            headroom_share: threshold(0.25, 0.0),
            time_to_stale_hours: threshold(6.0, 1.0),
            config_spread_seconds: 30,
            elections: 3,
            clock_skew_seconds: threshold(1.0, 5.0),
            cache_dirty_share: threshold(0.15, 0.20),
            connections_share: threshold(0.80, 0.95),
        }
    }
}

impl HealthSettings {
    /// Settings of a file, which may be of an older version: what it does not have is as usual.
    pub(crate) fn over_the_usual(kept: Value) -> serde_json::Result<Self> {
        let mut settings = serde_json::to_value(Self::default())?;
        lay_over(&mut settings, kept);
        serde_json::from_value(settings)
    }

    /// Whether members are asked while nobody looks.
    pub(crate) fn watches(&self) -> bool {
        self.alerts || self.record
    }

    /// Whether they make sense.
    ///
    /// # Errors
    ///
    /// `InvalidInput`, naming what does not.
    pub(crate) fn check(&self) -> Result<()> {
        let of = &self.thresholds;
        for (name, threshold) in [
            ("lagSeconds", of.lag_seconds),
            ("commitLagSeconds", of.commit_lag_seconds),
            ("clockSkewSeconds", of.clock_skew_seconds),
            ("cacheDirtyShare", of.cache_dirty_share),
            ("connectionsShare", of.connections_share),
        ] {
            threshold.check(name, "more", |warning, critical| warning > critical)?;
        }
        for (name, threshold) in [
            ("oplogWindowHours", of.oplog_window_hours),
            ("headroomShare", of.headroom_share),
            ("timeToStaleHours", of.time_to_stale_hours),
        ] {
            threshold.check(name, "less", |warning, critical| warning < critical)?;
        }
        for (place, AddressMapping { host, address }) in self.addresses.iter().enumerate() {
            for name in [host, address] {
                host_and_port(name)?;
            }
            if self.addresses[..place].iter().any(|other| other.host == *host) {
                return Err(Error::invalid(format!("addresses: {host} is mapped twice.")));
            }
        }
        Ok(())
    }
}

fn lay_over(below: &mut Value, above: Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (name, value) in above {
                lay_over(below.entry(name).or_insert(Value::Null), value);
            }
        }
        (below, above) => *below = above,
    }
}

impl Threshold {
    fn check(self, name: &str, worse: &str, too_late: impl Fn(f64, f64) -> bool) -> Result<()> {
        for value in [self.warning, self.critical].into_iter().flatten() {
            if !value.is_finite() || value < 0.0 {
                let message = format!("{name}: a number of 0 or more is needed, or null for never.");
                return Err(Error::invalid(message));
            }
        }
        match self.warning.zip(self.critical) {
            Some((warning, critical)) if too_late(warning, critical) => Err(Error::invalid(format!(
                "{name}: the warning at {warning} comes after the critical alert at {critical}: {worse} is worse here.",
            ))),
            _ => Ok(()),
        }
    }
}

fn host_and_port(text: &str) -> Result<()> {
    let port =
        text.rsplit_once(':').filter(|(host, _)| !host.is_empty()).map(|(_, port)| port.parse::<u16>());
    if matches!(port, Some(Ok(port)) if port > 0) && !text.contains(['/', '@', ' ', ',']) {
        return Ok(());
    }
    Err(Error::invalid(format!("addresses: {text:?} is not host:port, such as 10.0.0.7:27017.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(change: impl Fn(&mut HealthSettings)) -> String {
        let mut settings = HealthSettings::default();
        change(&mut settings);
        settings.check().expect_err("refused").to_string()
    }

    #[test]
    fn settings_that_make_no_sense_are_refused_by_name() {
        HealthSettings::default().check().expect("the usual ones");
        let told = [
            refusal(|of| of.thresholds.lag_seconds.warning = Some(61.0)),
            refusal(|of| of.thresholds.oplog_window_hours.critical = Some(25.0)),
            refusal(|of| of.thresholds.clock_skew_seconds.warning = Some(f64::NAN)),
            refusal(|of| of.thresholds.cache_dirty_share.critical = Some(-1.0)),
            refusal(|of| of.addresses = vec![mapping("db:27017", "10.0.0.1")]),
            refusal(|of| of.addresses = vec![mapping("ada@db:27017", "10.0.0.1:1")]),
            refusal(|of| of.addresses = vec![mapping("db:1", "a:1"), mapping("db:1", "b:1")]),
        ];
        insta::assert_snapshot!(told.join("\n"), @r#"
        lagSeconds: the warning at 61 comes after the critical alert at 60: more is worse here.
        oplogWindowHours: the warning at 24 comes after the critical alert at 25: less is worse here.
        clockSkewSeconds: a number of 0 or more is needed, or null for never.
        cacheDirtyShare: a number of 0 or more is needed, or null for never.
        addresses: "10.0.0.1" is not host:port, such as 10.0.0.7:27017.
        addresses: "ada@db:27017" is not host:port, such as 10.0.0.7:27017.
        addresses: db:1 is mapped twice.
        "#);
    }

    fn mapping(host: &str, address: &str) -> AddressMapping {
        AddressMapping { host: host.to_owned(), address: address.to_owned() }
    }

    #[test]
    fn what_an_older_file_does_not_have_is_as_usual() {
        let older = serde_json::json!({ "alerts": true, "thresholds": { "elections": 9 }, "gone": 1 });
        let settings = HealthSettings::over_the_usual(older).expect("read");
        assert!(settings.alerts && settings.watches());
        assert_eq!(settings.thresholds, Thresholds { elections: 9, ..Thresholds::default() });
        assert!(HealthSettings::over_the_usual(serde_json::json!({ "alerts": 7 })).is_err());
    }
}
