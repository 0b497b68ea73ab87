//! The commands and events as the window knows them, and the TypeScript that is made of them.

use tauri::Wry;
use tauri_specta::{Builder, collect_commands, collect_events};

use crate::{
    commands::{catalog, connection, document, lab, program, replica},
    events::{LabProgress, ReplicaEvent},
};

/// Every command and every event.
pub(crate) fn builder() -> Builder<Wry> {
    Builder::new()
        .commands(collect_commands![
            program::app_info,
            program::clipboard_offer,
            program::clipboard_text,
            catalog::collections,
            connection::connect,
            connection::connections,
            document::count,
            catalog::databases,
            document::delete_document,
            connection::disconnect,
            connection::discover_local,
            document::expand,
            document::find,
            connection::forget_recent,
            document::get_document,
            document::get_text,
            document::insert,
            lab::lab_start,
            lab::lab_start_member,
            lab::lab_status,
            lab::lab_stop_member,
            connection::recent_connections,
            document::replace,
            replica::replica_snapshot,
            program::save_settings,
            program::settings,
            replica::unwatch_replica,
            document::update,
            replica::watch_replica,
        ])
        .events(collect_events![LabProgress, ReplicaEvent])
        // Else an `Option` or a default splits one type into several.
        .disable_serde_phases()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use specta_typescript::Typescript;

    use super::*;
    use crate::commands::NAMES;

    const BINDINGS: &str = "../ui/src/lib/backend/bindings.ts";

    #[test]
    fn the_committed_bindings_are_those_of_the_commands() {
        let folder = std::env::temp_dir().join(format!("trivet-bindings-{}", std::process::id()));
        let fresh = folder.join("bindings.ts");
        let header =
            "// Made from the commands in src-tauri. `BLESS=1 cargo test -p trivet` writes it anew.\n";
        builder().export(Typescript::default().header(header), &fresh).expect("exported");
        let exported = fs::read_to_string(&fresh).expect("exported");
        fs::remove_dir_all(folder).expect("removed");
        if std::env::var_os("BLESS").is_some() {
            fs::write(BINDINGS, &exported).expect("written");
        }
        let committed = fs::read_to_string(BINDINGS).expect("committed");
        assert!(exported == committed, "{BINDINGS} is stale: BLESS=1 cargo test -p trivet writes it anew");
    }

    #[test]
    fn every_command_is_gated_and_allowed_one_by_one() {
        let names: BTreeSet<_> = NAMES.iter().map(|name| (*name).to_owned()).collect();
        let source = fs::read_to_string(Path::new("src/bindings.rs")).expect("this file");
        let list = source
            .split("collect_commands![")
            .nth(1)
            .and_then(|rest| rest.split(']').next())
            .expect("the list");
        let listed: BTreeSet<_> = list
            .split(',')
            .filter_map(|path| path.trim().rsplit("::").next())
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        assert_eq!(listed, names, "commands/names.rs lists what bindings.rs collects");

        let capability = fs::read_to_string("capabilities/main.json").expect("the capability");
        let capability: serde_json::Value = serde_json::from_str(&capability).expect("JSON");
        let permissions = capability["permissions"].as_array().expect("a list");
        let allowed: BTreeSet<_> = permissions
            .iter()
            .filter_map(|permission| permission.as_str()?.strip_prefix("allow-"))
            .map(|name| name.replace('-', "_"))
            .collect();
        assert_eq!(allowed, names, "capabilities/main.json allows what commands/names.rs lists");
    }
}
