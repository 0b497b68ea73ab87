//! A set made of plain words, the replies that its members would give, and somebody who watches it.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use bson::{DateTime, Document, Timestamp, doc, oid::ObjectId};

use crate::{
    connection::Topology,
    replica::{
        Member, ReplicaSnapshot,
        observation::{Fact, Observation, Report},
        reduce::Reducer,
        reply::{Config, Hello, Status},
    },
};

/// What a member does when it is asked.
#[derive(Clone, Copy)]
pub(in crate::replica) enum Access {
    Answers,
    /// It answers `hello`, and this error number to the rest.
    Forbids(i32),
    Silent(&'static str),
}

#[derive(Clone)]
pub(in crate::replica) struct Peer {
    pub(in crate::replica) host: &'static str,
    pub(in crate::replica) access: Access,
    pub(in crate::replica) state: i32,
    pub(in crate::replica) term: i64,
    /// Seconds of the last operation applied: of its optime, and by the wall clock.
    pub(in crate::replica) optime: u32,
    pub(in crate::replica) wall: i64,
    /// What the others hear from it, and last heard of its failure.
    pub(in crate::replica) healthy: bool,
    pub(in crate::replica) heard: &'static str,
    pub(in crate::replica) config: Document,
}

#[derive(Clone)]
pub(in crate::replica) struct World {
    pub(in crate::replica) peers: Vec<Peer>,
    /// `votingMembersCount`, `majorityVoteCount`, `writeMajorityCount`.
    pub(in crate::replica) counts: (i32, i32, i32),
    pub(in crate::replica) version: i32,
    /// Calls from the first of each pair do not reach the second.
    pub(in crate::replica) cuts: Vec<(&'static str, &'static str)>,
    /// The commit point: seconds of its optime, and by the wall clock.
    pub(in crate::replica) committed: (u32, i64),
}

/// A set in which all is well: the first member is primary, and those in `arbiters` only vote.
pub(in crate::replica) fn world(hosts: &[&'static str], arbiters: &[&'static str]) -> World {
    let peers: Vec<_> = (0..).zip(hosts).map(|(id, host)| peer(id, host, arbiters.contains(host))).collect();
    let voters = i32::try_from(hosts.len()).expect("a few");
    let data = voters - i32::try_from(arbiters.len()).expect("a few");
    let needed = voters / 2 + 1;
    let counts = (voters, needed, needed.min(data));
    World { peers, counts, version: 1, cuts: Vec::new(), committed: (1_000, 1_000) }
}

pub(in crate::replica) fn three() -> World {
    world(&["a:1", "b:1", "c:1"], &[])
}

pub(in crate::replica) fn peer(id: i32, host: &'static str, arbiter: bool) -> Peer {
    Peer {
        host,
        access: Access::Answers,
        state: match (id, arbiter) {
            (_, true) => 7,
            (0, _) => 1,
            _ => 2,
        },
        term: 3,
        optime: 1_000,
        wall: 1_000,
        healthy: true,
        heard: "",
        config: doc! {
            "_id": id, "host": host, "arbiterOnly": arbiter, "hidden": false, "votes": 1,
            "priority": if arbiter { 0.0 } else { 1.0 }, "secondaryDelaySecs": 0_i64,
        },
    }
}

impl Peer {
    /// Its process is gone: we are refused, and the others have noticed.
    pub(in crate::replica) fn dies(&mut self) {
        self.access = Access::Silent("connection refused");
        self.healthy = false;
        self.heard = "Error connecting to it :: caused by :: Connection refused";
    }
}

/// Every member's clock.
const NOW_MS: i64 = 1_700_000_000_000;

impl World {
    /// Cuts both ways between two members.
    pub(in crate::replica) fn cut(&mut self, one: &'static str, other: &'static str) {
        self.cuts.extend([(one, other), (other, one)]);
    }

    pub(in crate::replica) fn peer(&mut self, host: &str) -> &mut Peer {
        self.peers.iter_mut().find(|peer| peer.host == host).expect("a member of this set")
    }

    pub(in crate::replica) fn everybody(&mut self, change: impl Fn(&mut Peer)) {
        self.peers.iter_mut().for_each(change);
    }

    /// What is heard of a member that is asked `at` a time: its `hello`, and its answer.
    pub(in crate::replica) fn observe(&self, host: &str, at: Duration) -> Vec<Observation> {
        let peer = self.peers.iter().find(|peer| peer.host == host).expect("a member of this set");
        let news = |fact| Observation { host: host.to_owned(), address: host.to_owned(), at, fact };
        let (status, config) = match peer.access {
            Access::Silent(why) => return vec![news(Fact::Silent(why.to_owned()))],
            Access::Answers => {
                (Ok(Status::read(&self.status(peer))), Config::read(&self.config()).map(Arc::new))
            }
            Access::Forbids(code) => (Err(code), None),
        };
        let hello = Hello::read(&self.hello(peer));
        vec![
            news(Fact::Hello(hello)),
            news(Fact::Report(Report { ping_ms: 0.4, status, config, version: Some("6.0.5".to_owned()) })),
        ]
    }

