//! A draft on its way to the server.
//!
//! That it was sent is noted in its file beside the write, and is on disk before the write is applied. Until the file says
//! it, and until the file of a draft that was saved is gone, it is known here.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use futures_util::FutureExt;
use tokio::task::{JoinHandle, spawn_blocking};

use super::{
    edit::{no_draft, unsettled},
    store::{Drafts, Key, SENT_AT, Stored},
};
use crate::{Error, ErrorCode, Result, document::journal::Note, storage::atomic, value::etag::etag};

/// How far a save has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Underway {
    /// It has no answer yet.
    Sending,
    /// It was applied, and the file is about to go.
    Saved,
}

/// A draft that is being saved. Nobody else here edits or saves it until this is dropped.
pub(super) struct Sending {
    drafts: Drafts,
    file: PathBuf,
}

impl Drafts {
    /// Takes the draft that was shown, to save it.
    pub(super) fn send(&self, key: &Key, shown: &str) -> Result<(Stored, Sending)> {
        let _turn = self.turn();
        self.not_underway(key)?;
        let stored = self.get(key)?.ok_or_else(no_draft)?;
        if stored.sent {
            return Err(unsettled());
        }
        if etag(&stored.mine) != shown {
            let message = "The changes are not those that were shown; nothing was written.";
            return Err(Error::new(ErrorCode::Conflict, message).with_hint("Look at them again, then save."));
        }
        let file = self.file(key)?;
        self.underway().insert(file.clone(), Underway::Sending);
        Ok((stored, Sending { drafts: self.clone(), file }))
    }

    /// Refuses a draft that is being saved.
    pub(super) fn not_underway(&self, key: &Key) -> Result<()> {
        if self.underway().get(&self.file(key)?) != Some(&Underway::Sending) {
            return Ok(());
        }
        let message = "These changes are being saved; whether that is applied is not known yet.";
        Err(Error::new(ErrorCode::OutcomeUnknown, message).with_hint("Wait until that save has ended."))
    }
}

impl Sending {
    /// Notes that the draft was sent: a crash from there on leaves what has to be checked. It is written from now on,
    /// whether it is waited for or not.
    pub(super) fn note(&self) -> Note {
        let file = self.file.clone();
        let noting = spawn_blocking(move || match mark(&file, true) {
            Err(error) if error.kind() == ErrorKind::NotFound => Err(no_draft()),
            marked => marked.map_err(|error| {
                let why = atomic::storage(&file, "written", &error);
                let message = format!("Nothing was written: the changes could not be noted as sent. {why}");
                Error::new(ErrorCode::Storage, message)
            }),
        });
        async {
            noting.await.unwrap_or_else(|_| Err(Error::internal("The changes could not be noted as sent.")))
        }
        .boxed()
        .shared()
    }

    /// Nothing of it was applied: it is a draft as before.
    pub(super) async fn take_back(self) {
        let file = self.file.clone();
        let taken_back = spawn_blocking(move || mark(&file, false)).await;
        // Then it stays one that has to be checked. Somebody may have discarded it.
        if let Ok(Err(error)) = taken_back
            && error.kind() != ErrorKind::NotFound
        {
            tracing::warn!(%error, "a draft that was not saved could not be kept as such");
        }
    }

    /// It was applied. From now on there is no such draft; its file goes in its time, and where a crash leaves it, it is
    /// found to be applied when it is checked.
    pub(super) fn saved(self) -> JoinHandle<()> {
        self.drafts.underway().insert(self.file.clone(), Underway::Saved);
        let (drafts, file) = (self.drafts.clone(), self.file.clone());
        spawn_blocking(move || {
            let _turn = drafts.turn();
            // Another draft may have taken its place.
            if drafts.underway().get(&file) != Some(&Underway::Saved) {
                return;
            }
            if let Err(error) = fs::remove_file(&file)
                && error.kind() != ErrorKind::NotFound
            {
                tracing::warn!(%error, "a draft that was saved could not be removed");
            }
            drafts.underway().remove(&file);
        })
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        let mut underway = self.drafts.underway();
        if underway.get(&self.file) == Some(&Underway::Sending) {
            underway.remove(&self.file);
        }
    }
}

