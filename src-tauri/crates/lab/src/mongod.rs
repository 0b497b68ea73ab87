//! The mongod program: where it is found, and how a member is started with it.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;
use trivet_core::{Error, ErrorCode, Result};

use crate::folder::Folder;
use crate::plan::LabPlan;

/// Where mongod is looked for, in this order.
#[derive(Clone, Debug, Default)]
pub struct MongodSearch {
    /// The program that a person named; no other is tried then.
    pub named: Option<PathBuf>,
    /// Folders in which a program `mongod` counts.
    pub path: Vec<PathBuf>,
    /// The program that set-up fetched.
    pub cache: Option<PathBuf>,
}

impl MongodSearch {
    /// `TRIVET_MONGOD`; the folders of `PATH`; `${XDG_CACHE_HOME:-~/.cache}/trivet/mongod/bin/mongod`.
    #[must_use]
    pub fn from_environment() -> Self {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let cache = variable("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| variable("HOME").map(|home| Path::new(&home).join(".cache")));
        Self {
            named: variable("TRIVET_MONGOD").map(PathBuf::from),
            path: variable("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default(),
            cache: cache.map(|cache| cache.join("trivet/mongod/bin/mongod")),
        }
    }

    /// The first mongod there is, once it has told its version.
    ///
    /// Fails with [`ErrorCode::NotFound`] where there is none, or where the one that was named does not run.
    pub async fn find(&self) -> Result<Mongod> {
        if let Some(program) = &self.named {
            return Mongod::ask(program).await.map_err(|reason| {
                missing(format!(
                    "{}, which TRIVET_MONGOD names, is not a mongod: {reason}.",
                    program.display()
                ))
            });
        }
        let on_path = self.path.iter().map(|folder| folder.join("mongod"));
        for program in on_path.chain(self.cache.clone()).filter(|program| program.is_file()) {
            if let Ok(mongod) = Mongod::ask(&program).await {
                return Ok(mongod);
            }
        }
        Err(missing("No mongod was found: neither on PATH nor where set-up puts one.".to_owned()))
    }
}

fn missing(message: String) -> Error {
    Error::new(ErrorCode::NotFound, message).with_hint(
        "Run `cargo xtask setup`, which fetches one, or install MongoDB Community Server and name its mongod \
         in TRIVET_MONGOD.",
    )
}

/// A mongod that runs on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mongod {
    /// The program.
    pub program: PathBuf,
    /// Its version, such as `6.0.5`.
    pub version: String,
}

impl Mongod {
    async fn ask(program: &Path) -> Result<Self, String> {
        let asked = Command::new(program)
            .arg("--version")
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let output = tokio::time::timeout(crate::PATIENCE, asked)
            .await
            .map_err(|_| "it does not answer".to_owned())?
            .map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let version = text.lines().find_map(|line| line.strip_prefix("db version v"));
        let version = version.ok_or_else(|| "it does not tell a version".to_owned())?;
        Ok(Self { program: program.to_owned(), version: version.trim().to_owned() })
    }
}

impl std::fmt::Display for Mongod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.program.display(), self.version)
    }
}

/// Server parameters of a member. A server that does not know one refuses to start and names it: the lab then
/// starts it without (see [`refused_parameter`]), which any version from 4.4 on can use.
#[derive(Clone, Debug)]
pub(crate) struct Parameters(Vec<&'static str>);

impl Parameters {
    /// The parameters of the members of a plan.
    pub(crate) fn of(plan: &LabPlan, mode: Mode) -> Self {
        let mut parameters = vec![
            // Else a survivor waits on the oplog of a frozen source.
            "oplogNetworkTimeoutBufferSeconds=1",
            // A clean stop else waits 15 s for the secondaries.
            "shutdownTimeoutMillisForSignaledShutdown=100",
            // Full-time diagnostic capture writes all the time, and nobody reads it here.
            "diagnosticDataCollectionEnabled=false",
        ];
        if plan.members.iter().filter(|member| member.arbiter).count() > 1 {
            // Else the server takes one arbiter since 5.3.
            parameters.push("allowMultipleArbiters=true");
        }
        if plan.faults {
            // Else there are no fail points.
            parameters.push("enableTestCommands=1");
        }
        if mode == Mode::Alone {
            // Else it makes a `config.system.sessions` of its own, and cannot apply what the set has for that collection:
            // mongod's fatal assertion "Failed to apply operation", `NamespaceNotFound`.
            parameters.push("disableLogicalSessionCacheRefresh=true");
        }
        Self(parameters)
    }

    /// Leaves out one parameter; false where it was not there.
    pub(crate) fn remove(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|parameter| parameter.split_once('=').is_none_or(|(known, _)| known != name));
        self.0.len() < before
    }
}

/// The parameter that a mongod refused at its start, from what it printed.
pub(crate) fn refused_parameter(output: &str) -> Option<&str> {
    output.split_once("Unknown --setParameter '")?.1.split_once('\'').map(|(name, _)| name)
}

