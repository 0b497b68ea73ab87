//! The least that a Tauri window on MongoDB can be: a heading, and whether the server answers.
//!
//! `empty-window --uri-file FILE --data-dir DIR`, as Trivet is started: same framework, same driver, same
//! profile, nothing else. What Trivet takes beyond it is Trivet's own.

use std::{path::PathBuf, process::ExitCode};

use mongodb::{Client, bson::doc};
use tauri::WebviewWindowBuilder;

struct Target(String);

#[tauri::command]
async fn ping(target: tauri::State<'_, Target>) -> Result<String, String> {
    let ask = async {
        let client = Client::with_uri_str(&target.0).await?;
        client.database("admin").run_command(doc! { "ping": 1 }).await
    };
    ask.await.map(|_| "The server answers.".to_owned()).map_err(|error| error.kind.to_string())
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [first, uri_file, second, data_dir] = words.as_slice() else { return usage() };
    if first != "--uri-file" || second != "--data-dir" {
        return usage();
    }
    let Ok(uri) = std::fs::read_to_string(uri_file) else { return usage() };
    let web_data = PathBuf::from(data_dir).join("window");
    let run = tauri::Builder::default()
        .manage(Target(uri.trim().to_owned()))
        .invoke_handler(tauri::generate_handler![ping])
        .setup(move |app| {
            let config = app.config().app.windows.first().cloned().unwrap_or_default();
            WebviewWindowBuilder::from_config(app.handle(), &config)?.data_directory(web_data).build()?;
            Ok(())
        })
        .run(tauri::generate_context!());
    match run {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("empty-window: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: empty-window --uri-file FILE --data-dir DIR");
    ExitCode::FAILURE
}
