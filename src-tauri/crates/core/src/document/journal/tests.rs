use std::{
    fs,
    sync::atomic::AtomicI64,
    time::{Duration, Instant, SystemTime},
};

use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
use crate::document::{ImageState, journal::images::Page};

const MANY: Page = Page { documents: 1_000_000, bytes: 1 << 30 };

/// Journals in a folder of their own, at a time that goes on by a second with every entry.
struct Bench {
    folder: TempDir,
    journals: Journals,
}

impl Bench {
    fn new(limit_bytes: u64) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let journals = Self::journals(&folder, limit_bytes);
        Self { folder, journals }
    }

    fn journals(folder: &TempDir, limit_bytes: u64) -> Journals {
        let now = AtomicI64::new(1_700_000_000);
        let clock = Arc::new(move || {
            let seconds = now.fetch_add(1, Ordering::Relaxed);
            SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs())
        });
        Journals::new(folder.path().join("journal"), clock, limit_bytes)
    }

    fn journal(&self) -> Journal {
        self.journals.of("one", true)
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("journal/one.sqlite")
    }

    /// The same files, as another program sees them.
    fn another(&self) -> Journal {
        Self::journals(&self.folder, u64::MAX).of("one", true)
    }
}

fn about(text: &str) -> About {
    About::new(&Namespace::parse("shop", "items").expect("a name"), EntryKind::Update, text)
}

fn id(n: u32) -> (u8, Vec<u8>) {
    (0x10, n.to_le_bytes().to_vec())
}

fn image(n: u32, before: Option<&[u8]>, after: Option<&[u8]>) -> Image {
    Image::new((0x10, &id(n).1), before, after)
}

/// A write of one document that was applied.
async fn applied(journal: &Journal, text: &str, before: &[u8], after: &[u8]) -> i64 {
    let record = journal.record(about(text));
    record.intend(vec![image(1, Some(before), Some(after))]).await.expect("kept");
    record.settle(ImageState::Applied).await;
    record.entry().expect("an entry").number().expect("a number")
}

/// An undo of these positions that was applied.
async fn undone(journal: &Journal, entry: i64, positions: &[u32]) -> i64 {
    let record = journal.record(About { undoes: Some(entry), kind: EntryKind::Undo, ..about("undo") });
    record.intend(positions.iter().copied().map(Image::Undoing).collect()).await.expect("kept");
    record.settle(ImageState::Applied).await;
    record.entry().expect("an entry").number().expect("a number")
}

async fn texts(journal: &Journal) -> Vec<String> {
    let entries = journal.entries(EntryFilter::default(), 1000).await.expect("listed");
    entries.into_iter().map(|entry| entry.about).collect()
}

async fn all(journal: &Journal, entry: i64) -> Vec<Stored> {
    journal.images(entry, 0..=u32::MAX, false, MANY).await.expect("read")
}

#[tokio::test]
async fn what_nobody_waits_for_is_there_for_whoever_asks_next() {
    let bench = Bench::new(u64::MAX);
    let journal = bench.journal();
    for n in 1..=100 {
        let record = journal.record(about(&n.to_string()));
        record.intend(vec![image(1, Some(b"before"), Some(b"after"))]).await.expect("kept");
        record.settle_soon(ImageState::Applied);
        let latest = journal.entries(EntryFilter::default(), 1).await.expect("listed").remove(0);
        assert_eq!(
            (latest.about.as_str(), latest.documents.pending.get(), latest.documents.applied.get()),
            (n.to_string().as_str(), 0, 1)
        );
    }
}