/// How a member's process is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As a member of the set.
    Member,
    /// On its own, so that its stored configuration can be changed.
    Alone,
}

/// The arguments of a member.
pub(crate) fn arguments(
    plan: &LabPlan,
    folder: &Folder,
    id: u32,
    port: u16,
    mode: Mode,
    parameters: &Parameters,
) -> Vec<String> {
    let path = |path: PathBuf| path.to_string_lossy().into_owned();
    let (port, data, log) = (port.to_string(), path(folder.data(id)), path(folder.log(id)));
    let set: &[&str] = if mode == Mode::Member { &["--replSet", &plan.name] } else { &[] };
    // The oplog that can be outrun in seconds: it is cut at checkpoints.
    let oplog: &[&str] =
        if plan.faults { &["--oplogSize", "1", "--syncdelay", "1"] } else { &["--oplogSize", "128"] };
    let rest = [
        "--port",
        &port,
        "--dbpath",
        &data,
        "--bind_ip",
        "127.0.0.1",
        "--nounixsocket",
        "--wiredTigerCacheSizeGB",
        // With half of it a transaction with a document of 15 MB is refused: TransactionTooLargeForCache (388).
        "0.5",
        "--quiet",
        "--logpath",
        &log,
        "--logappend",
    ];
    let mut arguments: Vec<String> =
        set.iter().chain(&rest).chain(oplog).map(|argument| (*argument).to_owned()).collect();
    if plan.authentication {
        arguments.extend(["--keyFile".to_owned(), path(folder.key_file())]);
    }
    if plan.tls {
        let certificate = path(folder.certificate(id));
        let words = ["--tlsMode", "requireTLS", "--tlsCertificateKeyFile", &certificate];
        arguments.extend(words.map(str::to_owned));
        arguments.extend(["--tlsCAFile".to_owned(), path(folder.authority())]);
        arguments.push("--tlsAllowConnectionsWithoutCertificates".to_owned());
    }
    for parameter in &parameters.0 {
        arguments.push("--setParameter".to_owned());
        arguments.push((*parameter).to_owned());
    }
    arguments
}

/// A command as a person would type it in a shell.
pub(crate) fn as_typed(program: &str, arguments: &[String]) -> String {
    let mut command = program.to_owned();
    for argument in arguments {
        command.push(' ');
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./=:,".contains(&byte);
        if !argument.is_empty() && argument.bytes().all(plain) {
            command.push_str(argument);
        } else {
            command.push('\'');
            command.push_str(&argument.replace('\'', r"'\''"));
            command.push('\'');
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::LabMemberPlan;

    #[test]
    fn a_path_with_a_space_can_be_typed() {
        let arguments = ["--dbpath".to_owned(), "/home/ann/it's here".to_owned()];
        assert_eq!(as_typed("mongod", &arguments), r"mongod --dbpath '/home/ann/it'\''s here'");
    }

    #[test]
    fn a_parameter_that_a_server_does_not_know_is_left_out() {
        let printed = r#""errmsg":"Unknown --setParameter 'oplogNetworkTimeoutBufferSeconds'"}"#;
        let mut parameters = Parameters::of(&LabPlan::default(), Mode::Member);
        let name = refused_parameter(printed).expect("it is named");
        assert!(parameters.remove(name));
        assert!(!parameters.remove(name));
        assert!(!parameters.0.iter().any(|parameter| parameter.contains("oplogNetwork")));
    }

    #[test]
    fn a_set_with_two_arbiters_is_told_to_its_members() {
        let of = |arbiters: usize| {
            let arbiter = LabMemberPlan { arbiter: true, ..LabMemberPlan::default() };
            let members = [vec![LabMemberPlan::default(); 3], vec![arbiter; arbiters]].concat();
            let parameters = Parameters::of(&LabPlan { members, ..LabPlan::default() }, Mode::Member);
            parameters.0.contains(&"allowMultipleArbiters=true")
        };
        assert!(of(2) && !of(1));
    }

    #[test]
    fn a_member_on_its_own_writes_nothing_that_the_set_did_not() {
        let alone = |mode| {
            let parameters = Parameters::of(&LabPlan::default(), mode);
            parameters.0.contains(&"disableLogicalSessionCacheRefresh=true")
        };
        assert!(alone(Mode::Alone) && !alone(Mode::Member));
    }

    #[tokio::test]
    async fn a_named_program_that_is_not_mongod_is_an_error_even_where_another_exists() {
        let search = MongodSearch { named: Some("/bin/true".into()), ..MongodSearch::from_environment() };
        let error = search.find().await.expect_err("true is no mongod");
        assert_eq!(error.code(), ErrorCode::NotFound);
        assert!(error.body().message.contains("/bin/true"), "{error}");
        assert!(error.body().hint.as_deref().is_some_and(|hint| hint.contains("cargo xtask setup")));
    }
}
