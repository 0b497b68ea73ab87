//! Where fetched things are kept, and what the file system says about freshness.

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::failure::{Failure, Result};

/// The folder for what is fetched once and serves every checkout.
pub(crate) fn cache() -> Result<PathBuf> {
    let cache = variable("XDG_CACHE_HOME").or_else(|| std::env::home_dir().map(|home| home.join(".cache")));
    let cache = cache.ok_or_else(|| Failure::new("There is no home folder: set HOME or XDG_CACHE_HOME."))?;
    Ok(cache.join("trivet"))
}

/// The path that an environment variable holds, if it holds one.
pub(crate) fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// When anything at or under `path` last changed; folders of the given names are not looked into.
pub(crate) fn newest_change(path: &Path, skipped: &[&str]) -> Option<SystemTime> {
    let metadata = path.symlink_metadata().ok()?;
    let own = metadata.modified().ok();
    if !metadata.is_dir() {
        return own;
    }
    let entries = path.read_dir().ok()?.flatten();
    let inside = entries
        .filter(|entry| !skipped.iter().any(|name| entry.file_name() == *name))
        .filter_map(|entry| newest_change(&entry.path(), skipped))
        .max();
    own.max(inside)
}

#[cfg(test)]
mod tests {
    use std::{fs, time::Duration};

    use super::*;

    #[test]
    fn the_newest_change_is_found_deep_inside_but_not_in_skipped_folders() {
        let folder = std::env::temp_dir().join(format!("trivet-newest-change-{}", std::process::id()));
        let future = |hours| SystemTime::now() + Duration::from_hours(hours);
        let write = |path: &Path, time| {
            fs::create_dir_all(path.parent().expect("a folder")).expect("created");
            let file = fs::File::create(path).expect("written");
            file.set_modified(time).expect("dated");
        };
        let (inside, skipped) = (future(1), future(2));
        write(&folder.join("src/deep/App.svelte"), inside);
        write(&folder.join("src/node_modules/dependency.js"), skipped);

        assert_eq!(newest_change(&folder, &["node_modules"]), Some(inside));
        assert_eq!(newest_change(&folder, &[]), Some(skipped));
        assert_eq!(newest_change(&folder.join("missing"), &[]), None);
        fs::remove_dir_all(&folder).expect("removed");
    }
}
