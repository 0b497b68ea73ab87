//! `cargo xtask audit`: what the dependencies allow, and what is known against them.

use crate::{
    cargo_tools,
    command::{command_line, quietly, stream},
    failure::{Failure, Result},
    node,
    setup::Remedy,
    step::step,
};

/// Runs every check, also after one has failed: an audit tells all it knows.
pub(crate) fn audit() -> Result {
    for tool in cargo_tools::missing(&[cargo_tools::DENY]) {
        if let Remedy::Install { takes, install } = tool.remedy {
            step(&format!("install {}", tool.what), takes, install)?;
        }
    }
    let mut failed = Vec::new();
    let mut unanswered = Vec::new();

    let check = |what: &str| {
        stream(&mut command_line(&["cargo", "deny", "check", "--hide-inclusion-graph", what]), "")
    };
    for what in ["licenses", "bans", "sources"] {
        if step(&format!("check the {what} of Rust dependencies"), "", || check(what)).is_err() {
            failed.push(what);
        }
    }
    // Fetched apart, to tell "could not ask" from "there is an advisory".
    if quietly(&mut command_line(&["cargo", "deny", "fetch", "db"]), "").is_err() {
        unanswered.push("advisories of Rust dependencies (the database on GitHub cannot be reached)");
    } else if step("check the advisories of Rust dependencies", "", || check("advisories")).is_err() {
        failed.push("advisories");
    }
    match audit_npm() {
        NpmAudit::Clean => {}
        NpmAudit::Found => failed.push("npm packages"),
        NpmAudit::Unanswered => unanswered.push("npm packages (the registry's audit does not answer)"),
    }

    for what in &unanswered {
        println!("Not checked: {what}.");
    }
    if failed.is_empty() {
        println!("Nothing was found{}.", if unanswered.is_empty() { "" } else { " in the rest" });
        return Ok(());
    }
    Err(Failure::new(format!("Found something in: {}. See above.", failed.join(", "))))
}

enum NpmAudit {
    Clean,
    Found,
    Unanswered,
}

fn audit_npm() -> NpmAudit {
    println!("→ check the advisories of npm packages");
    let mut audit = command_line(&["npm", "audit", "--omit=dev"]);
    let Ok(output) = audit.current_dir(node::ui()).output() else {
        return NpmAudit::Unanswered;
    };
    let report = String::from_utf8_lossy(&output.stdout);
    print!("{report}");
    // npm exits with 1 in both cases; its report ends in a count only when the registry has answered.
    match (output.status.success(), report.contains("vulnerabilit")) {
        (true, _) => NpmAudit::Clean,
        (false, true) => NpmAudit::Found,
        (false, false) => NpmAudit::Unanswered,
    }
}
