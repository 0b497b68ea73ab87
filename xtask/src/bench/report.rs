//! What a bench has found: a table, the goals, and the page of the documentation that holds both.

use std::{fmt::Write as _, fs, path::Path};

use crate::{
    command::{answer, command_line},
    failure::{Failure, Result},
};

/// The figures of one bench.
pub(super) struct Report {
    /// Marks its place on the page.
    name: &'static str,
    title: &'static str,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
    goals: Vec<Goal>,
}

/// What is to be reached.
pub(super) struct Goal {
    what: String,
    value: f64,
    limit: f64,
    at_most: bool,
}

impl Goal {
    pub(super) fn at_most(what: impl Into<String>, value: f64, limit: f64) -> Self {
        Self { what: what.into(), value, limit, at_most: true }
    }

    pub(super) fn at_least(what: impl Into<String>, value: f64, limit: f64) -> Self {
        Self { what: what.into(), value, limit, at_most: false }
    }

    fn is_met(&self) -> bool {
        if self.at_most { self.value <= self.limit } else { self.value >= self.limit }
    }

    fn text(&self) -> String {
        let Self { what, value, limit, .. } = self;
        let bound = if self.at_most { "at most" } else { "at least" };
        let verdict = if self.is_met() { "met" } else { "MISSED" };
        format!("{what}: {value:.2}, to be {bound} {limit:.2}: {verdict}")
    }
}

impl Report {
    pub(super) fn new(name: &'static str, title: &'static str, head: &[&str]) -> Self {
        let head = head.iter().map(|&cell| cell.to_owned()).collect();
        Self { name, title, head, rows: Vec::new(), notes: Vec::new(), goals: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: &[String]) {
        self.rows.push(cells.to_vec());
    }

    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    pub(super) fn goal(&mut self, goal: Goal) {
        self.goals.push(goal);
    }

    /// As Markdown that can be read in a terminal.
    pub(super) fn text(&self) -> String {
        let width = |column: usize| {
            let cells = self.rows.iter().chain([&self.head]).filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        let mut text = format!("## {}\n\n", self.title);
        let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        for row in [&self.head, &rule].into_iter().chain(&self.rows) {
            text.push('|');
            for (cell, width) in row.iter().zip(&widths) {
                // Writing to a string cannot fail.
                let _ = write!(text, " {cell:width$} |");
            }
            text.push('\n');
        }
        text.push('\n');
        for line in self.notes.iter().cloned().chain(self.goals.iter().map(Goal::text)) {
            let _ = writeln!(text, "- {line}");
        }
        let _ = writeln!(text, "- {}", machine());
        text
    }

    /// Puts it into the page in place of the one before.
    pub(super) fn write_to(&self, page: &Path) -> Result {
        let old = fs::read_to_string(page).map_err(|error| Failure::file("read", page, &error))?;
        let new = self.put_into(&old).ok_or_else(|| {
            Failure::new(format!("{} has no place for the figures of `{}`.", page.display(), self.name))
        })?;
        fs::write(page, new).map_err(|error| Failure::file("write", page, &error))
    }

    fn put_into(&self, page: &str) -> Option<String> {
        let begin = format!("<!-- {} -->\n", self.name);
        let end = format!("<!-- end of {} -->", self.name);
        let (before, rest) = page.split_once(&begin)?;
        let (_, after) = rest.split_once(&end)?;
        Some(format!("{before}{begin}{}{end}{after}", self.text()))
    }

    /// An error where a goal is missed.
    pub(super) fn verdict(&self) -> Result {
        let missed: Vec<&str> =
            self.goals.iter().filter(|goal| !goal.is_met()).map(|goal| goal.what.as_str()).collect();
        if missed.is_empty() {
            return Ok(());
        }
        Err(Failure::new(format!("Missed: {}. See above.", missed.join("; "))))
    }
}

/// Figures say nothing without the machine, and what else it did.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').nth(2).unwrap_or("?").to_owned();
    let date = answer(&mut command_line(&["date", "--utc", "+%Y-%m-%d"])).unwrap_or_default();
    format!(
        "measured on {} with {cores} cores; load of the last 15 minutes, this bench included: {load}",
        date.trim()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(start: f64) -> Report {
        let mut report = Report::new("start", "Start", &["", "ms"]);
        report.row(&["a window".to_owned(), "480".to_owned()]);
        report.goal(Goal::at_most("start", start, 1.3));
        report
    }

    #[test]
    fn a_missed_goal_is_an_error_and_one_just_met_is_none() {
        assert!(report(1.3).verdict().is_ok());
        let failure = report(1.31).verdict().expect_err("missed");
        assert!(failure.message.expect("a message").contains("start"));
        assert!(!Goal::at_least("requests", 11.9, 12.0).is_met());
    }

    #[test]
    fn new_figures_replace_the_old_and_nothing_else() {
        let page = "# Figures\n<!-- start -->\nold\n<!-- end of start -->\nThe end.\n";
        let page = report(1.0).put_into(page).expect("there is a place");
        assert!(page.starts_with("# Figures\n<!-- start -->\n## Start\n"), "{page}");
        assert!(page.contains("| a window | 480 |") && !page.contains("old"), "{page}");
        assert!(page.ends_with("<!-- end of start -->\nThe end.\n"), "{page}");
        assert_eq!(report(1.0).put_into("no place"), None);
    }
}
