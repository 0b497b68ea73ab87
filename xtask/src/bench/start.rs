//! From the start of a process to items on the screen, and what its processes hold, beside an empty window.

use std::{fs, num::NonZeroU32, path::Path};

use super::{
    median::median,
    report::{Goal, Report},
    screen::Region,
    window::{Run, Window},
};
use crate::{
    command::target_dir,
    failure::{Failure, Result},
    step::step,
    test_set::TestSet,
};

/// The table of documents in a window of 1280 by 800, without the bar of the scroll.
const TABLE: Region = Region { left: 246, top: 172, width: 640, height: 592 };
/// The heading and the answer of the empty window.
const ANSWER: Region = Region { left: 0, top: 0, width: 640, height: 200 };

/// At most so many times the empty window.
const START: f64 = 1.3;
const MEMORY: f64 = 1.15;

/// Measures both in turn.
pub(super) fn measure(programs: &Path, set: &TestSet, rounds: NonZeroU32) -> Result<Report> {
    let folder = target_dir().join("bench/start");
    // What an interrupted run has left; it may not be there.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| Failure::file("create", &folder, &error))?;
    let uri_file = folder.join("uri");
    fs::write(&uri_file, &set.uri).map_err(|error| Failure::file("write", &uri_file, &error))?;

    let window = |name: &str, title, region, preparation| Window {
        program: programs.join(name),
        title,
        region,
        preparation,
        uri_file: &uri_file,
        folder: folder.join(name),
    };
    let open_items: &[&[&str]] =
        &[&["key", "ctrl+k"], &["type", "--delay", "50", "items"], &["key", "Return"]];
    let windows =
        [window("empty-window", "Empty window", ANSWER, &[]), window("trivet", "Trivet", TABLE, open_items)];
    let mut pictures = Vec::new();
    for window in &windows {
        pictures
            .push(step(&format!("learn what {} shows at rest", window.title), "20 s", || window.prepare())?);
    }
    let mut runs: [Vec<Run>; 2] = [Vec::new(), Vec::new()];
    for round in 1..=rounds.get() {
        for ((window, picture), runs) in windows.iter().zip(&pictures).zip(&mut runs) {
            let run = window.run(picture)?;
            let (start, memory) = (run.start.as_millis(), run.memory_mib);
            println!("  round {round}: {:12} {start:5} ms {memory:6.1} MiB", window.title);
            runs.push(run);
        }
    }
    Ok(report(&runs))
}

fn report([empty, trivet]: &[Vec<Run>; 2]) -> Report {
    let start = |runs: &[Run]| median(runs.iter().map(|run| run.start.as_secs_f64() * 1000.0));
    let memory = |runs: &[Run]| median(runs.iter().map(|run| run.memory_mib));
    let mut report = Report::new(
        "start",
        "Start and memory of the window",
        &["", "start to content, ms", "memory, MiB (PSS)"],
    );
    for (name, runs) in [("an empty Tauri window", empty), ("Trivet, items on screen", trivet)] {
        report.row(&[name.to_owned(), format!("{:.0}", start(runs)), format!("{:.0}", memory(runs))]);
    }
    let (start, memory) = (start(trivet) / start(empty), memory(trivet) / memory(empty));
    report.row(&["times the empty window".to_owned(), format!("{start:.2}"), format!("{memory:.2}")]);
    report.goal(Goal::at_most("start, times the empty window", start, START));
    report.goal(Goal::at_most("memory, times the empty window", memory, MEMORY));
    report
}
