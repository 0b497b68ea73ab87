//! Measures what a guarded save costs beside a plain `update_one` with majority write concern.
//!
//! `edit-bench FOLDER --rounds N` reads the connection string of a replica set from standard input, keeps the files of its
//! engines in the folder, and prints a line `name milliseconds` for each figure of each round: the median of its saves.

mod data;
mod saves;
mod way;

use std::{io::read_to_string, path::PathBuf, time::Duration};

use crate::{data::SIZES, saves::Saves, way::Way};

type Failure = Box<dyn std::error::Error>;
type Result<T = ()> = std::result::Result<T, Failure>;

/// Saves of each way in a round, one of each in turn: what else goes on meets all alike.
const TURNS: usize = 150;
/// The same before the first round, which do not count: connections are opened and files are made.
const WARM_UP: usize = 20;

#[tokio::main]
async fn main() -> Result {
    let options = Options::parse(std::env::args().skip(1))?;
    let uri = read_to_string(std::io::stdin())?;
    let mut saves = Saves::on(uri.trim(), &options.folder).await?;
    for (name, bytes) in SIZES {
        saves.begin(bytes, TURNS).await?;
        round(&mut saves, WARM_UP).await?;
        for _ in 0..options.rounds {
            for (way, times) in Way::ALL.into_iter().zip(round(&mut saves, TURNS).await?) {
                println!("{name}_{} {:.3}", way.name(), median(times).as_secs_f64() * 1_000.0);
            }
        }
        saves.check().await?;
    }
    saves.end().await
}

/// What each save took, by ways. Whoever is first in one turn is last in the next.
async fn round(saves: &mut Saves, turns: usize) -> Result<[Vec<Duration>; Way::ALL.len()]> {
    saves.edit(turns).await?;
    let mut times = [const { Vec::new() }; Way::ALL.len()];
    for turn in 0..turns {
        for place in 0..times.len() {
            let at = (place + turn) % times.len();
            times[at].push(saves.save(Way::ALL[at], turn).await?);
        }
    }
    Ok(times)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

struct Options {
    folder: PathBuf,
    rounds: u32,
}

impl Options {
    fn parse(words: impl Iterator<Item = String>) -> Result<Self> {
        let words: Vec<String> = words.collect();
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [folder, "--rounds", rounds] => Ok(Self { folder: folder.into(), rounds: rounds.parse()? }),
            _ => Err("usage: edit-bench FOLDER --rounds N".into()),
        }
    }
}
