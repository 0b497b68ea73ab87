//! How one gets into a lab: its key file, its root user, its certificates.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bson::doc;
use mongodb::options::{AuthMechanism, Credential, Tls, TlsOptions};
use serde::{Deserialize, Serialize};
use trivet_core::{Error, Result};

use crate::folder::{Folder, refused as cannot_write};
use crate::member::{Member, Refusal};
use crate::plan::LabPlan;
use crate::steps::Steps;
use crate::tls;
use crate::types::LabStepKind;

/// The one user of a lab that asks for authentication.
const ROOT: &str = "root";
/// Bytes of a key file before they are written as text: the most that a server takes.
const KEY_BYTES: usize = 756;
const PASSWORD_BYTES: usize = 18;

/// A text that is never printed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(String);

impl Secret {
    fn drawn<const BYTES: usize>(write: impl FnOnce(&[u8]) -> String) -> Result<Self> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)
            .map_err(|error| Error::internal(format!("The system has no random numbers: {error}.")))?;
        Ok(Self(write(&bytes)))
    }

    /// A new password, in letters that an address holds as they are.
    pub(crate) fn password() -> Result<Self> {
        Self::drawn::<PASSWORD_BYTES>(|bytes| URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// What the lab itself needs to speak to its members, whatever their state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Access {
    /// What stands in the key file. With it one is `__system`, which members that have no users yet know as well, and
    /// arbiters, which never have any.
    key: Option<Secret>,
    /// The root user's password.
    password: Option<Secret>,
    /// The certificate by which the members' own are known.
    authority: Option<PathBuf>,
}

impl Access {
    /// Makes what the plan asks for and is not there yet, and reads it.
    pub(crate) fn prepare(
        plan: &LabPlan,
        folder: &Folder,
        password: Option<Secret>,
        steps: &Steps<'_>,
    ) -> Result<Self> {
        let key = if plan.authentication { Some(key(&folder.key_file(), steps)?) } else { None };
        let authority = plan.tls.then(|| folder.authority());
        if plan.tls {
            tls::prepare(plan, folder, steps)?;
        }
        Ok(Self { key, password: password.filter(|_| plan.authentication), authority })
    }

    /// Who the lab's own clients are.
    pub(crate) fn credential(&self) -> Option<Credential> {
        let key = self.key.as_ref()?;
        let credential = Credential::builder()
            .username("__system".to_owned())
            .password(key.0.clone())
            .source("local".to_owned())
            .mechanism(AuthMechanism::ScramSha256)
            .build();
        Some(credential)
    }

    /// How the lab's own clients connect.
    pub(crate) fn tls(&self) -> Option<Tls> {
        let authority = self.authority.clone()?;
        Some(Tls::Enabled(TlsOptions::builder().ca_file_path(authority).build()))
    }

    /// Makes the root user where there is none.
    pub(crate) async fn make_root(&self, primary: &Member, steps: &Steps<'_>) -> Result<(), Refusal> {
        let Some(password) = &self.password else { return Ok(()) };
        let users = primary.run(doc! { "usersInfo": ROOT }).await?;
        if users.get_array("users").is_ok_and(|users| !users.is_empty()) {
            return Ok(());
        }
        let step = steps.begin(
            LabStepKind::CreateUser,
            "db.getSiblingDB('admin').createUser({ user: 'root', pwd: passwordPrompt(), roles: ['root'] })",
        );
        let user = doc! {
            "createUser": ROOT, "pwd": &password.0, "roles": ["root"], "writeConcern": { "w": "majority" },
        };
        primary.run(user).await?;
        step.done();
        Ok(())
    }

    /// The connection string of a mongod that is in no set yet: it has no users.
    pub(crate) fn uri_of_one(&self, host: &str) -> String {
        format!("mongodb://{host}/?directConnection=true{}", self.tls_of_uri())
    }

    fn tls_of_uri(&self) -> String {
        self.authority.as_ref().map_or_else(String::new, |authority| {
            let path = authority.to_string_lossy();
            let path = percent_encoding::utf8_percent_encode(&path, percent_encoding::NON_ALPHANUMERIC);
            format!("&tls=true&tlsCAFile={path}")
        })
    }

    /// The connection string of the set on `hosts`. It holds the password of the root user, where there is one.
    pub(crate) fn uri(&self, set: &str, hosts: &[String]) -> String {
        let user =
            self.password.as_ref().map(|password| format!("{ROOT}:{}@", password.0)).unwrap_or_default();
        let mut uri = format!("mongodb://{user}{}/?replicaSet={set}", hosts.join(","));
        if self.password.is_some() {
            uri.push_str("&authSource=admin");
        }
        uri + &self.tls_of_uri()
    }
}

/// The key in the file, which is made where there is none.
fn key(path: &Path, steps: &Steps<'_>) -> Result<Secret> {
    if let Ok(key) = fs::read_to_string(path) {
        return Ok(Secret(key.trim().to_owned()));
    }
    let step = steps.begin(
        LabStepKind::MakeKey,
        format!("openssl rand -base64 {KEY_BYTES} > {path} && chmod 400 {path}", path = path.display()),
    );
    let key = Secret::drawn::<KEY_BYTES>(|bytes| STANDARD.encode(bytes))?;
    write_private(path, key.0.as_bytes())?;
    step.done();
    Ok(key)
}

/// Writes a new file that only its owner may read: mongod takes no other.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let written = fs::File::options()
        .create_new(true)
        .write(true)
        .mode(0o400)
        .open(path)
        .and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| cannot_write(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_says_how_one_gets_in_and_printing_it_does_not() {
        let hosts = ["127.0.0.1:1".to_owned(), "127.0.0.1:2".to_owned()];
        assert_eq!(Access::default().uri("lab", &hosts), "mongodb://127.0.0.1:1,127.0.0.1:2/?replicaSet=lab");
        let access = Access {
            key: Some(Secret("the key".to_owned())),
            password: Some(Secret("sesame".to_owned())),
            authority: Some("/a b/ca.pem".into()),
        };
        let uri = access.uri("psa", &hosts[..1]);
        assert_eq!(
            uri,
            "mongodb://root:sesame@127.0.0.1:1/?replicaSet=psa&authSource=admin&tls=true&tlsCAFile=%2Fa%20b%2Fca%2Epem"
        );
        let printed = format!("{access:?}");
        assert!(!printed.contains("the key") && !printed.contains("sesame"), "{printed}");
    }
}