/// Changes one byte in its place. A file written anew would cost more than the whole save of a large document.
fn mark(file: &Path, sent: bool) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(file)?;
    file.seek(SeekFrom::Start(SENT_AT))?;
    file.write_all(&[u8::from(sent)])?;
    file.sync_data()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{document::DocumentId, namespace::Namespace};

    /// A draft of one document, as two connections of a program have it, and as another program finds it.
    struct Bench {
        _folder: tempfile::TempDir,
        drafts: Drafts,
        beside: Drafts,
        another: Drafts,
        key: Key,
    }

    const SHOWN: Stored = Stored { base: Vec::new(), mine: Vec::new(), sent: false, edited_at_ms: 1 };
    const SENT: Stored = Stored { base: Vec::new(), mine: Vec::new(), sent: true, edited_at_ms: 1 };

    impl Bench {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let all = Drafts::new(folder.path().to_owned());
            let another = Drafts::new(folder.path().to_owned()).of("one");
            let namespace = Namespace::parse("shop", "items").expect("a namespace");
            let key = Key { namespace, id: DocumentId::new(0x10, &1_i32.to_le_bytes()) };
            let (drafts, beside) = (all.of("one"), all.of("one"));
            drafts.put(&key, &SHOWN).expect("kept");
            Self { _folder: folder, drafts, beside, another, key }
        }

        fn send(&self) -> Result<Sending> {
            self.drafts.send(&self.key, &etag(&SHOWN.mine)).map(|(_, sending)| sending)
        }

        fn seen_by(&self, drafts: &Drafts) -> Option<Stored> {
            let (one, all) = (drafts.get(&self.key).expect("read"), drafts.list().expect("listed"));
            assert_eq!(one, all.into_iter().next().map(|(_, stored)| stored));
            one
        }
    }

    #[tokio::test]
    async fn a_draft_is_sent_once_at_a_time_and_by_whoever_has_seen_it() {
        let bench = Bench::new();
        let other = bench.drafts.send(&bench.key, "another").err().expect("not what was shown");
        assert_eq!(other.code(), ErrorCode::Conflict);
        let sending = bench.send().expect("taken");
        assert_eq!(bench.seen_by(&bench.beside), Some(SENT), "before any file says so");
        let second = bench.beside.send(&bench.key, &etag(&SHOWN.mine)).err().expect("refused");
        assert_eq!(second.code(), ErrorCode::OutcomeUnknown);
        assert!(second.body().message.contains("being saved"), "{second}");
        sending.take_back().await;
        assert_eq!(bench.seen_by(&bench.beside), Some(SHOWN));
        bench.send().expect("taken again");
    }

    #[tokio::test]
    async fn what_is_noted_is_found_after_a_crash_until_it_is_known_not_to_be_applied() {
        let bench = Bench::new();
        let sending = bench.send().expect("taken");
        assert_eq!(bench.seen_by(&bench.another), Some(SHOWN));
        sending.note().await.expect("noted");
        assert_eq!(bench.seen_by(&bench.another), Some(SENT));
        sending.take_back().await;
        assert_eq!(bench.seen_by(&bench.another), Some(SHOWN));
        let sending = bench.send().expect("taken");
        sending.note().await.expect("noted");
        drop(sending);
        assert_eq!(bench.seen_by(&bench.drafts), Some(SENT), "an outcome that is not known");
    }

    #[tokio::test]
    async fn a_draft_that_was_discarded_meanwhile_is_not_noted() {
        let bench = Bench::new();
        let sending = bench.send().expect("taken");
        bench.drafts.remove(&bench.key).expect("removed");
        assert_eq!(sending.note().await.expect_err("gone").code(), ErrorCode::NotFound);
        sending.take_back().await;
        assert_eq!(bench.seen_by(&bench.drafts), None);
    }

    #[tokio::test]
    async fn a_saved_draft_is_gone_at_once_and_takes_no_later_one_along() {
        let bench = Bench::new();
        let later = Stored { edited_at_ms: 2, ..SHOWN };
        let sending = bench.send().expect("taken");
        sending.note().await.expect("noted");
        // The file is removed when it is its turn.
        let turn = bench.drafts.turn();
        let removing = sending.saved();
        assert_eq!(bench.seen_by(&bench.drafts), None);
        assert_eq!(bench.seen_by(&bench.another), Some(SENT), "a crash leaves what is found to be applied");
        bench.drafts.put(&bench.key, &later).expect("edited anew");
        assert_eq!(bench.seen_by(&bench.drafts), Some(later.clone()));
        drop(turn);
        removing.await.expect("ended");
        assert_eq!(bench.seen_by(&bench.another), Some(later));
        bench.send().expect("taken").saved().await.expect("removed");
        assert_eq!(bench.seen_by(&bench.another), None);
    }
}