#[tokio::test]
async fn what_is_intended_is_read_by_another_program_before_its_outcome_is_known() {
    let bench = Bench::new(u64::MAX);
    let record = bench.journal().record(about("  one\n line "));
    record.intend(vec![image(1, Some(b"before"), Some(b"after"))]).await.expect("kept");
    assert!(record.entry().is_none(), "nothing is applied yet");
    // The program ends here.
    drop(record);

    let journal = bench.another();
    let entries = journal.entries(EntryFilter::default(), 10).await.expect("listed");
    let [entry] = entries.as_slice() else { panic!("one entry, not {entries:?}") };
    assert_eq!(entry.about, "one line");
    assert!(entry.at.starts_with("2023-11-14T22:13:"), "{}", entry.at);
    assert_eq!((entry.documents.total.get(), entry.documents.pending.get(), entry.undoable), (1, 1, true));
    let number = entry.id.number().expect("a number");
    let images = all(&journal, number).await;
    assert_eq!(images[0].id, id(1));
    assert_eq!(images[0].before.as_deref(), Some(&b"before"[..]));
    assert_eq!(images[0].after, After::Known(Some(b"after".to_vec())));
    assert_eq!(journal.unsettled(number, 0, 10).await.expect("read"), [0]);

    journal.settle(number, vec![(0, ImageState::NotApplied)]).await.expect("kept");
    let entry = journal.entry(number).await.expect("found");
    assert_eq!((entry.documents.pending.get(), entry.documents.not_applied.get()), (0, 1));
    assert!(!entry.undoable);
}

#[tokio::test]
async fn a_write_that_is_tried_again_replaces_its_own_intent() {
    let bench = Bench::new(u64::MAX);
    let record = bench.journal().record(about("again"));
    let two = vec![image(1, Some(b"a"), Some(b"b")), image(2, Some(b"c"), None)];
    record.intend(two).await.expect("kept");
    record.intend(vec![image(1, Some(b"aa"), Some(b"bb"))]).await.expect("kept again");
    record.settle(ImageState::Applied).await;
    // The next batch of the same write lies behind it.
    record.intend(vec![image(3, None, Some(b"new"))]).await.expect("kept");
    record.settle(ImageState::Unknown).await;
    record.intend(vec![image(4, None, Some(b"never"))]).await.expect("kept");
    record.take_back().await;

    let journal = bench.journal();
    let entry = record.entry().expect("an entry").number().expect("a number");
    let images = all(&journal, entry).await;
    let told: Vec<_> = images.iter().map(|image| (image.position, image.state)).collect();
    assert_eq!(told, [(0, ImageState::Applied), (1, ImageState::Unknown)]);
    assert_eq!(images[0].before.as_deref(), Some(&b"aa"[..]));
    let counts = journal.entry(entry).await.expect("found").documents;
    assert_eq!((counts.total.get(), counts.applied.get(), counts.unknown.get()), (2, 1, 1));
}

