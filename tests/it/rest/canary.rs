//! Passwords that are looked for wherever one must not be.

use std::{
    fs,
    io::ErrorKind,
    panic::catch_unwind,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use base64::{Engine as _, engine::general_purpose};

/// A password with characters that are escaped in a connection string, and between them two texts that are the
/// same in every form: escaped or not, in JSON, and where only a part of it is taken for the password.
pub(super) const PASSWORD: &str = "canaryHead3f7a/@:%? é#&=canaryTail9b2c";
/// Another, which the server does not accept.
pub(super) const WRONG: &str = "canaryNose51d0/@:%? é#&=canaryFoot86e4";

/// What both hold; no other text of the tests does.
const PARTS: [&str; 4] = ["canaryHead3f7a", "canaryTail9b2c", "canaryNose51d0", "canaryFoot86e4"];

/// Secrets that are looked for, in each form that they may have.
pub(super) struct Secrets(Vec<(String, String)>);

impl Secrets {
    /// The passwords, and more secrets that are found by their whole text.
    pub(super) fn and(others: &[&str]) -> Self {
        let secrets = PARTS.iter().chain(others);
        Self(secrets.flat_map(|secret| forms(secret).map(|form| ((*secret).to_owned(), form))).collect())
    }

    /// Fails where one of them is in a text, with the words around it.
    pub(super) fn are_not_in(&self, place: &str, text: impl AsRef<[u8]>) {
        let text = String::from_utf8_lossy(text.as_ref());
        for (secret, form) in &self.0 {
            if let Some(at) = text.find(form) {
                let from = text.floor_char_boundary(at.saturating_sub(200));
                let to = text.ceil_char_boundary((at + form.len() + 200).min(text.len()));
                panic!("{secret} is in {place}, as {form}: {}", &text[from..to]);
            }
        }
    }

    /// Looks through every file of a folder but one that is meant to hold a secret.
    pub(super) fn are_not_below(&self, folder: &Path, but: Option<&Path>) {
        for file in files(folder).into_iter().filter(|file| Some(&**file) != but) {
            match fs::read(&file) {
                Ok(bytes) => self.are_not_in(&file.display().to_string(), bytes),
                // A running server makes and removes files.
                Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound, "{}", file.display()),
            }
            self.are_not_in("the name of a file", file.as_os_str().as_encoded_bytes());
        }
    }

    /// Looks at the command line of a process and of all that it has started, and tells how many there are.
    pub(super) fn are_on_no_command_line(&self, pid: u32) -> usize {
        let family = family(pid);
        for pid in &family {
            // A process that has ended meanwhile has none.
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            self.are_not_in(&format!("the command line of {pid}"), line);
        }
        family.len()
    }
}

/// As it is, in hex, and in base64 wherever it stands in what is encoded.
fn forms(secret: &str) -> impl Iterator<Item = String> {
    let hex = |upper: bool| -> String {
        let digits = |byte| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") };
        secret.bytes().map(digits).collect()
    };
    let mut forms = vec![secret.to_owned(), hex(false), hex(true)];
    for before in 0..3 {
        let bytes = [&[0; 3][..before], secret.as_bytes()].concat();
        // Characters that hold bits of the secret alone.
        let own = (before * 8).div_ceil(6)..bytes.len() * 8 / 6;
        for alphabet in [general_purpose::STANDARD_NO_PAD, general_purpose::URL_SAFE_NO_PAD] {
            forms.push(alphabet.encode(&bytes)[own.clone()].to_owned());
        }
    }
    forms.into_iter()
}

/// As it stands in a connection string.
pub(super) fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric().then(|| char::from(byte).to_string());
    text.bytes().map(|byte| plain(byte).unwrap_or_else(|| format!("%{byte:02X}"))).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("listed").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// A process and all that came of it.
fn family(pid: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").expect("/proc").filter_map(Result::ok);
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let parents: Vec<(u32, u32)> = pids.filter_map(|pid| Some((pid, parent(pid)?))).collect();
    let mut family = vec![pid];
    let mut at = 0;
    while let Some(of) = family.get(at).copied() {
        family.extend(parents.iter().filter(|(_, parent)| *parent == of).map(|(child, _)| *child));
        at += 1;
    }
    family
}

fn parent(pid: u32) -> Option<u32> {
    let told = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    told.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()
}

#[test]
fn a_canary_on_the_command_line_of_a_child_is_found() {
    let secrets = Secrets::and(&[]);
    let own = std::process::id();
    let mut child = Command::new("cat")
        .args(["-", PASSWORD])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    // Linux tells that a program has started a moment before its command line can be read.
    let line = PathBuf::from(format!("/proc/{}/cmdline", child.id()));
    while fs::read(&line).expect("a process").is_empty() {
        thread::yield_now();
    }
    let found = catch_unwind(|| secrets.are_on_no_command_line(own));
    drop(child.stdin.take());
    child.wait().expect("it ends");
    assert!(found.is_err());
}

#[test]
fn a_canary_is_found_in_every_form() {
    let found = |text: &str| {
        let secrets = Secrets::and(&[]);
        catch_unwind(|| secrets.are_not_in("a text", text)).is_err()
    };
    let base64 = |text: &str| general_purpose::STANDARD.encode(text);
    let digits = PASSWORD.bytes().flat_map(|byte| [byte >> 4, byte & 15]);
    let hex: String = digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
    for text in [
        PASSWORD,
        WRONG,
        &escaped(PASSWORD),
        &escaped(PASSWORD).to_lowercase().replace("canaryhead", "canaryHead"),
        &serde_json::to_string(PASSWORD).expect("JSON"),
        &format!("{PASSWORD:?}"),
        PASSWORD.split('@').next().expect("a part"),
        PASSWORD.rsplit('@').next().expect("a part"),
        &base64(PASSWORD),
        &base64(&format!("a{PASSWORD}")),
        &base64(&format!("\0ada\0{PASSWORD}")),
        &general_purpose::URL_SAFE.encode(escaped(PASSWORD)),
        &hex,
    ] {
        assert!(found(&format!("before {text} behind")), "{text}");
    }
    assert!(!found("mongodb://ada:<redacted>@127.0.0.1:27017/"));
}
