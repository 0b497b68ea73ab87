//! Requests that the REST API answers in a second, beside the limit and beside the original.

use std::{fs, num::NonZeroU32, path::Path};

use super::{
    load::{Turn, load},
    median::median,
    report::{Goal, Report},
    servers::{Route, Server},
};
use crate::{
    command::{answer, command, quietly, root, target_dir},
    failure::{Failure, Result},
    python::FLASK_PEER,
    step::step,
    test_set::TestSet,
};

/// Of the bare handler, with all locks on.
const OF_BARE: f64 = 0.95;
/// Times the original as it is started.
const TIMES_FLASK_ONE: f64 = 12.0;
const TIMES_FLASK_PAGE: f64 = 10.0;

/// A round is cut so that all servers have their part of every moment: a machine that is shared changes its pace within seconds.
const TURNS: u32 = 5;

const API: &str = "/api/v1/connections/default/databases/mydatabase/collections/items/documents";

/// One server, and the two routes of it that are loaded.
struct Subject {
    server: usize,
    name: String,
    one: Route,
    page: Route,
}

/// Loads all in turn.
pub(super) fn measure(programs: &Path, set: &TestSet, rounds: NonZeroU32) -> Result<Report> {
    let folder = target_dir().join("bench/rest");
    // What an interrupted run has left; it may not be there.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| Failure::file("create", &folder, &error))?;
    let uri_file = folder.join("uri");
    fs::write(&uri_file, &set.uri).map_err(|error| Failure::file("write", &uri_file, &error))?;
    let ids = step("write 2,000 items", "", || seed(&uri_file))?;
    let id = ids.get(ids.len() / 2).ok_or_else(|| Failure::new("No item was written."))?;

    let mut servers = step("start the servers", "", || {
        Ok([
            Server::trivet(programs, &uri_file, &folder.join("data"))?,
            Server::bare(programs, &uri_file)?,
            Server::flask(&uri_file)?,
            Server::gunicorn(&uri_file)?,
        ])
    })?;
    let subject = |server: usize, name: &str, base: &str, page: &str| Subject {
        server,
        name: name.to_owned(),
        one: Route { path: format!("{base}/{id}"), documents: 1 },
        page: Route { path: format!("{page}?limit=100"), documents: 100 },
    };
    let subjects = [
        subject(0, "Trivet, /api/v1", API, API),
        subject(0, "Trivet, /items", "/items", "/items"),
        subject(1, servers[1].name, "/items", "/items"),
        subject(2, servers[2].name, "/items", "/items"),
        subject(3, servers[3].name, "/items", "/items"),
    ];
    for subject in &subjects {
        servers[subject.server].must_answer(&subject.one)?;
        servers[subject.server].must_answer(&subject.page)?;
    }
    step("see that the original does what its documentation shows", "", || {
        follow_documentation(&servers[2])
    })?;

    println!("→ warm up");
    for subject in &subjects {
        load(&servers[subject.server], &subject.one)?;
    }
    let mut one: Vec<Vec<Turn>> = vec![Vec::new(); subjects.len()];
    let mut page = one.clone();
    for turn in 1..=rounds.get() * TURNS {
        for (index, subject) in subjects.iter().enumerate() {
            let server = &servers[subject.server];
            let by_id = load(server, &subject.one)?;
            let of_100 = load(server, &subject.page)?;
            let (fast, slow) = (by_id.requests_per_second, of_100.requests_per_second);
            println!("  turn {turn:2}: {:26} {fast:8.0} /s by id {slow:8.0} /s pages", subject.name);
            one[index].push(by_id);
            page[index].push(of_100);
        }
    }
    Ok(report(&subjects, &one, &page))
}

/// The same items in every run; their ids.
fn seed(uri_file: &Path) -> Result<Vec<String>> {
    let mut seed = command(FLASK_PEER.program("python")?);
    seed.arg(root().join("tests/bench/peers/flask/seed.py")).arg(uri_file);
    let ids = answer(&mut seed)
        .ok_or_else(|| Failure::new("The items could not be written: run seed.py by hand."))?;
    Ok(ids.lines().map(str::to_owned).collect())
}

/// The script that the tests run against Trivet passes against the original too, so it shows what it says.
fn follow_documentation(server: &Server) -> Result {
    let mut script = command(FLASK_PEER.program("python")?);
    script.arg(root().join("tests/rest/flask_crud.py")).env("BASE", server.base());
    quietly(&mut script, "The script asks something that the original does not do.")
}

fn report(subjects: &[Subject], one: &[Vec<Turn>], page: &[Vec<Turn>]) -> Report {
    let rate = |turns: &[Turn]| median(turns.iter().map(|turn| turn.requests_per_second));
    let mut report = Report::new(
        "rest",
        "The REST API beside the limit and the original",
        &["", "by id, /s", "p99, ms", "CPU, µs", "page of 100, /s", "p99, ms", "CPU, µs"],
    );
    for ((subject, one), page) in subjects.iter().zip(one).zip(page) {
        let mut row = vec![subject.name.clone()];
        for turns in [one, page] {
            row.push(format!("{:.0}", rate(turns)));
            row.push(format!("{:.1}", median(turns.iter().map(|turn| turn.p99_ms))));
            row.push(format!("{:.0}", median(turns.iter().map(|turn| turn.cpu_us))));
        }
        report.row(&row);
    }
    report.note("16 connections, turns of 1 s, medians; CPU is the server processes' time for one request");
    report.note("ratios are the medians of those within each turn");
    let (ours, bare, flask) = (0, 2, 3);
    let times = |turns: &[Vec<Turn>], peer: usize| {
        let pairs = turns[ours].iter().zip(&turns[peer]);
        median(pairs.map(|(ours, peer)| ours.requests_per_second / peer.requests_per_second))
    };
    report.goal(Goal::at_least("by id, of the bare handler", times(one, bare), OF_BARE));
    report.goal(Goal::at_least("page, of the bare handler", times(page, bare), OF_BARE));
    report.goal(Goal::at_least("by id, times app.run", times(one, flask), TIMES_FLASK_ONE));
    report.goal(Goal::at_least("page, times app.run", times(page, flask), TIMES_FLASK_PAGE));
    report
}
