//! The headless program: what it is started with, and its life.

use std::{io::Write as _, path::PathBuf, process::ExitCode, sync::Arc, time::SystemTime};

use clap::Parser;
use trivet_core::{
    Engine, EngineConfig, Startup, USUAL_PORT, connection::Served, namespace::Namespace,
    storage::atomic::create_private_folder,
};
use trivet_lab::{LabConfig, Labs};

use crate::{
    Bound, ServerConfig, Token, USUAL_ADDRESS, address::bind, opening::open_and_serve, serve::serve, startup,
};

/// The folder of the desktop app, so that both know the same local set and the same settings.
const IDENTIFIER: &str = "app.trivet.desktop";
/// The file of the token inside the data folder.
pub(crate) const TOKEN_FILE: &str = "rest-token";
/// The collection of the original project.
const ITEMS: &str = "mydatabase.items";

/// MongoDB over HTTP, on this machine.
#[derive(Parser)]
#[command(name = "trivet-server", version, about)]
struct Arguments {
    /// Start a local replica set and serve it.
    #[arg(long, conflicts_with = "uri_file")]
    lab: bool,
    /// Serve the connection whose connection string is the first line of this file (or TRIVET_URI).
    #[arg(long, value_name = "FILE")]
    uri_file: Option<PathBuf>,
    /// Listen here: a name or an address of this machine, and a port; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = USUAL_ADDRESS)]
    listen: String,
    /// The file of the token; made where there is none (or TRIVET_TOKEN: the token itself).
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Send nothing that could change anything.
    #[arg(long)]
    read_only: bool,
    /// Let a request name new members of a set with a login: this program then logs in there.
    #[arg(long)]
    trust_new_members: bool,
    /// Serve the built user interface in this folder.
    #[arg(long, value_name = "DIR")]
    ui: Option<PathBuf>,
    /// The collection behind /items.
    #[arg(long, value_name = "DATABASE.COLLECTION", default_value = ITEMS)]
    items: String,
    /// Keep the token, settings and the local set's data in this folder.
    #[arg(long, value_name = "DIR", env = "TRIVET_DATA_DIR")]
    data_dir: Option<PathBuf>,
}

/// The collection behind `/items` where nothing else is said.
///
/// # Panics
/// Never: the name is a good one.
#[must_use]
pub fn usual_items() -> Namespace {
    items(ITEMS).unwrap_or_else(|_| unreachable!("{ITEMS} is a good name"))
}

fn items(name: &str) -> Result<Namespace, String> {
    let (database, collection) =
        name.split_once('.').ok_or_else(|| format!("'{name}' is not DATABASE.COLLECTION"))?;
    Namespace::parse(database, collection).map_err(|error| error.to_string())
}

/// Runs until SIGTERM or SIGINT.
#[must_use]
pub fn run() -> ExitCode {
    startup::leave_no_core_file();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_max_level(tracing::Level::INFO)
        .init();
    let ended = startup::refuse_secrets(std::env::args_os()).and_then(|()| {
        let arguments = Arguments::parse();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        runtime.map_err(|error| error.to_string())?.block_on(live(arguments))
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => {
            eprintln!("trivet-server: {refusal}");
            ExitCode::from(2)
        }
    }
}

async fn live(arguments: Arguments) -> Result<(), String> {
    let Arguments {
        lab,
        uri_file,
        listen,
        token_file,
        read_only,
        trust_new_members,
        ui,
        items: name,
        data_dir,
    } = arguments;
    let environment = std::env::var("TRIVET_URI").ok();
    let startup = startup::read(lab, uri_file.as_deref(), environment.as_deref())?;
    if matches!(startup, Startup::Nothing) {
        return Err(
            "say what to serve: --lab, --uri-file FILE, or a connection string in TRIVET_URI".to_owned()
        );
    }
    if let Some(ui) = ui.as_ref().filter(|ui| !ui.join("index.html").is_file()) {
        return Err(format!(
            "there is no user interface in {}: build it with `npm run build` in ui",
            ui.display()
        ));
    }
    let data_dir = data_dir.or_else(|| dirs::data_dir().map(|folder| folder.join(IDENTIFIER)));
    let data_dir = data_dir.ok_or("there is no folder for data: name one with --data-dir DIR")?;
    let data_dir = std::path::absolute(data_dir).map_err(|error| error.to_string())?;
    create_private_folder(&data_dir)
        .map_err(|error| format!("{} cannot be used: {error}", data_dir.display()))?;
    let items = items(&name)?;
    let (token, token_place) = token(token_file, &data_dir)?;

    let labs = Labs::new(LabConfig::new(data_dir.clone()).map_err(|error| error.to_string())?);
    let config = EngineConfig {
        data_dir,
        clock: Arc::new(SystemTime::now),
        startup,
        local_port: USUAL_PORT,
        read_only,
    };
    let engine = Engine::new(config);
    let settings = engine.settings().await.map_err(|error| error.to_string())?;
    let bound = bind(&listen).await?;
    // Whoever is told that it listens may end it at once.
    let told_to_stop = told_to_stop();
    announce(&bound, &token_place);

    let served = if trust_new_members { Served::trusting_new_members() } else { Served::new() };
    let served = Arc::new(served);
    let seen = engine.serving(Arc::clone(&served));
    let config = ServerConfig { token, allowed_origins: settings.rest.allowed_origins, items, ui };
    let (failed, failure) = tokio::sync::oneshot::channel();
    let opening = tokio::spawn({
        let (engine, labs) = (engine.clone(), labs.clone());
        async move {
            if let Err(error) = open_and_serve(&engine, &labs, &served).await {
                // The receiver lives as long as the listener.
                let _ = failed.send(error);
            }
        }
    });
    let mut outcome = Ok(());
    serve(bound, seen, labs.clone(), config, async {
        tokio::select! {
            () = told_to_stop => {}
            Ok(error) = failure => {
                let hint = error.body().hint.as_deref().unwrap_or_default();
                outcome = Err(format!("{error} {hint}"));
            }
        }
    })
    .await;
    opening.abort();
    // A set that another process runs is not ours to stop.
    let _ = labs.stop_all().await;
    outcome
}

/// The token of the file, of the environment, or of the data folder, and where a caller finds it.
fn token(file: Option<PathBuf>, data_dir: &std::path::Path) -> Result<(Token, String), String> {
    match (file, std::env::var("TRIVET_TOKEN")) {
        (None, Ok(token)) => Ok((Token::given(&token)?, "TRIVET_TOKEN".to_owned())),
        (file, _) => {
            let file = file.unwrap_or_else(|| data_dir.join(TOKEN_FILE));
            Ok((Token::in_file(&file)?, file.display().to_string()))
        }
    }
}

/// Says where the listener is, for people and for programs that started it.
fn announce(bound: &Bound, token_place: &str) {
    let mut out = std::io::stdout().lock();
    // A closed standard output is nobody to tell.
    let _ = writeln!(out, "listening on http://{}\ntoken in {token_place}", bound.authority)
        .and_then(|()| out.flush());
}

/// Ends when the program is to stop. The signals are caught from this call on, not from the first poll.
#[cfg(unix)]
fn told_to_stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let caught = [SignalKind::terminate(), SignalKind::interrupt()].map(signal);
    async move {
        let [Ok(mut terminate), Ok(mut interrupt)] = caught else { return std::future::pending().await };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}

/// Ends when the program is to stop.
#[cfg(not(unix))]
async fn told_to_stop() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
