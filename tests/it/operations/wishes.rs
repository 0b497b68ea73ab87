//! Random wishes, on a real set: what is planned is taken step by step and ends in the wish; what is refused the server refuses
//! too, or the refusal says that the rule is ours.

use std::{
    collections::HashMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bson::{Bson, Document, doc};
use mongodb::{Client, error::ErrorKind};
use trivet_core::{
    Error, ErrorCode,
    replica::{
        CheckVerdict, MemberHealth, MemberState, OperationOutcome,
        config::{self, Ask, DefaultWriteConcern, Patience, Run, SetNow, Step, WholeConfig},
    },
};
use trivet_tests::client;

use super::{SOON, Stage};
use crate::lab::labs::{arbiter, members};

/// Numbers from a seed, which a failure tells.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // xorshift64*.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % sides
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.roll(choices.len() as u64)).expect("few")].clone()
    }
}

/// The members of a lab, each asked directly.
struct Members(HashMap<String, Client>);

impl Ask for Members {
    async fn ask(&self, host: &str, command: Document) -> Result<Document, Error> {
        let port = host.rsplit_once(':').map_or(host, |(_, port)| port);
        let client =
            self.0.get(port).ok_or_else(|| Error::invalid(format!("{host} is no member of the lab")))?;
        client.database("admin").run_command(command).await.map_err(|error| match error.kind.as_ref() {
            ErrorKind::Command(refusal) => {
                let not_primary = [91, 189, 10_107, 11_600, 11_602, 13_435, 13_436].contains(&refusal.code);
                let code = if not_primary { ErrorCode::NotPrimary } else { ErrorCode::ServerRejected };
                Error::new(code, &refusal.message).with_server(refusal.code, &refusal.code_name)
            }
            // What did not get out of the house; else it was sent, and no answer came.
            ErrorKind::ServerSelection { .. } => Error::new(ErrorCode::Unreachable, error.to_string()),
            _ => Error::new(ErrorCode::OutcomeUnknown, error.to_string()),
        })
    }
}

/// A set that is there to be changed.
struct Field {
    members: Members,
    /// All names of the lab, in the set at present or not.
    hosts: Vec<String>,
    /// The one among them that has no data.
    arbiter: String,
    dice: Dice,
    told: Told,
}

/// What came of it.
#[derive(Debug, Default)]
struct Told {
    planned: u32,
    steps: u32,
    refused_by_both: u32,
    refused_by_us_alone: u32,
    /// It was none for this set, and was taken.
    no_mistake: u32,
    /// The set had elected somebody else meanwhile.
    again: u32,
}

impl Field {
    async fn of(stage: &Stage, seed: u64) -> Self {
        let hosts: Vec<_> = stage.lab.status().members.into_iter().map(|member| member.host).collect();
        let mut members = HashMap::new();
        for host in &hosts {
            let port = host.rsplit_once(':').expect("a port").1.to_owned();
            let uri = format!("mongodb://{host}/?directConnection=true&serverSelectionTimeoutMS=3000");
            members.insert(port, client(&uri).await);
        }
        let arbiter = stage.is_well().await.members.into_iter().find(|member| member.arbiter);
        let arbiter = arbiter.expect("an arbiter").host;
        // Without one that somebody has set, the server changes its own with the number of arbiters, and refuses what would do so.
        let set = doc! { "setDefaultRWConcern": 1, "defaultWriteConcern": { "w": 1 } };
        stage.ask(&stage.primary().await, set).await.expect("set");
        Self { members: Members(members), hosts, arbiter, dice: Dice(seed | 1), told: Told::default() }
    }

