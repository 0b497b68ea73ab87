//! Writes a file behind the back of who watches: a disk that is slow, or does not answer, holds up nobody but this.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel},
    thread::Builder,
    time::Duration,
};

use crate::storage::atomic;

/// So many pieces of work wait for a disk, a few megabytes; what comes then is not kept.
const WAITING: usize = 16_384;
/// For so long whoever closes waits for the disk.
const CLOSES_WITHIN: Duration = Duration::from_secs(2);

/// Writes lines to one file, in order, on a thread of its own.
pub(super) struct Writer {
    file: PathBuf,
    /// Whether the last line of the file was written half, until the thread begins.
    torn: bool,
    thread: Option<Thread>,
}

struct Thread {
    work: SyncSender<Work>,
    /// Nothing is ever sent: it is hung up when the last work is done.
    ended: Receiver<()>,
}

/// What is to be written.
pub(super) enum Work {
    /// A line, added at the end.
    Line(Vec<u8>),
    /// The whole file anew.
    Whole(Vec<u8>),
}

impl Writer {
    /// `torn`: the last line of the file was written half.
    pub(super) fn new(file: PathBuf, torn: bool) -> Self {
        Self { file, torn, thread: None }
    }

    /// Has it written soon. What cannot be written is told in the program's own log.
    pub(super) fn put(&mut self, work: Work) {
        if self.thread.is_none() {
            let (work_sender, receiver) = sync_channel(WAITING);
            let (end, ended) = channel();
            let mut open = Open { file: self.file.clone(), torn: self.torn };
            match Builder::new().name("timeline".to_owned()).spawn(move || open.work(&receiver, end)) {
                Ok(_) => self.thread = Some(Thread { work: work_sender, ended }),
                Err(error) => tracing::warn!(%error, "the timeline cannot be written"),
            }
        }
        if let Some(thread) = &self.thread
            && let Err(TrySendError::Full(_)) = thread.work.try_send(work)
        {
            tracing::warn!("the timeline cannot be written: the disk is too slow");
        }
    }
}

/// Who opens the file next finds all of it, unless the disk hangs: then the thread is left to it.
impl Drop for Writer {
    fn drop(&mut self) {
        if let Some(Thread { work, ended }) = self.thread.take() {
            drop(work);
            let _ = ended.recv_timeout(CLOSES_WITHIN);
        }
    }
}

/// The file as its thread has it.
struct Open {
    file: PathBuf,
    /// The last line was written half: the next one must not be added to it.
    torn: bool,
}

impl Open {
    /// Writes what comes until nobody sends any more, then hangs up `end`.
    fn work(&mut self, receiver: &Receiver<Work>, end: Sender<()>) {
        for work in receiver {
            if let Err(error) = self.write(work) {
                let error = atomic::storage(&self.file, "written", &error);
                tracing::warn!(%error, "the timeline cannot be written");
            }
        }
        drop(end);
    }

    fn write(&mut self, work: Work) -> io::Result<()> {
        match work {
            Work::Line(line) => {
                let text = if self.torn { [b"\n".as_slice(), &line].concat() } else { line };
                let written = append(&self.file, &text);
                // A full disk takes a part of a line.
                self.torn = written.is_err();
                written
            }
            Work::Whole(text) => {
                atomic::write_private(&self.file, &text)?;
                self.torn = false;
                Ok(())
            }
        }
    }
}

fn append(file: &Path, text: &[u8]) -> io::Result<()> {
    atomic::create_private_folder(file.parent().unwrap_or(Path::new(".")))?;
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // One call for a whole line, so that two processes do not mix theirs.
    options.open(file)?.write_all(text)
}
