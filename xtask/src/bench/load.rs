//! A load of requests by wrk: as many as a server answers, on connections that stay open.

use std::time::Duration;

use super::{
    process::family_cpu_time,
    servers::{Route, Server},
};
use crate::{
    command::{answer, command_line},
    failure::{Failure, Result},
};

const CONNECTIONS: &str = "-c16";
const SECONDS: &str = "-d1s";

/// What one turn has shown.
#[derive(Clone, Copy)]
pub(super) struct Turn {
    pub(super) requests_per_second: f64,
    pub(super) p99_ms: f64,
    /// Processor time that the server's processes took for one request.
    pub(super) cpu_us: f64,
}

/// Loads one route of a server for a turn.
pub(super) fn load(server: &Server, route: &Route) -> Result<Turn> {
    let url = server.url(route);
    let mut wrk = command_line(&["wrk", "-t1", CONNECTIONS, SECONDS, "--latency"]);
    if let Some(token) = server.token() {
        wrk.args(["-H", &format!("Authorization: Bearer {token}")]);
    }
    let before = family_cpu_time(server.pid());
    let said = answer(wrk.arg(&url)).ok_or_else(|| Failure::new(format!("wrk cannot load {url}.")))?;
    let taken = family_cpu_time(server.pid()).saturating_sub(before);
    let turn = read(&said, taken);
    turn.ok_or_else(|| Failure::new(format!("{said}\nThe load on {url} was not answered as it should be.")))
}

/// Reads what wrk says; none where a request was refused or failed, or where nothing was answered.
fn read(said: &str, cpu_time: Duration) -> Option<Turn> {
    let mut lines = said.lines().map(str::trim);
    let value = |prefix: &str| said.lines().find_map(|line| line.trim().strip_prefix(prefix)).map(str::trim);
    if value("Non-2xx or 3xx responses:").is_some() || value("Socket errors:").is_some() {
        return None;
    }
    let requests: f64 = lines.find_map(|line| line.split_once(" requests in ")?.0.parse().ok())?;
    Some(Turn {
        requests_per_second: value("Requests/sec:")?.parse().ok()?,
        p99_ms: milliseconds(value("99%")?)?,
        cpu_us: cpu_time.as_secs_f64() * 1e6 / requests,
    })
}

/// A time as wrk writes it: "870.00us", "12.31ms", "1.20s".
fn milliseconds(text: &str) -> Option<f64> {
    let units = [("us", 0.001), ("ms", 1.0), ("s", 1000.0)];
    let (number, unit) = units.into_iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)))?;
    Some(number.parse::<f64>().ok()? * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "Running 5s test @ http://127.0.0.1:1/items
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.85ms  412.00us   9.12ms   88.01%
    Req/Sec     8.66k   210.11     9.01k    70.00%
  Latency Distribution
     50%    1.75ms
     75%    1.97ms
     90%    2.24ms
     99%    3.61ms
  43080 requests in 5.00s, 14.10MB read
Requests/sec:   8615.21
Transfer/sec:      2.82MB
";

    #[test]
    fn figures_are_read_from_what_wrk_says() {
        let round = read(SAID, Duration::from_millis(4_308)).expect("figures");
        let near = |left: f64, right: f64| (left - right).abs() < 1e-6;
        assert!(near(round.requests_per_second, 8615.21));
        assert!(near(round.p99_ms, 3.61));
        assert!(near(round.cpu_us, 100.0));
        assert!(near(milliseconds("870.00us").expect("a time"), 0.87));
        assert!(near(milliseconds("1.20s").expect("a time"), 1200.0));
    }

    #[test]
    fn a_turn_with_refused_requests_does_not_count() {
        let refused = format!("{SAID}Non-2xx or 3xx responses: 12\n");
        assert!(read(&refused, Duration::ZERO).is_none());
    }
}