    /// The configuration and the state of the set, once nothing is on its way: all follow, and who is to lead leads.
    async fn at_rest(&self) -> (WholeConfig, SetNow) {
        let until = tokio::time::Instant::now() + SOON;
        loop {
            let why = match self.look().await {
                Ok(rests) => return rests,
                Err(why) => why,
            };
            assert!(tokio::time::Instant::now() < until, "not at rest within {SOON:?}: {why}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The same, or why it is not at rest.
    async fn look(&self) -> Result<(WholeConfig, SetNow), String> {
        let primary = self.primary().await.ok_or("no primary")?;
        let read = doc! { "replSetGetConfig": 1, "commitmentStatus": true };
        let reply = self.members.ask(&primary, read).await.map_err(|error| error.to_string())?;
        if !reply.get_bool("commitmentStatus").unwrap_or(false) {
            return Err(format!("not committed: {reply}"));
        }
        let config = WholeConfig::read(&reply).map_err(|error| error.to_string())?;
        let status = self.members.ask(&primary, doc! { "replSetGetStatus": 1 }).await;
        let status = status.map_err(|error| error.to_string())?;
        let now = seen(&status).ok_or("no status")?;
        let follows = |(health, state): &(MemberHealth, MemberState)| {
            use MemberState::{Arbiter, Primary, Secondary};
            *health == MemberHealth::Up && matches!(state, Arbiter | Primary | Secondary)
        };
        let priority = |member: &Document| member.get_f64("priority").unwrap_or_default();
        let highest = config.member_documents().map(priority).fold(0.0, f64::max);
        let is_leader = |member: &&Document| member.get_str("host").ok() == now.primary.as_deref();
        let leads = config.member_documents().find(is_leader).ok_or("an unknown primary")?;
        if priority(leads) < highest || !now.members.values().all(follows) {
            return Err(format!("{now:?} under {}", config.text()));
        }
        Ok((config, now))
    }

    async fn primary(&self) -> Option<String> {
        for host in &self.hosts {
            let hello = self.members.ask(host, doc! { "hello": 1 }).await.unwrap_or_default();
            if hello.get_bool("isWritablePrimary").unwrap_or(false) {
                return Some(host.clone());
            }
        }
        None
    }

    /// Any wish: members that come and go, votes, priorities, and what concerns no vote.
    fn wish(&mut self, current: &WholeConfig, now: &SetNow) -> WholeConfig {
        let mut document = current.document().clone();
        let primary = now.primary.as_deref().unwrap_or_default();
        let mut members = Vec::new();
        for member in current.member_documents() {
            let mut member = member.clone();
            let is_primary = member.get_str("host").is_ok_and(|host| host == primary);
            if !is_primary && self.dice.one_in(5) {
                continue;
            }
            if !member.get_bool("arbiterOnly").unwrap_or(false) {
                self.remake(&mut member, is_primary);
            }
            members.push(Bson::Document(member));
        }
        let used: Vec<i32> =
            current.member_documents().filter_map(|member| member.get_i32("_id").ok()).collect();
        let mut free = (0..256).filter(|id| !used.contains(id)).collect::<Vec<i32>>().into_iter();
        let port = |host: &str| host.rsplit_once(':').map(|(_, port)| port.to_owned());
        let present: Vec<_> = current.hosts().iter().filter_map(|host| port(host)).collect();
        for host in self.hosts.clone() {
            if port(&host).is_some_and(|port| present.contains(&port)) || self.dice.one_in(3) {
                continue;
            }
            let id = free.next().expect("a free one");
            let arbiter = port(&host) == port(&self.arbiter);
            let mut member = doc! {
                "_id": id, "host": host, "arbiterOnly": arbiter, "buildIndexes": true, "hidden": false,
                "priority": if arbiter { 0.0 } else { 1.0 }, "tags": {}, "secondaryDelaySecs": 0_i64, "votes": 1,
            };
            if !arbiter {
                self.remake(&mut member, false);
            }
            members.push(Bson::Document(member));
        }
        if self.dice.one_in(4) {
            members.rotate_left(1);
        }
        document.insert("members", members);
        let settings = document.get_document_mut("settings").expect("settings");
        settings.insert("chainingAllowed", self.dice.one_in(2));
        settings.insert("catchUpTimeoutMillis", self.dice.of(&[-1, 2_000, 5_000]));
        if self.dice.one_in(4) {
            settings.insert("electionTimeoutMillis", self.dice.of(&[1_000, 1_500, 2_000]));
        }
        WholeConfig::of(document)
    }

    fn remake(&mut self, member: &mut Document, is_primary: bool) {
        let votes = i32::from(is_primary || !self.dice.one_in(3));
        let hidden = !is_primary && self.dice.one_in(6);
        let delay = i64::from(!is_primary && votes == 0 && self.dice.one_in(5));
        let may_lead = votes == 1 && !hidden;
        let priority = if may_lead { self.dice.of(&[0.0, 1.0, 1.0, 1.0, 2.0, 0.5]) } else { 0.0 };
        member.insert("votes", votes);
        member.insert("hidden", hidden);
        member.insert("secondaryDelaySecs", delay);
        member.insert("priority", if is_primary { self.dice.of(&[1.0, 2.0]) } else { priority });
        let tags = if self.dice.one_in(2) {
            doc! { "dc": self.dice.of(&["east", "west"]) }
        } else {
            doc! {}
        };
        member.insert("tags", tags);
    }

    /// A wish that breaks a rule, and no more of the set than one member. `primary` and `other` are places.
    fn mistake(&mut self, current: &WholeConfig, now: &SetNow) -> WholeConfig {
        let hosts = current.hosts();
        let primary = hosts.iter().position(|host| Some(host) == now.primary.as_ref()).expect("listed");
        let other = (primary + 1) % hosts.len();
        let id = i32::try_from(hosts.len()).expect("few") + 200;
        let set = |place: usize, name: &str, value: Bson| (place, name.to_owned(), value);
        let wrong = [
            set(other, "votes", 2.into()),
            set(other, "votes", "1".into()),
            set(other, "votes", 0.into()),
            set(other, "votes", 0.5.into()),
            set(other, "priority", (-1).into()),
            set(other, "priority", 1_000.5.into()),
            set(other, "priority", f64::NAN.into()),
            set(other, "secondaryDelaySecs", (-1_i64).into()),
            set(other, "_id", id.into()),
            set(other, "_id", (-1).into()),
            set(other, "host", hosts[primary].clone().into()),
            set(other, "host", "example.invalid:1".into()),
            set(other, "host", "127.0.0.1:99999".into()),
            set(other, "host", "".into()),
            set(other, "buildIndexes", false.into()),
            set(other, "arbiterOnly", true.into()),
            set(other, "tags", doc! { "dc": 1 }.into()),
            set(other, "unknown", 1.into()),
            set(primary, "priority", 0.into()),
            set(primary, "hidden", true.into()),
            set(primary, "secondaryDelaySecs", 5_i64.into()),
        ];
        let mut document = current.document().clone();
        let version = document.get_i32("version").expect("a version");
        match self.dice.roll(4) {
            0 => {
                let settings = document.get_document_mut("settings").expect("settings");
                let (name, value): (&str, Bson) = self.dice.of(&[
                    ("unknown", 1.into()),
                    ("electionTimeoutMillis", 0.into()),
                    ("heartbeatTimeoutSecs", 1.5.into()),
                    ("catchUpTimeoutMillis", (-2).into()),
                    ("getLastErrorDefaults", doc! { "w": 2, "wtimeout": 0 }.into()),
                    ("getLastErrorModes", doc! { "m": { "rack": 1 } }.into()),
                    ("replicaSetId", bson::oid::ObjectId::new().into()),
                ]);
                settings.insert(name, value);
            }
            1 => {
                let (name, value): (&str, Bson) = self.dice.of(&[
                    ("_id", "another".into()),
                    ("protocolVersion", 2_i64.into()),
                    ("unknown", 1.into()),
                    ("members", Bson::Array(Vec::new())),
                    ("configsvr", true.into()),
                    // A text that was read before somebody else's change.
                    ("version", (version - 1).into()),
                ]);
                document.insert(name, value);
            }
            _ => {
                let (place, name, value) = self.dice.of(&wrong);
                // It has no vote already: that would be no mistake.
                let members = document.get_array_mut("members").expect("members");
                members[place].as_document_mut().expect("a member").insert(name, value);
            }
        }
        WholeConfig::of(document)
    }

    /// Whether somebody else leads than when it was planned.
    async fn has_elected(&self, now: &SetNow) -> bool {
        let (_, later) = self.at_rest().await;
        later.primary != now.primary
    }

    /// Takes the steps, and looks at what the server counts after each, or takes them all at once.
    async fn take(&mut self, current: &WholeConfig, steps: &[Step], now: &SetNow) -> Result<(), String> {
        if steps.is_empty() {
            // Nothing was to be changed.
            return Ok(());
        }
        let primary = now.primary.clone().expect("a primary");
        let patience = Patience::default();
        let told = config::told(current, steps, now);
        let one_by_one = self.dice.one_in(2);
        let parts: Vec<&[Step]> = if one_by_one { steps.chunks(1).collect() } else { vec![steps] };
        let mut base = current;
        for (place, part) in parts.into_iter().enumerate() {
            let run =
                Run { ask: &self.members, current: base, steps: part, primary: primary.clone(), patience };
            let report = run.run(|_| {}, || false).await;
            if report.outcome != OperationOutcome::Applied {
                return Err(format!("{report:?}"));
            }
            base = &part.last().expect("a step").next;
            let after = told[if one_by_one { place } else { steps.len() - 1 }].after.expect("voters");
            let promised = (after.voters, after.needed, after.write_majority);
            let counted = self.counted(base).await;
            if counted.is_some_and(|counted| counted != promised) {
                return Err(format!("promised {promised:?}, counted {counted:?} under {}", base.text()));
            }
        }
        Ok(())
    }

    /// What the primary counts: voters, votes needed, members for a majority write. None while it is elected anew.
    async fn counted(&self, config: &WholeConfig) -> Option<(u32, u32, u32)> {
        for host in config.hosts() {
            let Ok(status) = self.members.ask(&host, doc! { "replSetGetStatus": 1 }).await else { continue };
            if status.get_i32("myState").is_ok_and(|state| state == 1) {
                let count = |name| status.get_i32(name).ok().and_then(|count| u32::try_from(count).ok());
                return Some((
                    count("votingMembersCount")?,
                    count("majorityVoteCount")?,
                    count("writeMajorityCount")?,
                ));
            }
        }
        None
    }

    /// A wish is planned and taken.
    async fn fulfil(&mut self, wish: &WholeConfig, current: WholeConfig, now: SetNow) {
        let steps = config::plan(&current, wish, &now)
            .unwrap_or_else(|checks| panic!("{checks:?}\n{}\nto\n{}", current.text(), wish.text()));
        if let Err(why) = self.take(&current, &steps, &now).await {
            // On a busy machine a set elects when it need not, and what was planned for one primary does not fit the next.
            assert!(self.has_elected(&now).await, "{why}\n{}\nto\n{}", current.text(), wish.text());
            self.told.again += 1;
            return;
        }
        self.told.planned += 1;
        self.told.steps += u32::try_from(steps.len()).expect("few");
        let (end, _) = self.at_rest().await;
        assert!(end.is_same(wish), "the end is not the wish:\n{}\nbut\n{}", wish.text(), end.text());
    }

    /// A mistake is refused by the server as well, or by a rule that says that it is ours.
    async fn confirm(&mut self, wish: &WholeConfig, current: &WholeConfig, now: &SetNow) {
        // Some are none for this member: it has no vote already, or no priority. What is planned is taken then.
        let checks = match config::plan(current, wish, now) {
            Ok(steps) => return self.take_by_mistake(current, &steps, now).await,
            Err(checks) => checks,
        };
        let refusing: Vec<_> = checks.iter().filter(|check| check.verdict == CheckVerdict::Refused).collect();
        assert!(!refusing.is_empty() && refusing.iter().all(|check| check.rule.is_some()), "{checks:?}");
        let primary = now.primary.clone().expect("a primary");
        let mut raw = wish.document().clone();
        raw.insert("version", current.document().get_i32("version").expect("a version") + 1);
        let command = doc! { "replSetReconfig": raw, "maxTimeMS": 10_000_i64 };
        match self.members.ask(&primary, command).await {
            Err(error) if error.server_code().is_some() => {
                let theirs = refusing.iter().any(|check| !check.ours);
                assert!(theirs, "it is said that the server takes it: {refusing:?}\nbut {error}");
                self.told.refused_by_both += 1;
            }
            Err(error) => panic!("no answer: {error}"),
            Ok(_) => {
                assert!(refusing.iter().all(|check| check.ours), "the server takes it: {refusing:?}");
                self.told.refused_by_us_alone += 1;
                self.put_back(current).await;
            }
        }
    }

    /// What was no mistake is a wish, which the server takes; it may have been put otherwise than the server would.
    async fn take_by_mistake(&mut self, current: &WholeConfig, steps: &[Step], now: &SetNow) {
        let Some(last) = steps.last() else { return };
        if let Err(why) = self.take(current, steps, now).await {
            assert!(self.has_elected(now).await, "{why}\n{}\nto\n{}", current.text(), last.next.text());
            self.told.again += 1;
            return;
        }
        self.told.no_mistake += 1;
        let (end, _) = self.at_rest().await;
        assert!(end.is_same(&last.next), "{}\nbut\n{}", last.next.text(), end.text());
        self.put_back(current).await;
    }

    async fn put_back(&mut self, before: &WholeConfig) {
        let (there, now) = self.at_rest().await;
        // The version is that of then.
        let back = WholeConfig::of(doc_without_version(before));
        let back = config::plan(&there, &back, &now).expect("it can be put back");
        self.take(&there, &back, &now).await.expect("it is put back");
    }
}

fn doc_without_version(config: &WholeConfig) -> Document {
    let mut document = config.document().clone();
    document.remove("version");
    document
}

/// The state of each member as the primary sees it.
fn seen(status: &Document) -> Option<SetNow> {
    let mut now = SetNow { default_write_concern: DefaultWriteConcern::Set, ..SetNow::default() };
    for member in status.get_array("members").ok()?.iter().filter_map(Bson::as_document) {
        let state = MemberState::from_code(u32::try_from(member.get_i32("state").ok()?).ok()?);
        let up = member.get_f64("health").ok()? > 0.0;
        let host = member.get_str("name").ok()?.to_owned();
        if state == MemberState::Primary {
            now.primary = Some(host.clone());
        }
        now.members.insert(host, (if up { MemberHealth::Up } else { MemberHealth::Down }, state));
    }
    Some(now)
}

async fn wishes(count: u32) {
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_nanos();
    let seed = u64::try_from(seed & u128::from(u64::MAX)).expect("64 bits");
    println!("seed {seed}");
    let mut plan = members(5);
    plan.push(arbiter());
    let stage = Stage::of(plan).await;
    let mut field = Field::of(&stage, seed).await;
    for number in 0..count {
        let (current, now) = field.at_rest().await;
        if number % 4 == 3 {
            let wish = field.mistake(&current, &now);
            field.confirm(&wish, &current, &now).await;
        } else {
            let wish = field.wish(&current, &now);
            field.fulfil(&wish, current, now).await;
        }
    }
    println!("{:?}", field.told);
    assert!(field.told.planned >= count / 2 && field.told.refused_by_both > 0, "{:?}", field.told);
}

#[tokio::test]
async fn random_wishes_are_taken_step_by_step_or_refused_with_the_server_own_set() {
    wishes(30).await;
}

#[tokio::test]
#[ignore = "slow: 200 wishes"]
async fn two_hundred_random_wishes_are_taken_step_by_step_or_refused_with_the_server_own_set() {
    wishes(200).await;
}
