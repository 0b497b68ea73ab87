//! The bson crate's side of `cargo xtask bench values`, by the ways that its documentation shows.

#[path = "../../../values/src/measure.rs"]
mod measure;

use std::{io, path::Path, process::ExitCode};

use bson::{Bson, Document};
use measure::{Data, Subject, measure};
use serde_json::Value;

fn main() -> ExitCode {
    let outcome = std::env::args().skip(1).try_for_each(|file| -> io::Result<()> {
        let data = Data::read(Path::new(&file), |line| Ok(BsonCrate.read(line)))?;
        measure(&data, &BsonCrate).print();
        Ok(())
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

struct BsonCrate;

fn document(bytes: &[u8]) -> Bson {
    Bson::Document(Document::from_reader(bytes).expect("BSON"))
}

impl Subject for BsonCrate {
    fn canonical(&self, bytes: &[u8]) -> String {
        document(bytes).into_canonical_extjson().to_string()
    }

    fn relaxed(&self, bytes: &[u8]) -> String {
        document(bytes).into_relaxed_extjson().to_string()
    }

    fn read(&self, text: &str) -> Vec<u8> {
        let value: Value = serde_json::from_str(text).expect("JSON");
        let Bson::Document(document) = Bson::try_from(value).expect("Extended JSON") else {
            panic!("a document")
        };
        document.to_vec().expect("BSON")
    }
}
