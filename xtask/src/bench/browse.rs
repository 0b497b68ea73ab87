//! How soon pages come: of many small documents, and of few that are as large as a document can be.

use std::{num::NonZeroU32, path::Path, process::Stdio};

use super::{
    figures::Figures,
    report::{Goal, Report},
};
use crate::{
    command::{cannot_start, command, target_dir},
    failure::{Failure, Result},
    step::step,
};

/// Small documents, unless another number is asked for.
pub(super) const DOCUMENTS: u64 = 10_000_000;
/// A page of them, which is 750 MB.
const HEAVY: u64 = 50;

const PAGE_MS: f64 = 100.0;
const END_TO_HOME: f64 = 2.0;
const FIRST_ROW_MS: f64 = 300.0;
const PAGE_TO_DRAIN: f64 = 1.2;
const GROWTH_MIB: f64 = 128.0;

/// The orders in which the small documents are read, by their names among the figures.
const ORDERS: [(&str, &str); 2] = [("id", "by _id"), ("price", "by an index over a field and _id")];
const PAGES: [(&str, &str); 5] = [
    ("first", "the first page"),
    ("first_jump", "the first jump to the middle"),
    ("jump", "another jump"),
    ("home", "Home"),
    ("end", "End"),
];

/// Fills a mongod of its own where that was not done before, and measures.
pub(super) fn measure(programs: &Path, documents: u64, rounds: NonZeroU32) -> Result<Report> {
    let figures = step(
        &format!("measure on {documents} documents"),
        "the first time some 15 s for each million, to write them; they stay in target/bench/browse",
        || run(programs, documents, rounds),
    )?;
    report(&figures, documents)
}

fn run(programs: &Path, documents: u64, rounds: NonZeroU32) -> Result<Figures> {
    // Data of another number would be written anew each time the number changes.
    let folder = target_dir().join(format!("bench/browse/{documents}"));
    let mut bench = command(programs.join("browse-bench"));
    bench.arg(folder).args(["--documents", &documents.to_string(), "--heavy", &HEAVY.to_string()]);
    bench.args(["--rounds", &rounds.to_string()]);
    bench.stdin(Stdio::null()).stdout(Stdio::piped());
    let child = bench.spawn().map_err(|error| cannot_start(&bench, &error))?;
    let output = child.wait_with_output().map_err(|error| cannot_start(&bench, &error))?;
    if !output.status.success() {
        return Err(Failure::new("The pages could not be measured. The messages above say why."));
    }
    Ok(Figures::read(&String::from_utf8_lossy(&output.stdout)))
}

fn report(figures: &Figures, documents: u64) -> Result<Report> {
    let of = |name: &str| figures.median(name);
    let mut report = Report::new("browse", "Pages of any size", &["", "median"]);
    let millions = readable_count(documents);
    let mut goals = Vec::new();
    for (order, in_order) in ORDERS {
        for (page, what) in PAGES {
            let value = of(&format!("{order}_{page}_ms"))?;
            report
                .row(&[format!("{millions} small documents, {in_order}: {what}"), format!("{value:.1} ms")]);
            if page != "home" {
                goals.push(Goal::at_most(format!("{in_order}: {what}, ms"), value, PAGE_MS));
            }
        }
        let ratio = of(&format!("{order}_end_ms"))? / of(&format!("{order}_home_ms"))?;
        goals.push(Goal::at_most(format!("{in_order}: End, times Home"), ratio, END_TO_HOME));
    }
    let [first, page, drain, growth] =
        ["heavy_first_row_ms", "heavy_page_ms", "heavy_drain_ms", "heavy_growth_mib"].map(of);
    let (first, page, drain, growth) = (first?, page?, drain?, growth?);
    for (what, value) in [
        ("the first row", format!("{first:.0} ms")),
        ("the page", format!("{page:.0} ms")),
        ("the driver alone, its batches dropped", format!("{drain:.0} ms")),
        ("more memory at most", format!("{growth:.0} MiB")),
    ] {
        report.row(&[format!("{HEAVY} documents of 15 MB: {what}"), value]);
    }
    goals.push(Goal::at_most("15 MB: the first row, ms", first, FIRST_ROW_MS));
    goals.push(Goal::at_most("15 MB: the page, times the driver alone", page / drain, PAGE_TO_DRAIN));
    goals.push(Goal::at_most("15 MB: more memory, MiB", growth, GROWTH_MIB));
    report.note(
        "50 documents a page, through the engine, each batch as the text in which it goes to the window",
    );
    for goal in goals {
        report.goal(goal);
    }
    Ok(report)
}

/// "10 million", "200 thousand".
fn readable_count(count: u64) -> String {
    match count {
        1_000_000.. if count.is_multiple_of(1_000_000) => format!("{} million", count / 1_000_000),
        1_000.. if count.is_multiple_of(1_000) => format!("{} thousand", count / 1_000),
        _ => count.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the program says it, each figure once in every round.
    fn said(page_ms: f64) -> String {
        use std::fmt::Write as _;
        let mut said = String::from("heavy_first_row_ms 90\nheavy_page_ms 1100\n");
        said.push_str("heavy_drain_ms 1000\nheavy_growth_mib 60\nno figure\n");
        for (order, _) in ORDERS {
            for (page, _) in PAGES {
                let _ = writeln!(
                    said,
                    "{order}_{page}_ms {page_ms}\n{order}_{page}_ms 3000\n{order}_{page}_ms 1"
                );
            }
        }
        said
    }

    #[test]
    fn the_medians_of_what_the_program_says_are_reported() {
        let report = report(&Figures::read(&said(5.0)), 10_000_000).expect("whole");
        assert!(report.verdict().is_ok());
        assert!(report.text().contains("10 million small documents, by _id: End"), "{}", report.text());
        assert!(report.text().contains(" 5.0 ms"), "{}", report.text());
    }

    #[test]
    fn a_slow_page_misses_its_goal_and_a_missing_figure_is_named() {
        assert!(super::report(&Figures::read(&said(101.0)), 200_000).expect("whole").verdict().is_err());
        let failure = super::report(&Figures::read("id_first_ms 1\n"), 1).err().expect("not whole");
        assert!(failure.message.expect("a message").contains("id_first_jump_ms"));
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(readable_count(10_000_000), "10 million");
        assert_eq!(readable_count(200_000), "200 thousand");
        assert_eq!(readable_count(1_234), "1234");
    }
}
