//! How the web view paints.

use tauri::WebviewWindow;

/// Lets the web view paint by itself where there is no graphics card to help.
///
/// WebKitGTK composes layers by OpenGL, and without a card OpenGL is a program too: a debug build on two
/// cores had its first rows about 0.4 s later for it, and its web process weighed 120 MiB more (single runs, WebKitGTK 2.50).
#[cfg(target_os = "linux")]
pub(crate) fn suit_the_machine(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};

    if has_graphics_card() {
        return Ok(());
    }
    window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Whether the kernel offers a device that renders.
#[cfg(target_os = "linux")]
fn has_graphics_card() -> bool {
    let Ok(devices) = std::fs::read_dir("/dev/dri") else { return false };
    devices.flatten().any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
}

/// Elsewhere the system's own web view knows best.
#[cfg(not(target_os = "linux"))]
pub(crate) fn suit_the_machine(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}
