//! The cursors that servers hold open for pages to come.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

/// Beyond this many the one that was used longest ago is closed.
const MOST: usize = 16;
/// A cursor that nobody uses is closed after this time: a server gives it up after ten minutes anyhow.
const IDLE: Duration = Duration::from_mins(9);

/// A cursor that can be closed when nobody will use it any more.
pub(super) trait Close: Send + 'static {
    fn close(self);
}

/// Cursors that servers hold open, each under a name and at a place.
pub(super) struct OpenCursors<C> {
    rack: Mutex<Rack<C>>,
    /// How long one is kept without being used.
    idle: Duration,
}

struct Rack<C> {
    /// The one used longest ago first.
    kept: Vec<Kept<C>>,
    last_name: u64,
    /// A task watches for those that nobody uses.
    watched: bool,
}

struct Kept<C> {
    name: u64,
    given: u64,
    used: Instant,
    cursor: C,
}

impl<C> Default for OpenCursors<C> {
    fn default() -> Self {
        Self {
            rack: Mutex::new(Rack { kept: Vec::new(), last_name: first_name(), watched: false }),
            idle: IDLE,
        }
    }
}

/// Another one for each connection and each process: a page's token outlives both, and must not lead to another query.
fn first_name() -> u64 {
    let id = bson::oid::ObjectId::new().bytes();
    u64::from_le_bytes(std::array::from_fn(|at| id[id.len() - 8 + at])) >> 1
}

impl<C: Close> OpenCursors<C> {
    /// Takes a cursor out, if it still stands at the place that is asked for.
    pub(super) fn take(&self, name: u64, given: u64) -> Option<C> {
        let mut rack = self.rack.lock().unwrap_or_else(PoisonError::into_inner);
        let at = rack.kept.iter().position(|kept| kept.name == name && kept.given == given)?;
        Some(rack.kept.remove(at).cursor)
    }

    /// Keeps a cursor that has given so many documents, and names it.
    pub(super) fn keep(self: &Arc<Self>, cursor: C, given: u64) -> u64 {
        let mut rack = self.rack.lock().unwrap_or_else(PoisonError::into_inner);
        rack.last_name += 1;
        let name = rack.last_name;
        rack.kept.push(Kept { name, given, used: Instant::now(), cursor });
        let closed = (rack.kept.len() > MOST).then(|| rack.kept.remove(0));
        if !rack.watched {
            rack.watched = true;
            tokio::spawn(watch(Arc::downgrade(self)));
        }
        // Closing one is no reason for others to wait.
        drop(rack);
        if let Some(kept) = closed {
            kept.cursor.close();
        }
        name
    }

    /// Closes what nobody uses, and tells when to look again; none where there is nothing left.
    fn sweep(&self) -> Option<Instant> {
        let now = Instant::now();
        let mut rack = self.rack.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = rack.kept.iter().take_while(|kept| kept.used + self.idle <= now).count();
        let closed: Vec<_> = rack.kept.drain(..idle).collect();
        let next = rack.kept.first().map(|kept| kept.used + self.idle);
        rack.watched = next.is_some();
        drop(rack);
        for kept in closed {
            kept.cursor.close();
        }
        next
    }
}

/// Looks whenever a cursor may have been idle for too long, until none is open.
async fn watch<C: Close>(cursors: Weak<OpenCursors<C>>) {
    while let Some(next) = cursors.upgrade().and_then(|cursors| cursors.sweep()) {
        sleep_until(next).await;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::{
        sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
        time::timeout,
    };

    use super::*;

    /// Tells its name when it is closed.
    #[derive(Debug)]
    struct Told(u32, UnboundedSender<u32>);

    impl Close for Told {
        fn close(self) {
            self.1.send(self.0).expect("somebody listens");
        }
    }

    type Cursors = Arc<OpenCursors<Told>>;

    fn cursors(idle: Duration) -> (Cursors, impl Fn(u32) -> Told, UnboundedReceiver<u32>) {
        let (sender, receiver) = unbounded_channel();
        let cursors = OpenCursors { idle, ..OpenCursors::default() };
        (Arc::new(cursors), move |number| Told(number, sender.clone()), receiver)
    }

    #[tokio::test]
    async fn a_cursor_is_given_to_one_page_and_only_at_its_place() {
        let (cursors, told, _) = cursors(IDLE);
        let name = cursors.keep(told(1), 50);
        assert!(cursors.take(name, 100).is_none());
        assert!(cursors.take(name + 1, 50).is_none());
        assert!(cursors.take(name, 50).is_some());
        assert!(cursors.take(name, 50).is_none());
    }

    #[tokio::test]
    async fn beyond_sixteen_the_one_used_longest_ago_is_closed() {
        let (cursors, told, mut closed) = cursors(IDLE);
        let names: Vec<u64> = (0..16).map(|number| cursors.keep(told(number), 1)).collect();
        let first = cursors.take(names[0], 1).expect("kept");
        cursors.keep(first, 2);
        assert!(closed.try_recv().is_err(), "there is room for sixteen");
        cursors.keep(told(16), 1);
        assert_eq!(closed.try_recv().ok(), Some(1));
        assert!(cursors.take(names[1], 1).is_none() && cursors.take(names[2], 1).is_some());
    }

    #[tokio::test]
    async fn one_that_nobody_uses_is_closed_and_the_watch_begins_anew_with_another() {
        let (cursors, told, mut closed) = cursors(Duration::from_millis(20));
        for number in 0..2 {
            cursors.keep(told(number), 1);
            let told = timeout(Duration::from_secs(20), closed.recv()).await;
            assert_eq!(told.expect("in time"), Some(number));
        }
    }

    #[tokio::test]
    async fn nothing_is_closed_before_its_time() {
        let (cursors, told, mut closed) = cursors(IDLE);
        let name = cursors.keep(told(1), 1);
        assert!(cursors.sweep().is_some_and(|next| next > Instant::now() + IDLE / 2));
        assert!(closed.try_recv().is_err() && cursors.take(name, 1).is_some());
        assert_eq!(cursors.sweep(), None);
    }
}
