//! Announces a step before it begins and says afterwards how long it took.

use std::time::{Duration, Instant};

use crate::failure::Result;

/// Runs one step. `takes` is what a person should expect, such as "about 1 minute"; empty when it is
/// not worth a word.
pub(crate) fn step<T>(what: &str, takes: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    if takes.is_empty() {
        println!("→ {what}");
    } else {
        println!("→ {what} ({takes})");
    }
    let begun = Instant::now();
    let outcome = work();
    let verb = if outcome.is_ok() { "done in" } else { "failed after" };
    println!("  {verb} {}", readable(begun.elapsed()));
    outcome
}

/// "48 ms", "0.3 s", "41 s", "2 min 5 s".
pub(crate) fn readable(time: Duration) -> String {
    match time.as_secs() {
        0 if time.as_millis() < 100 => format!("{} ms", time.as_millis()),
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_say_them() {
        assert_eq!(readable(Duration::from_millis(48)), "48 ms");
        assert_eq!(readable(Duration::from_millis(340)), "0.3 s");
        assert_eq!(readable(Duration::from_secs(41)), "41 s");
        assert_eq!(readable(Duration::from_secs(125)), "2 min 5 s");
    }
}