    /// The members that are not hidden and of the wanted kind, as `hello` lists them.
    fn named(&self, wanted: impl Fn(&Document) -> bool) -> Vec<&str> {
        let shown = self.peers.iter().filter(|peer| !peer.config.get_bool("hidden").expect("set"));
        shown.filter(|peer| wanted(&peer.config)).map(|peer| peer.host).collect()
    }

    fn hello(&self, peer: &Peer) -> Document {
        if matches!(peer.access, Access::Forbids(93 | 94)) {
            return doc! {
                "isWritablePrimary": false, "secondary": false, "isreplicaset": true,
                "info": "Does not have a valid replica set config",
            };
        }
        let electable = |config: &Document| config.get_f64("priority").expect("set") > 0.0;
        let votes_only = |config: &Document| config.get_bool("arbiterOnly").expect("set");
        let passives = self.named(|config| !electable(config) && !votes_only(config));
        let mut hello = doc! {
            "setName": "rs0", "me": peer.host, "passives": passives,
            "hosts": self.named(electable), "arbiters": self.named(votes_only),
            "isWritablePrimary": peer.state == 1, "secondary": peer.state == 2,
            "lastWrite": { "lastWriteDate": DateTime::from_millis(peer.wall * 1000) },
        };
        if peer.state == 7 {
            hello.insert("arbiterOnly", true);
        }
        if peer.state == 1 {
            let mut id = [0xff; 12];
            id[4..].copy_from_slice(&peer.term.to_be_bytes());
            hello.insert("electionId", ObjectId::from_bytes(id));
        }
        hello
    }

    fn status(&self, viewer: &Peer) -> Document {
        let (voting, needed, write) = self.counts;
        let members: Vec<_> = self.peers.iter().map(|peer| self.seen(peer, viewer)).collect();
        doc! {
            "set": "rs0", "myState": viewer.state, "term": viewer.term,
            "syncSourceHost": if matches!(viewer.state, 2 | 3) { "a:1" } else { "" },
            "date": DateTime::from_millis(NOW_MS),
            "majorityVoteCount": needed, "writeMajorityCount": write, "votingMembersCount": voting,
            "optimes": {
                "appliedOpTime": { "ts": Timestamp { time: viewer.optime, increment: 1 }, "t": 3_i64 },
                "lastAppliedWallTime": DateTime::from_millis(viewer.wall * 1000),
                "lastCommittedOpTime": { "ts": Timestamp { time: self.committed.0, increment: 1 }, "t": 3_i64 },
                "lastCommittedWallTime": DateTime::from_millis(self.committed.1 * 1000),
            },
            "members": members,
        }
    }

    fn seen(&self, peer: &Peer, viewer: &Peer) -> Document {
        let healthy = peer.healthy && !self.cuts.contains(&(viewer.host, peer.host));
        let mut seen = doc! {
            "_id": peer.config.get_i32("_id").expect("set"), "name": peer.host,
            "health": f64::from(u8::from(healthy)),
            "state": if healthy { peer.state } else { 8 },
            "uptime": 60, "configVersion": self.version, "configTerm": 3,
        };
        if peer.host == viewer.host {
            seen.insert("self", true);
            seen.insert("health", 1.0);
            seen.insert("state", peer.state);
        } else {
            seen.insert("lastHeartbeatMessage", peer.heard);
            let age_ms = if self.cuts.contains(&(peer.host, viewer.host)) { 9_000 } else { 400 };
            seen.insert("lastHeartbeatRecv", DateTime::from_millis(NOW_MS - age_ms));
        }
        seen
    }

    fn config(&self) -> Document {
        let members: Vec<_> = self.peers.iter().map(|peer| peer.config.clone()).collect();
        doc! { "config": { "_id": "rs0", "version": self.version, "term": 3, "members": members }, "ok": 1.0 }
    }

    /// What is seen of it at first sight.
    pub(in crate::replica) fn snapshot(&self) -> ReplicaSnapshot {
        watch().sees(self, 0)
    }
}

/// Somebody who asks every member at given moments.
pub(in crate::replica) struct Watch {
    pub(in crate::replica) reducer: Reducer,
}

pub(in crate::replica) fn watch() -> Watch {
    Watch { reducer: Reducer::new(Topology::ReplicaSet, None, vec!["a:1".to_owned()]) }
}

impl Watch {
    pub(in crate::replica) fn hears(&mut self, news: Vec<Observation>) {
        for one in news {
            self.reducer.note(one);
        }
    }

    /// Asks every member, `seconds` after the start.
    pub(in crate::replica) fn sees(&mut self, world: &World, seconds: u64) -> ReplicaSnapshot {
        for peer in &world.peers {
            self.hears(world.observe(peer.host, Duration::from_secs(seconds)));
        }
        self.reducer.snapshot(moment(seconds))
    }
}

pub(in crate::replica) fn moment(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + seconds)
}

pub(in crate::replica) fn of<'a>(snapshot: &'a ReplicaSnapshot, host: &str) -> &'a Member {
    snapshot.members.iter().find(|member| member.host == host).expect("listed")
}

/// The level, the summary and the reason, a line each.
pub(in crate::replica) fn words(snapshot: &ReplicaSnapshot) -> String {
    let verdict = &snapshot.verdict;
    let reason = verdict.reason.as_deref().unwrap_or("-");
    format!("{:?}\n{}\n{reason}", verdict.level, verdict.summary)
}
