//! Incidents for tests.

/// An incident in which nothing happened.
pub const NO_INCIDENT: &str = r#"{"format":1,"name":"nothing","madeAt":"2026-01-31T12:00:00.000Z","program":"Trivet","history":{"times":[],"primary":[],"commitLag":[],"members":[]},"snapshots":[],"timeline":[],"configurations":[],"logs":[]}"#;
