//! Replica sets for tests, made by the lab itself.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use bson::doc;
use trivet_lab::{GuardProgram, Lab, LabConfig, LabStatus, MongodSearch};

use crate::wait::{DEADLINE, eventually, wait_for};
use crate::{Mongod, client, lab_host};

/// How long the first copy of the data may take, on a machine that builds meanwhile.
const FIRST_COPY: Duration = Duration::from_mins(1);

/// A replica set of three members for one test. Its guard stops the members and removes their data when it is
/// dropped, and when the test's process dies in whatever way.
#[derive(Debug)]
pub struct TestSet {
    /// The lab that runs it.
    pub lab: Lab,
    uri: String,
}

/// A set of its own for the test that calls it: for tests that stop members.
///
/// # Panics
/// Where it does not start, with the lab's words.
pub async fn replica_set() -> TestSet {
    let lab = Lab::new(LabConfig {
        // The guard removes it once the members have stopped.
        data_dir: tempfile::tempdir().expect("a temporary folder").keep(),
        mongod: MongodSearch::from_environment(),
        guard: GuardProgram::at(lab_host()),
        seed: false,
        temporary: true,
    });
    let status = match lab.start(|_| {}).await {
        Ok(status) => status,
        Err(error) => panic!("{error} {}", error.body().hint.as_deref().unwrap_or_default()),
    };
    all_follow(&status).await;
    TestSet { lab, uri: status.uri.expect("a running lab has a URI") }
}

/// Waits until every member has its data: a lab is up when one member takes writes, but before that no
/// majority can confirm one.
///
/// # Panics
/// Where one does not follow in time.
pub async fn all_follow(lab: &LabStatus) {
    for member in &lab.members {
        eventually("every member has its data", FIRST_COPY, async || {
            let hello = hello(&member.host).await;
            let is = |role| hello.get_bool(role).unwrap_or(false);
            is("isWritablePrimary") || is("secondary")
        })
        .await;
    }
}

impl TestSet {
    /// Its connection string.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Host and port of a member, by its id.
    #[must_use]
    pub fn host(&self, member: u32) -> String {
        self.lab.status().members[member as usize].host.clone()
    }

    /// Stops a member cleanly.
    ///
    /// # Panics
    /// Where it does not stop.
    pub async fn stop(&self, member: u32) -> LabStatus {
        self.lab.stop_member(member).await.expect("the member stops")
    }

    /// Starts a member that was stopped.
    ///
    /// # Panics
    /// Where it does not start.
    pub async fn start(&self, member: u32) -> LabStatus {
        self.lab.start_member(member).await.expect("the member starts")
    }

    /// The id of the member that takes writes, as soon as there is one.
    ///
    /// # Panics
    /// Where none does in time.
    pub async fn primary(&self) -> u32 {
        wait_for("a member takes writes", DEADLINE, async || {
            let running = self.lab.status().members.into_iter().filter(|member| member.running);
            for member in running {
                if hello(&member.host).await.get_bool("isWritablePrimary").unwrap_or(false) {
                    return Some(member.id);
                }
            }
            None
        })
        .await
    }
}

/// A member's answer to `hello`; empty where it does not answer.
pub(crate) async fn hello(host: &str) -> bson::Document {
    let uri = format!("mongodb://{host}/?directConnection=true&serverSelectionTimeoutMS=1000");
    let client = crate::client(&uri).await;
    client.database("admin").run_command(bson::doc! { "hello": 1 }).await.unwrap_or_default()
}

/// The connection string of a set that tests share and leave whole, each in databases of its own: the set that
/// `TRIVET_TEST_SET` names, else one for this process.
///
/// # Panics
/// Where it does not start, with the lab's words.
pub async fn shared_set() -> &'static str {
    static SET: OnceLock<(String, Option<Child>)> = OnceLock::new();
    let start = || {
        SET.get_or_init(|| std::env::var("TRIVET_TEST_SET").map_or_else(|_| host_one(), |uri| (uri, None)))
    };
    let (uri, _) = tokio::task::spawn_blocking(start).await.expect("the set starts");
    uri
}

/// A lab-host whose input ends with this process: its set outlives the runtime of the test that was first.
fn host_one() -> (String, Option<Child>) {
    let folder = tempfile::tempdir().expect("a temporary folder").keep();
    let mut host = Command::new(lab_host())
        .arg("run")
        .arg(folder)
        .arg("--temporary")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("lab-host starts");
    let mut line = String::new();
    let output = host.stdout.take().expect("its output is a pipe");
    BufReader::new(output).read_line(&mut line).expect("lab-host tells its status");
    let status: LabStatus =
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("the shared set does not start: {line}"));
    (status.uri.expect("a running lab has a URI"), Some(host))
}

/// A set of one member, which has transactions like any set, and its connection string.
///
/// # Panics
/// Where it does not start.
pub async fn set_of_one(arguments: &[&str]) -> (Mongod, String) {
    let mongod = Mongod::standalone(&[&["--replSet", "one"], arguments].concat()).await;
    let admin = client(&mongod.uri()).await.database("admin");
    let host = format!("127.0.0.1:{}", mongod.port());
    let members = doc! { "_id": "one", "members": [{ "_id": 0, "host": &host }] };
    admin.run_command(doc! { "replSetInitiate": members }).await.expect("initiated");
    eventually("it takes writes", DEADLINE, async || {
        let hello = admin.run_command(doc! { "hello": 1 }).await.unwrap_or_default();
        hello.get_bool("isWritablePrimary").unwrap_or(false)
    })
    .await;
    (mongod, format!("mongodb://{host}/?replicaSet=one"))
}
