//! The text format: each family of figures in one piece.

use std::fmt::Write as _;

/// Families in the order in which they were first told of.
#[derive(Default)]
pub(super) struct Text {
    families: Vec<Family>,
    /// What is told is of this connection.
    connection: String,
}

struct Family {
    name: &'static str,
    head: String,
    samples: String,
}

impl Text {
    /// What is told from now on is of this connection: every sample says so.
    pub(super) fn of(&mut self, connection: &str) {
        connection.clone_into(&mut self.connection);
    }

    /// A figure that goes up and down; nothing where it is not known.
    pub(super) fn gauge(
        &mut self,
        name: &'static str,
        help: &str,
        labels: &[(&str, &str)],
        value: Option<f64>,
    ) {
        self.add("gauge", name, help, labels, value);
    }

    /// A figure that only grows, until its process starts anew.
    pub(super) fn counter(
        &mut self,
        name: &'static str,
        help: &str,
        labels: &[(&str, &str)],
        value: Option<f64>,
    ) {
        self.add("counter", name, help, labels, value);
    }

    pub(super) fn finish(self) -> String {
        self.families.into_iter().map(|family| family.head + &family.samples).collect()
    }

    fn add(
        &mut self,
        kind: &str,
        name: &'static str,
        help: &str,
        labels: &[(&str, &str)],
        value: Option<f64>,
    ) {
        let Some(value) = value.filter(|value| value.is_finite()) else { return };
        let place = self.families.iter().position(|family| family.name == name).unwrap_or_else(|| {
            let head = format!("# HELP {name} {help}\n# TYPE {name} {kind}\n");
            self.families.push(Family { name, head, samples: String::new() });
            self.families.len() - 1
        });
        let samples = &mut self.families[place].samples;
        samples.push_str(name);
        let connection = [("connection", self.connection.as_str())];
        for (index, (label, value)) in labels.iter().chain(&connection).enumerate() {
            samples.push(if index == 0 { '{' } else { ',' });
            let value = value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', "\\n");
            // Writing to a string cannot fail.
            let _ = write!(samples, "{label}=\"{value}\"");
        }
        let _ = writeln!(samples, "}} {value}");
    }
}
