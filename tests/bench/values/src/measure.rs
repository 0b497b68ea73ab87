//! What both sides are asked to do, and how long it takes. The peer includes this file as well.

use std::{
    fs,
    hint::black_box,
    io,
    path::Path,
    time::{Duration, Instant},
};

/// How long one kind of work is repeated.
const MEASURED_FOR: Duration = Duration::from_millis(400);
/// Passes over the data at the least.
const PASSES: usize = 3;

/// Extended JSON out of raw BSON, and back.
pub(crate) trait Subject {
    /// Raw BSON as canonical text.
    fn canonical(&self, bytes: &[u8]) -> String;
    /// Raw BSON as relaxed text.
    fn relaxed(&self, bytes: &[u8]) -> String;
    /// A text as raw BSON.
    fn read(&self, text: &str) -> Vec<u8>;
}

/// The documents of one file.
pub(crate) struct Data {
    name: String,
    documents: Vec<Vec<u8>>,
}

impl Data {
    /// A file of raw BSON, or of Extended JSON with a document a line.
    pub(crate) fn read(file: &Path, parse: impl Fn(&str) -> io::Result<Vec<u8>>) -> io::Result<Self> {
        let documents = if file.extension().is_some_and(|extension| extension == "json") {
            fs::read_to_string(file)?.lines().map(parse).collect::<io::Result<_>>()?
        } else {
            split(&fs::read(file)?)?
        };
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, documents })
    }
}

/// Documents that stand one behind the other, each beginning with its length.
fn split(mut bytes: &[u8]) -> io::Result<Vec<Vec<u8>>> {
    let mut documents = Vec::new();
    while let Some(len) = bytes.first_chunk() {
        let len = usize::try_from(u32::from_le_bytes(*len)).map_err(io::Error::other)?;
        let (document, rest) =
            bytes.split_at_checked(len).ok_or_else(|| io::Error::other("a document without its end"))?;
        documents.push(document.to_vec());
        bytes = rest;
    }
    Ok(documents)
}

/// Millions of bytes of BSON a second, by kind of work.
pub(crate) struct Figures {
    name: String,
    bson_bytes: usize,
    rates: [(&'static str, f64); 4],
}

impl Figures {
    /// A line for each, as xtask reads them: data, work, bytes of BSON, MB/s.
    pub(crate) fn print(&self) {
        for (work, rate) in self.rates {
            println!("{} {work} {} {rate:.3}", self.name, self.bson_bytes);
        }
    }
}

/// Does all the work on the data, one kind after the other.
pub(crate) fn measure<S: Subject>(data: &Data, subject: &S) -> Figures {
    let documents = &data.documents;
    let bson_bytes = documents.iter().map(Vec::len).sum();
    // Without the room that a side may have reserved: both read texts that lie as close together.
    let canonical: Vec<_> = documents.iter().map(|bytes| subject.canonical(bytes).into_boxed_str()).collect();
    let relaxed: Vec<_> = documents.iter().map(|bytes| subject.relaxed(bytes).into_boxed_str()).collect();
    let rate = |work: &dyn Fn()| megabytes_per_second(bson_bytes, work);
    let write = |write: fn(&S, &[u8]) -> String| {
        rate(&|| documents.iter().for_each(|bytes| drop(black_box(write(subject, black_box(bytes))))))
    };
    let read = |texts: &[Box<str>]| {
        rate(&|| texts.iter().for_each(|text| drop(black_box(subject.read(black_box(text))))))
    };
    let rates = [
        ("to-canonical", write(S::canonical)),
        ("from-canonical", read(&canonical)),
        ("to-relaxed", write(S::relaxed)),
        ("from-relaxed", read(&relaxed)),
    ];
    Figures { name: data.name.clone(), bson_bytes, rates }
}

/// By the median of several passes: one that was interrupted does not count.
fn megabytes_per_second(bytes: usize, pass: &dyn Fn()) -> f64 {
    let begun = Instant::now();
    let mut passes = Vec::new();
    while passes.len() < PASSES || begun.elapsed() < MEASURED_FOR {
        let pass_begun = Instant::now();
        pass();
        passes.push(pass_begun.elapsed());
    }
    passes.sort_unstable();
    let bytes = f64::from(u32::try_from(bytes).expect("a few megabytes"));
    bytes / 1e6 / passes[passes.len() / 2].as_secs_f64()
}
