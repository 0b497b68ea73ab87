//! The application: its state, its one window, and what happens on a second start.

use std::{path::Path, sync::Arc, time::SystemTime};

use tauri::{App, AppHandle, Manager, Url, WebviewWindowBuilder};
use trivet_core::{
    Engine, EngineConfig, Startup, USUAL_PORT,
    connection::{ConnectRequest, ConnectTarget},
    storage::{RestSettings, atomic::create_private_folder},
};
use trivet_lab::{LabConfig, Labs};
use trivet_server::Host;

use crate::{bindings, events::Watches, logs, notices, options::Options, painting};

/// Opens the window and runs until it is closed.
pub(crate) fn run(options: Options) -> tauri::Result<()> {
    let builder = bindings::builder();
    let handler = builder.invoke_handler();
    let single = tauri_plugin_single_instance::Builder::new()
        .dbus_id(instance_id(options.data_dir.as_deref()))
        .callback(|app, _, _| focus(app))
        .build();
    tauri::Builder::default()
        .plugin(single)
        .invoke_handler(handler)
        .setup(move |app| {
            builder.mount_events(app);
            start(app, options)?;
            Ok(())
        })
        .run(tauri::generate_context!())
}

/// One instance for each data folder: another folder is another Trivet.
fn instance_id(data_dir: Option<&Path>) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let Some(data_dir) = data_dir else { return "app.trivet.desktop".to_owned() };
    let mut hasher = DefaultHasher::new();
    std::path::absolute(data_dir).unwrap_or_else(|_| data_dir.to_owned()).hash(&mut hasher);
    format!("app.trivet.desktop.d{:016x}", hasher.finish())
}

fn focus(app: &AppHandle) {
    if let Some(window) = app.get_webview_window("main") {
        // A window manager may refuse; then the window stays where it is.
        let _ = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    }
}

fn start(app: &mut App, options: Options) -> Result<(), Box<dyn std::error::Error>> {
    let Options { startup, data_dir, rest } = options;
    let data_dir = match data_dir {
        Some(data_dir) => std::path::absolute(data_dir)?,
        None => app.path().app_data_dir()?,
    };
    // Where this fails the window opens all the same, and says so when something is to be kept.
    let _ = create_private_folder(&data_dir);
    if let Some(guard) = logs::start(&data_dir) {
        app.manage(guard);
    }
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "started");
    let web_data = data_dir.join("window");
    app.manage(Watches::default());
    let labs = Labs::new(LabConfig::new(data_dir.clone())?);
    let engine = Engine::new(EngineConfig {
        data_dir: data_dir.clone(),
        clock: Arc::new(SystemTime::now),
        startup: startup.clone(),
        local_port: USUAL_PORT,
        read_only: false,
    });
    let host = Arc::new(Host::new(engine.clone(), labs.clone(), &data_dir));
    begin(engine.clone(), Arc::clone(&host), startup, rest);
    notices::tell(app.handle().clone(), &engine);
    app.manage(labs);
    app.manage(engine);
    app.manage(host);
    open_window(app, &web_data)?;
    Ok(())
}

/// What need not wait for the window, and what the window need not wait for.
fn begin(engine: Engine, host: Arc<Host>, startup: Startup, rest: Option<String>) {
    let to_open = matches!(startup, Startup::Connection(_)).then(|| engine.clone());
    if let Some(engine) = to_open {
        tauri::async_runtime::spawn(async move {
            let target = ConnectTarget::Startup;
            let request =
                ConnectRequest { target, name: None, environment: None, read_only: None, undo: None };
            // The window asks for the same connection, and hears why where there is none.
            drop(engine.connect(request).await);
        });
    }
    tauri::async_runtime::spawn(async move {
        let Ok(settings) = engine.settings().await else { return };
        let RestSettings { enabled, address, allowed_origins } = settings.rest;
        let (enabled, address) = (enabled || rest.is_some(), rest.clone().unwrap_or(address));
        if enabled {
            host.start(&RestSettings { enabled, address, allowed_origins }).await;
        }
        if rest.is_some() && !matches!(startup, Startup::Nothing) {
            host.serve_startup().await;
        }
    });
}

/// What the page keeps (its tabs, its theme) belongs to the data folder like everything else; where nothing can
/// be written there, it is kept for as long as the window is open.
fn open_window(app: &App, web_data: &Path) -> tauri::Result<()> {
    let config = app.config().app.windows.first().cloned().unwrap_or_default();
    let window = WebviewWindowBuilder::from_config(app.handle(), &config)?.on_navigation(stays_here);
    let window = match create_private_folder(web_data) {
        Ok(()) => window.data_directory(web_data.to_owned()),
        Err(_) => window.incognito(true),
    };
    painting::suit_the_machine(&window.build()?)
}

/// The window shows its own files and nothing else.
fn stays_here(url: &Url) -> bool {
    let own = matches!(
        (url.scheme(), url.host_str()),
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost"))
    );
    own || is_dev_server(url)
}

#[cfg(feature = "custom-protocol")]
fn is_dev_server(_: &Url) -> bool {
    false
}

#[cfg(not(feature = "custom-protocol"))]
fn is_dev_server(url: &Url) -> bool {
    url.host_str() == Some("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_never_leaves_its_own_files() {
        for (url, stays) in [
            ("tauri://localhost/index.html", true),
            ("https://example.com/", false),
            ("http://127.0.0.1:27080/", false),
            ("file:///etc/passwd", false),
            ("data:text/html,hello", false),
            ("http://tauri.localhost.example.com/", false),
        ] {
            assert_eq!(stays_here(&url.parse().expect("a URL")), stays, "{url}");
        }
    }

    #[test]
    fn another_data_folder_is_another_instance() {
        assert_eq!(instance_id(Some(Path::new("/a"))), instance_id(Some(Path::new("/a"))));
        assert_ne!(instance_id(Some(Path::new("/a"))), instance_id(Some(Path::new("/b"))));
        assert_ne!(instance_id(Some(Path::new("/a"))), instance_id(None));
    }
}
