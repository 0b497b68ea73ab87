//! What the driver's own monitoring tells of one member, at once.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use mongodb::event::{EventHandler, sdam::SdamEvent};
use tokio::sync::{Notify, mpsc};

use super::{
    ask::reason,
    observation::{Fact, Observation},
    reply::Hello,
    watch_clock::WatchClock,
};

/// Listens to the heartbeats of one member. What `hello` says is passed on at once, in order: a streaming `hello` answers
/// within milliseconds of a change.
pub(crate) struct Heartbeats {
    /// The name under which it is followed.
    followed: String,
    dialled: String,
    sender: mpsc::Sender<Observation>,
    watch: WatchClock,
    heard: Mutex<Heard>,
    /// Woken when a heartbeat fails, or succeeds again.
    pub(crate) changed: Notify,
}

#[derive(Default)]
struct Heard {
    /// Why the last heartbeat failed, in words; none while heartbeats succeed.
    trouble: Option<&'static str>,
    hello: Option<Hello>,
    /// The name in the configuration, once it is known.
    name: Option<String>,
}

impl Heartbeats {
    pub(crate) fn new(
        followed: &str,
        dialled: &str,
        sender: mpsc::Sender<Observation>,
        watch: WatchClock,
    ) -> Arc<Self> {
        let (followed, dialled) = (followed.to_owned(), dialled.to_owned());
        let (heard, changed) = (Mutex::default(), Notify::new());
        Arc::new(Self { followed, dialled, sender, watch, heard, changed })
    }

    pub(crate) fn handler(self: &Arc<Self>) -> EventHandler<SdamEvent> {
        let heartbeats = Arc::clone(self);
        EventHandler::callback(move |event| match event {
            SdamEvent::ServerHeartbeatFailed(failed) => heartbeats.fails(reason(&failed.failure)),
            SdamEvent::ServerHeartbeatSucceeded(succeeded) => {
                heartbeats.succeeds(Hello::read(&succeeded.reply));
            }
            _ => {}
        })
    }

    fn fails(&self, reason: &'static str) {
        let before = self.heard().trouble.replace(reason);
        if before.is_none() {
            self.changed.notify_waiters();
        }
    }

    fn succeeds(&self, hello: Hello) {
        let (host, recovered) = {
            let mut heard = self.heard();
            let recovered = heard.trouble.take().is_some();
            heard.hello = Some(hello.clone());
            (self.named(&heard), recovered)
        };
        // A full queue means that nobody has looked for a while: the next heartbeat is as good.
        let _ = self.sender.try_send(self.observed(host, self.watch.now(), Fact::Hello(hello)));
        if recovered {
            self.changed.notify_waiters();
        }
    }

    /// The name in the configuration: the one that the member gives itself, except where it gives every network
    /// another one (split horizons), which `configured` does not know.
    pub(crate) fn name(&self, configured: impl Fn(&str) -> bool) -> String {
        let mut heard = self.heard();
        let me = heard.hello.as_ref().and_then(|hello| hello.me.clone());
        heard.name = Some(me.filter(|me| configured(me)).unwrap_or_else(|| self.followed.clone()));
        self.named(&heard)
    }

    pub(crate) fn observed(&self, host: String, at: Duration, fact: Fact) -> Observation {
        Observation { host, address: self.dialled.clone(), at, fact }
    }

    fn named(&self, heard: &Heard) -> String {
        let me = || heard.hello.as_ref().and_then(|hello| hello.me.clone());
        heard.name.clone().or_else(me).unwrap_or_else(|| self.followed.clone())
    }

    /// Why the last heartbeat failed; none while they succeed.
    pub(crate) fn trouble(&self) -> Option<&'static str> {
        self.heard().trouble
    }

    /// Waits until a heartbeat has failed.
    pub(crate) async fn trouble_arises(&self) -> &'static str {
        loop {
            let changed = self.changed.notified();
            if let Some(reason) = self.trouble() {
                return reason;
            }
            changed.await;
        }
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
