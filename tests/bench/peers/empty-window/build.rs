//! Gates the one command, as Trivet gates its own.

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(&["ping"]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))
        .expect("the window's configuration is sound");
}
