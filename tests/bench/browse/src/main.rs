//! Measures how pages come: of many small documents at both ends and in the middle, and of few very large ones beside the
//! driver alone.
//!
//! `browse-bench FOLDER --documents N --heavy N --rounds N` starts a mongod whose data stay in the folder, fills it where
//! that was not done before, and prints a line `name value` for each figure of each round.

mod data;
mod heavy;
mod large;
mod memory;
mod mongod;

use std::{path::PathBuf, sync::Arc, time::SystemTime};

use trivet_core::{
    Engine, EngineConfig, Startup, USUAL_PORT,
    connection::{ConnectRequest, ConnectTarget, ConnectionId},
    document::{FindRequest, PageFrom},
    namespace::Namespace,
};

use crate::mongod::Mongod;

type Failure = Box<dyn std::error::Error>;
type Result<T = ()> = std::result::Result<T, Failure>;

const DATABASE: &str = "browse";

#[tokio::main]
async fn main() -> Result {
    let options = Options::parse(std::env::args().skip(1))?;
    let mongod = Mongod::start(&options.folder).await?;
    let client = mongodb::Client::with_uri_str(mongod.uri()).await?;
    let measured = async {
        data::small(&client.database(DATABASE), options.documents).await?;
        data::heavy(&client.database(DATABASE), options.heavy).await?;
        large::measure(mongod.uri(), options.rounds).await?;
        heavy::measure(mongod.uri(), &client, options.heavy, options.rounds).await
    };
    let measured = measured.await;
    // What was written has to be there the next time.
    mongod.stop(&client).await?;
    measured
}

struct Options {
    folder: PathBuf,
    documents: u64,
    heavy: u64,
    rounds: u32,
}

impl Options {
    fn parse(words: impl Iterator<Item = String>) -> Result<Self> {
        let words: Vec<String> = words.collect();
        let [folder, flags @ ..] = words.as_slice() else { return Err("Where are the data to be?".into()) };
        let number = |flag: &str| -> Result<u64> {
            let value = flags.iter().skip_while(|word| *word != flag).nth(1);
            Ok(value.ok_or_else(|| format!("{flag} is missing"))?.parse()?)
        };
        Ok(Self {
            folder: folder.into(),
            documents: number("--documents")?,
            heavy: number("--heavy")?,
            rounds: u32::try_from(number("--rounds")?)?,
        })
    }
}

/// Prints a figure.
fn tell(name: &str, value: f64) {
    println!("{name} {value:.3}");
}

/// An engine, a connection of its own, and a request for the first page of a collection.
struct Window {
    engine: Engine,
    request: FindRequest,
    _data_dir: tempfile::TempDir,
}

impl Window {
    async fn on(uri: &str, collection: &str) -> Result<Self> {
        let data_dir = tempfile::tempdir()?;
        let engine = Engine::new(EngineConfig {
            data_dir: data_dir.path().to_owned(),
            clock: Arc::new(SystemTime::now),
            startup: Startup::Nothing,
            local_port: USUAL_PORT,
            read_only: false,
        });
        let target = ConnectTarget::Uri { uri: uri.to_owned() };
        let request = ConnectRequest { target, name: None, environment: None, read_only: None, undo: None };
        let connection = engine.connect(request).await?.id;
        let namespace = Namespace::parse(DATABASE, collection)?;
        Ok(Self { engine, request: first_page(connection, namespace), _data_dir: data_dir })
    }

    /// The same request for another page.
    fn from(&self, from: PageFrom) -> FindRequest {
        FindRequest { from, ..self.request.clone() }
    }
}

fn first_page(connection: ConnectionId, namespace: Namespace) -> FindRequest {
    FindRequest {
        connection,
        namespace,
        filter: None,
        sort: None,
        projection: None,
        collation: None,
        hint: None,
        skip: None,
        limit: None,
        max_time_ms: None,
        read_preference: None,
        page_size: None,
        from: PageFrom::First,
        query: None,
    }
}
