//! Our side of `cargo xtask bench values`: writes the items into a folder, or measures all data once.

mod measure;

use std::{fs, io, path::Path, process::ExitCode};

use measure::{Data, measure};
use trivet_core::value::ejson::{Form, Layout, parse_document, write};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["items", file] => fs::write(file, items()),
        ["measure", files @ ..] => files.iter().try_for_each(|file| measure_file(Path::new(file))),
        _ => Err(io::Error::other("usage: values-bench items FILE | measure FILE...")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The sample documents that a new lab holds, one behind the other.
fn items() -> Vec<u8> {
    trivet_lab::sample_items()
}

fn measure_file(file: &Path) -> io::Result<()> {
    let data = Data::read(file, |line| parse_document(line).map_err(io::Error::other))?;
    measure(&data, &Trivet).print();
    Ok(())
}

struct Trivet;

impl measure::Subject for Trivet {
    fn canonical(&self, bytes: &[u8]) -> String {
        write(bytes, Form::Canonical, Layout::Compact).expect("BSON").text
    }

    fn relaxed(&self, bytes: &[u8]) -> String {
        write(bytes, Form::Relaxed, Layout::Compact).expect("BSON").text
    }

    fn read(&self, text: &str) -> Vec<u8> {
        parse_document(text).expect("Extended JSON")
    }
}
