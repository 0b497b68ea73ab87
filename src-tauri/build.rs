//! Gates every command, and makes the folder that the window is served from where it is missing.

use std::{fs, path::Path};

/// Without this list Tauri would let the window call any command.
const COMMANDS: &[&str] = include!("src/commands/names.rs");

fn main() {
    println!("cargo:rerun-if-changed=src/commands/names.rs");
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
