//! What the programs have in common with which `cargo xtask bench` measures on a lab.

use std::{error::Error, process::ExitCode};

use trivet_lab::guard;

/// Why a bench failed.
pub type Failure = Box<dyn Error + Send + Sync>;

/// Runs `PROGRAM --rounds N`. The members of its labs belong to the program itself, started once more.
pub fn run_rounds<B>(program: &str, bench: impl FnOnce(u32) -> B) -> ExitCode
where
    B: Future<Output = Result<(), Failure>>,
{
    if let Some(code) = guard::run_if_asked() {
        return code;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime
        .map_err(Failure::from)
        .and_then(|runtime| rounds(program).and_then(|rounds| runtime.block_on(bench(rounds))));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn rounds(program: &str) -> Result<u32, Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.as_slice() {
        [flag, count] if flag == "--rounds" => Ok(count.parse()?),
        _ => Err(format!("{program} --rounds N").into()),
    }
}
