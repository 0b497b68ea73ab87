//! Gates every command, and makes the folder that the window is served from where it is missing.

use std::{fs, path::Path};

macro_rules! operations {
    (
        engine { $($(#[$about:meta])* [$effect:ident] $call:ident $parameters:tt -> $outcome:ty;)* }
        lab { $($(#[$lab_about:meta])* [$lab_effect:ident] $lab:ident $lab_parameters:tt -> $lab_outcome:ty = $method:ident;)* }
        streams { $($(#[$stream_about:meta])* [$stream_effect:ident] $stream:ident $stream_parameters:tt -> $stream_outcome:ty => $item:ty;)* }
        desktop { $($desktop:ident,)* }
    ) => {
        /// Without this list Tauri would let the window call any command.
        const COMMANDS: &[&str] = &[
            $(stringify!($call),)* $(stringify!($lab),)* $(stringify!($stream),)* $(stringify!($desktop),)*
        ];
    };
}

include!("crates/core/src/operation/list.rs");

fn main() {
    println!("cargo:rerun-if-changed=crates/core/src/operation/list.rs");
    // Tauri itself watches only the files that were there when it embedded them.
    println!("cargo:rerun-if-changed=../ui/dist");
    // A missing folder would fail the build; `cargo xtask package` refuses an empty one.
    let dist = Path::new("../ui/dist");
    if !dist.exists() {
        fs::create_dir_all(dist).expect("ui/dist can be made");
    }
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    tauri_build::try_build(attributes).expect("the window's configuration is sound");
}