#[tokio::test]
async fn a_write_that_was_not_applied_leaves_nothing() {
    let bench = Bench::new(u64::MAX);
    let journal = bench.journal();
    let record = journal.record(about("refused"));
    record.intend(vec![image(1, Some(b"a"), Some(b"b"))]).await.expect("kept");
    record.take_back().await;
    assert!(record.entry().is_none() && texts(&journal).await.is_empty());
    assert_eq!(journal.used_bytes().await.expect("asked"), 0);
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_any_of_its_files_also_where_others_could_before() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new(u64::MAX);
    let folder = bench.folder.path().join("journal");
    fs::create_dir(&folder).expect("made");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("opened to others");
    fs::write(bench.file(), "").expect("made");
    fs::set_permissions(bench.file(), fs::Permissions::from_mode(0o644)).expect("opened to others");
    let journal = bench.journal();
    applied(&journal, "a", b"before", b"after").await;
    let mode = |path: &std::path::Path| fs::metadata(path).expect("metadata").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = fs::read_dir(&folder).expect("read").map(|file| file.expect("read").path()).collect();
    assert_eq!(files.len(), 3, "the file, its log and the log's index: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn two_programs_write_to_one_file_at_the_same_time() {
    let bench = Bench::new(u64::MAX);
    let writers = (0..4).map(|writer| {
        let journal = bench.another();
        tokio::spawn(async move {
            for n in 0..20 {
                applied(&journal, &format!("{writer} {n}"), b"before", b"after").await;
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("written");
    }
    assert_eq!(texts(&bench.journal()).await.len(), 80);
}

#[tokio::test]
async fn a_journal_that_is_switched_off_makes_no_file() {
    let bench = Bench::new(u64::MAX);
    let journal = bench.journals.of("one", false);
    let record = journal.record(about("off"));
    record.intend(vec![image(1, Some(b"a"), Some(b"b"))]).await.expect("nothing to do");
    record.settle(ImageState::Applied).await;
    assert!(record.entry().is_none());
    assert!(texts(&journal).await.is_empty());
    assert_eq!(journal.forget(None).await.expect("nothing to forget").0.get(), 0);
    assert!(!bench.folder.path().join("journal").exists());
}

#[tokio::test]
async fn the_oldest_entries_make_room_and_those_under_way_stay() {
    let bench = Bench::new(20_000);
    let journal = bench.journal();
    let under_way = journal.record(about("under way"));
    under_way.intend(vec![image(1, Some(b"a"), None)]).await.expect("kept");
    for n in 0..30 {
        applied(&journal, &format!("{n}"), &[7; 1000], &[8; 1000]).await;
        assert!(journal.used_bytes().await.expect("asked") <= 20_000);
    }
    let left = texts(&journal).await;
    assert_eq!((left[0].as_str(), left.last().map(String::as_str)), ("29", Some("under way")));
    assert!((5..10).contains(&left.len()), "{left:?}");
    // In order, without a gap.
    let numbers: Vec<i32> = left.iter().filter_map(|text| text.parse().ok()).collect();
    assert!(numbers.windows(2).all(|two| two[0] == two[1] + 1), "{numbers:?}");
}

#[tokio::test]
async fn images_larger_than_all_that_may_be_kept_are_refused_and_nothing_is_dropped_for_them() {
    let bench = Bench::new(10_000);
    let journal = bench.journal();
    applied(&journal, "small", b"a", b"b").await;
    let record = journal.record(about("large"));
    let images = || vec![image(1, Some(&[1; 6_000]), Some(&[2; 6_000]))];
    assert_eq!(record.check_fits(&images()).expect_err("too large").code(), ErrorCode::TooLarge);
    let error = record.intend(images()).await.expect_err("too large");
    assert_eq!(error.code(), ErrorCode::TooLarge);
    let hint = error.body().hint.clone().expect("a hint");
    assert!(hint.contains("Settings") && hint.contains("switched off"), "{hint}");
    assert_eq!(texts(&journal).await, ["small"]);
}

#[tokio::test]
async fn a_full_disk_is_told_and_leaves_what_was_there() {
    let bench = Bench::new(u64::MAX);
    let journal = bench.journal();
    applied(&journal, "first", b"a", b"b").await;
    journal
        .store
        .write(false, |connection| {
            connection.query_row("PRAGMA max_page_count = 40", [], |_| Ok(())).map_err(Into::into)
        })
        .await
        .expect("set");
    let record = journal.record(about("too much for the disk"));
    let error = record.intend(vec![image(1, Some(&[1; 500_000]), None)]).await.expect_err("full");
    assert_eq!(error.code(), ErrorCode::Storage);
    let message = &error.body().message;
    assert!(message.contains("Nothing was written") && message.contains("disk is full"), "{message}");
    record.take_back().await;
    assert_eq!(texts(&journal).await, ["first"]);
    applied(&journal, "there is room for this", b"a", b"b").await;
}

#[tokio::test]
async fn what_others_wait_for_is_kept_where_one_of_them_fails() {
    let bench = Bench::new(10_000);
    let journal = bench.journal();
    let records: Vec<_> = (0..20).map(|n| journal.record(about(&n.to_string()))).collect();
    // Each of half of them finds no room, past the first check.
    let intents = records.iter().enumerate().map(|(n, record)| {
        let images = if n % 2 == 0 { 50 } else { 1 };
        record.intend(vec![image(1, None, Some(b"a")); images])
    });
    let kept = futures_util::future::join_all(intents).await;
    assert!(kept.iter().enumerate().all(|(n, kept)| kept.is_ok() == (n % 2 == 1)));
    assert_eq!(texts(&journal).await.len(), 10);
}

#[tokio::test]
async fn a_damaged_a_foreign_and_a_newer_file_are_told_and_kept() {
    let bench = Bench::new(u64::MAX);
    fs::create_dir(bench.folder.path().join("journal")).expect("made");
    let make = |sql: &str| {
        let _ = fs::remove_file(bench.file());
        Connection::open(bench.file()).expect("opened").execute_batch(sql).expect("made");
        fs::read(bench.file()).expect("read")
    };
    let foreign = make("CREATE TABLE theirs (a)");
    check_refused(&bench, &foreign, "not a journal").await;
    let newer = make("CREATE TABLE later (a); PRAGMA application_id = 1416787572; PRAGMA user_version = 2");
    check_refused(&bench, &newer, "later version").await;
    let damaged =
        b"this is no database, whatever its name says; it is long enough to have a header".repeat(20);
    fs::write(bench.file(), &damaged).expect("written");
    check_refused(&bench, &damaged, "damaged").await;
}

async fn check_refused(bench: &Bench, bytes: &[u8], reason: &str) {
    let journal = bench.another();
    let record = journal.record(about("a"));
    let error = record.intend(vec![image(1, None, Some(b"b"))]).await.expect_err("refused");
    assert_eq!(error.code(), ErrorCode::Storage);
    assert!(error.body().message.contains(reason), "{error}");
    let read = journal.entries(EntryFilter::default(), 1).await.expect_err("refused");
    assert_eq!(read.code(), ErrorCode::Storage);
    assert_eq!(fs::read(bench.file()).expect("kept"), bytes, "{reason}");
}

#[tokio::test]
async fn an_undo_has_the_bytes_the_other_way_round_and_takes_no_room_for_them() {
    let bench = Bench::new(u64::MAX);
    let journal = bench.journal();
    let first = applied(&journal, "first", &[1; 5_000], &[2; 5_000]).await;
    let used = journal.used_bytes().await.expect("asked");
    let undo = undone(&journal, first, &[0]).await;
    assert!(journal.used_bytes().await.expect("asked") < used + 1_000);
    let image = &all(&journal, undo).await[0];
    assert_eq!(image.before.as_deref(), Some(&[2; 5_000][..]));
    assert_eq!(image.after, After::Known(Some(vec![1; 5_000])));

    // What was undone may be dropped: the undo has what it needs.
    journal.forget(Some(first)).await.expect("forgotten");
    assert_eq!(all(&journal, undo).await[0].before.as_deref(), Some(&[2; 5_000][..]));
    journal.forget(Some(undo)).await.expect("forgotten");
    assert_eq!(journal.used_bytes().await.expect("asked"), 0);
    let left = |connection: &Connection| {
        Ok(["bodies", "shares", "images"].map(|table| {
            let count = format!("SELECT count(*) FROM {table}");
            connection.query_row(&count, [], |row| row.get::<_, i64>(0)).expect("counted")
        }))
    };
    assert_eq!(journal.store.read(left).await.expect("read"), Some([0; 3]));
}

#[tokio::test]
async fn an_undo_of_an_undo_brings_the_first_write_into_force_again() {
    let bench = Bench::new(u64::MAX);
    let journal = bench.journal();
    let record = journal.record(about("two documents"));
    record.intend(vec![image(1, Some(b"a"), Some(b"b")), image(2, None, Some(b"c"))]).await.expect("kept");
    record.settle(ImageState::Applied).await;
    let first = record.entry().expect("an entry").number().expect("a number");
    let undone_by = async |entry, position| journal.undone_by(entry, position).await.expect("read");

    let undo = undone(&journal, first, &[1]).await;
    assert_eq!((undone_by(first, 0).await, undone_by(first, 1).await), (None, Some(undo)));
    assert!(journal.entry(first).await.expect("found").undoable);
    let redo = undone(&journal, undo, &[0]).await;
    assert_eq!((undone_by(undo, 0).await, undone_by(first, 1).await), (Some(redo), None));
    assert!(!journal.entry(undo).await.expect("found").undoable);
    let again = undone(&journal, redo, &[0]).await;
    assert_eq!(undone_by(redo, 0).await, Some(again));
    assert_eq!((undone_by(undo, 0).await, undone_by(first, 1).await), (None, Some(undo)));
    assert_eq!(all(&journal, again).await[0].before.as_deref(), Some(&b"c"[..]));
}

#[tokio::test]
async fn entries_are_found_by_collection_kind_and_text_and_come_in_pages() {
    let bench = Bench::new(u64::MAX);
    let journal = bench.journal();
    for n in 0..5 {
        applied(&journal, &format!("Status {n}"), b"a", b"b").await;
    }
    let other = Namespace::parse("shop", "orders").expect("a name");
    let record = journal.record(About::new(&other, EntryKind::Delete, "gone"));
    record.intend(vec![image(1, Some(b"a"), None)]).await.expect("kept");
    record.settle(ImageState::Applied).await;
    let found = async |filter: EntryFilter, limit| {
        let entries = journal.entries(filter, limit).await.expect("listed");
        entries.into_iter().map(|entry| entry.about).collect::<Vec<_>>()
    };
    let any = EntryFilter::default;
    assert_eq!(found(EntryFilter { namespace: Some(other), ..any() }, 9).await, ["gone"]);
    assert_eq!(found(EntryFilter { kind: Some(EntryKind::Delete), ..any() }, 9).await, ["gone"]);
    assert_eq!(found(EntryFilter { text: Some("STATUS 3".into()), ..any() }, 9).await, ["Status 3"]);
    assert_eq!(found(EntryFilter { text: Some(".orders".into()), ..any() }, 9).await, ["gone"]);
    assert_eq!(found(any(), 2).await, ["gone", "Status 4"]);
    let entries = journal.entries(any(), 2).await.expect("listed");
    let before = Some(entries[1].id.number().expect("a number"));
    assert_eq!(found(EntryFilter { before, ..any() }, 2).await, ["Status 3", "Status 2"]);
}

#[tokio::test]
async fn fifty_thousand_documents_of_one_write_are_kept_in_batches_and_listed_at_once() {
    let bench = Bench::new(u64::MAX);
    let journal = bench.journal();
    let record = journal.record(about("many"));
    for batch in 0..50 {
        let images = (0..1_000).map(|n| image(batch * 1_000 + n, Some(&[1; 300]), Some(&[2; 300]))).collect();
        record.intend(images).await.expect("kept");
        record.settle(ImageState::Applied).await;
    }
    let began = Instant::now();
    let entries = journal.entries(EntryFilter::default(), 10).await.expect("listed");
    assert_eq!(entries[0].documents.applied.get(), 50_000);
    let entry = entries[0].id.number().expect("a number");
    let page = journal.images(entry, 0..=49_999, true, Page { documents: 10, bytes: 1 << 20 }).await;
    let positions: Vec<_> = page.expect("read").iter().map(|image| image.position).collect();
    assert_eq!(positions, (49_990..50_000).rev().collect::<Vec<_>>());
    assert!(began.elapsed() < Duration::from_millis(200), "took {:?}", began.elapsed());
    journal.forget(None).await.expect("forgotten");
    assert!(fs::metadata(bench.file()).expect("there").len() < 1 << 20, "the room is given back");
}

#[tokio::test]
async fn a_write_waits_for_what_is_noted_beside_it_also_where_nothing_is_kept() {
    use futures_util::{FutureExt as _, poll};
    use tokio::sync::oneshot;
    for on in [true, false] {
        let bench = Bench::new(u64::MAX);
        let (noted, noting) = oneshot::channel::<Result<()>>();
        let note = async { noting.await.expect("an answer") }.boxed().shared();
        let journal = bench.journals.of("one", on).beside(note);
        let record = journal.record(about("beside"));
        let images = || vec![image(1, Some(b"a"), Some(b"b"))];
        let mut intend = std::pin::pin!(record.intend(images()));
        assert!(poll!(&mut intend).is_pending());
        // What is kept later comes after it: the journal has it by then.
        bench.journal().record(about("later")).intend(images()).await.expect("kept");
        assert!(poll!(&mut intend).is_pending(), "it waits for the note");
        let full = Error::new(ErrorCode::Storage, "full");
        noted.send(Err(full)).expect("somebody waits");
        assert_eq!(intend.await.expect_err("told").code(), ErrorCode::Storage);
        // Another try finds the same note.
        assert_eq!(record.intend(images()).await.expect_err("told").code(), ErrorCode::Storage);
    }
}

#[tokio::test]
async fn a_long_log_is_put_into_the_file_once_and_not_at_every_write_from_then_on() {
    let bench = Bench::new(u64::MAX);
    let log = bench.folder.path().join("journal/one.sqlite-wal");
    let length = || fs::metadata(&log).expect("a log").len();
    let record = bench.journal().record(about("large"));
    record.intend(vec![image(1, Some(&vec![1; 6 << 20]), None)]).await.expect("kept");
    assert!(length() > file::LOG_BYTES);
    record.settle(ImageState::Applied).await;
    assert!(length() <= file::LOG_BYTES, "{}", length());
}
