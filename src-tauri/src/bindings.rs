//! The commands and events as the window knows them, and the TypeScript that is made of them.

use tauri::Wry;
use tauri_specta::{Builder, Commands, collect_commands, collect_events};

use crate::{
    commands::{calls, desktop, streams},
    events::ReplicaEvent,
};

macro_rules! operations {
    (
        engine { $($(#[$about:meta])* [$effect:ident] $call:ident $parameters:tt -> $outcome:ty;)* }
        lab { $($(#[$lab_about:meta])* [$lab_effect:ident] $lab:ident $lab_parameters:tt -> $lab_outcome:ty = $method:ident;)* }
        streams { $($(#[$stream_about:meta])* [$stream_effect:ident] $stream:ident $stream_parameters:tt -> $stream_outcome:ty => $item:ty;)* }
        desktop { $($desktop:ident,)* }
    ) => {
        /// A command for every operation: one that is in the list and has no adapter does not compile.
        fn commands() -> Commands<Wry> {
            collect_commands![$(calls::$call,)* $(calls::$lab,)* $(streams::$stream,)* $(desktop::$desktop,)*]
        }
    };
}

include!("../crates/core/src/operation/list.rs");

/// Every command and every event.
pub(crate) fn builder() -> Builder<Wry> {
    Builder::new()
        .commands(commands())
        .events(collect_events![ReplicaEvent])
        // Else an `Option` or a default splits one type into several.
        .disable_serde_phases()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use specta_typescript::Typescript;

    use trivet_core::operation::OPERATIONS;

    use super::*;

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
    fn every_command_is_allowed_one_by_one() {
        let names: BTreeSet<_> = OPERATIONS.iter().map(|operation| operation.name.to_owned()).collect();
        let capability = fs::read_to_string("capabilities/main.json").expect("the capability");
        let capability: serde_json::Value = serde_json::from_str(&capability).expect("JSON");
        let permissions = capability["permissions"].as_array().expect("a list");
        let allowed: BTreeSet<_> = permissions
            .iter()
            .filter_map(|permission| permission.as_str()?.strip_prefix("allow-"))
            .map(|name| name.replace('-', "_"))
            .collect();
        assert_eq!(allowed, names, "capabilities/main.json allows what the list of operations names");
    }
}
