//! A measurement as a file of its own.

use std::fmt::Write as _;

use crate::{
    Error, Result,
    replica::{FailoverMeasurement, MeasurementFormat, MeasurementText},
};

/// Writes a measurement down.
pub(crate) fn export(
    measurement: &FailoverMeasurement,
    format: MeasurementFormat,
) -> Result<MeasurementText> {
    let (ending, text) = match format {
        MeasurementFormat::Json => ("json", json(measurement)?),
        MeasurementFormat::Csv => ("csv", csv(measurement)),
    };
    // A moment as a file's name may have it: 2026-11-26T12-00-00.
    let began: String =
        measurement.began_at.chars().take(19).map(|c| if c == ':' { '-' } else { c }).collect();
    Ok(MeasurementText { name: format!("failover-{began}.{ending}"), text })
}

fn json(measurement: &FailoverMeasurement) -> Result<String> {
    serde_json::to_string_pretty(measurement)
        .map_err(|_| Error::internal("A measurement cannot be written as JSON."))
}

/// One that failed took no time that says anything.
fn csv(measurement: &FailoverMeasurement) -> String {
    let mut text = "sent_ms,took_ms,acknowledged\n".to_owned();
    for (sent, took) in measurement.sent_ms.iter().zip(&measurement.took_ms) {
        // Writing to a string cannot fail.
        let _ = match took {
            Some(took) => writeln!(text, "{sent},{took},true"),
            None => writeln!(text, "{sent},,false"),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{super::store::tests::measurement, *};

    #[test]
    fn a_measurement_is_written_as_json_that_reads_back_and_its_writes_as_lines() {
        let measurement = measurement("1-0".to_owned());
        let json = export(&measurement, MeasurementFormat::Json).expect("written");
        assert_eq!(json.name, "failover-2026-11-26T12-00-00.json");
        assert_eq!(serde_json::from_str::<FailoverMeasurement>(&json.text).expect("JSON"), measurement);
        let csv = export(&measurement, MeasurementFormat::Csv).expect("written");
        assert_eq!(csv.name, "failover-2026-11-26T12-00-00.csv");
        assert_eq!(csv.text, "sent_ms,took_ms,acknowledged\n0,4,true\n50,,false\n100,5,true\n");
    }
}
