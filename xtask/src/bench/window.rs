//! One program with a window: started, watched until it shows what it shows at rest, weighed, ended.

use std::{
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use super::{
    look::{Look, Picture},
    memory::family_pss_mib,
    process::Running,
    screen::Region,
    session::Session,
};
use crate::{
    command::{cannot_start, command_line, quietly},
    failure::{Failure, Result},
};

/// How often the screen is looked at: the error of a time.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// At rest nothing changes for this long.
const REST: Duration = Duration::from_secs(2);
const SHOWS_WITHIN: Duration = Duration::from_mins(1);
/// How much of what the region shows at rest must be there.
const ALIKE: f64 = 0.99;
/// A region with fewer blocks in it that stand out shows nothing yet.
const INK: usize = 10;
/// Memory is weighed this long after the window is ready.
const WEIGHED_AFTER: Duration = Duration::from_secs(3);

/// A program and where to look.
pub(super) struct Window<'a> {
    pub(super) program: PathBuf,
    pub(super) title: &'static str,
    /// The part of the screen that shows the answer.
    pub(super) region: Region,
    /// Keys that bring a first start to what is measured; the data folder remembers it.
    pub(super) preparation: &'a [&'a [&'a str]],
    /// The file with the connection string.
    pub(super) uri_file: &'a Path,
    /// A folder for all runs of this program.
    pub(super) folder: PathBuf,
}

/// What one run took.
pub(super) struct Run {
    pub(super) start: Duration,
    pub(super) memory_mib: f64,
}

impl Window<'_> {
    /// Brings the data folder to what is measured, then looks twice at what a start shows at rest.
    pub(super) fn prepare(&self) -> Result<Picture> {
        let seed = self.folder.join("prepared");
        {
            let (session, _running) = self.start(&seed)?;
            self.rest(&session)?;
            for keys in self.preparation {
                session.keys(self.title, keys)?;
                self.rest(&session)?;
            }
            // WebKit writes what a page keeps a little later.
            thread::sleep(REST);
        }
        let first = self.look_at_rest("first")?;
        let second = self.look_at_rest("second")?;
        let picture = Picture::of(&first, &second);
        if picture.coverage() < 0.9 {
            let share = picture.coverage() * 100.0;
            return Err(Failure::new(format!(
                "Only {share:.0} % of what {} shows is the same on every start; see {}.",
                self.title,
                self.folder.display()
            )));
        }
        Ok(picture)
    }

    /// One start, from the call that makes the process to the first look that shows what is there at rest.
    pub(super) fn run(&self, picture: &Picture) -> Result<Run> {
        let data = self.copy_of_prepared()?;
        let session = Session::start(&self.folder.join("screen"))?;
        let mut program = self.command(&session, &data);
        let begun = Instant::now();
        let mut running = Running(program.spawn().map_err(|error| cannot_start(&program, &error))?);
        while picture.likeness(&session.screen.read(self.region)?) < ALIKE {
            self.must_be_in_time(begun, &mut running, &session)?;
            thread::sleep(LOOK_EVERY);
        }
        let start = begun.elapsed();
        thread::sleep(WEIGHED_AFTER);
        Ok(Run { start, memory_mib: family_pss_mib(running.pid()) })
    }

    fn look_at_rest(&self, name: &str) -> Result<Look> {
        let data = self.copy_of_prepared()?;
        let (session, _running) = self.start(&data)?;
        let look = self.rest(&session)?;
        session.screen.keep(&self.folder.join(format!("{name}.xwd")))?;
        Ok(look)
    }

    fn start(&self, data: &Path) -> Result<(Session, Running)> {
        let session = Session::start(&self.folder.join("screen"))?;
        let mut program = self.command(&session, data);
        let running = Running(program.spawn().map_err(|error| cannot_start(&program, &error))?);
        Ok((session, running))
    }

    fn command(&self, session: &Session, data: &Path) -> std::process::Command {
        let mut program = session.command(&self.program);
        program.arg("--uri-file").arg(self.uri_file).arg("--data-dir").arg(data);
        program
    }

    /// Waits until the region shows something and nothing has changed for a while.
    fn rest(&self, session: &Session) -> Result<Look> {
        let begun = Instant::now();
        let mut last = session.screen.read(self.region)?;
        let mut since = Instant::now();
        while since.elapsed() < REST || last.ink() < INK {
            thread::sleep(LOOK_EVERY * 10);
            let now = session.screen.read(self.region)?;
            if now != last {
                last = now;
                since = Instant::now();
            }
            if begun.elapsed() > SHOWS_WITHIN {
                return Err(self.shows_something_else(session));
            }
        }
        Ok(last)
    }

    fn must_be_in_time(&self, begun: Instant, running: &mut Running, session: &Session) -> Result {
        running.must_run(self.title)?;
        if begun.elapsed() > SHOWS_WITHIN { Err(self.shows_something_else(session)) } else { Ok(()) }
    }

    fn shows_something_else(&self, session: &Session) -> Failure {
        let path = self.folder.join("instead.xwd");
        // Best effort: the picture helps, the message matters.
        let _ = session.screen.keep(&path);
        Failure::new(format!(
            "Within {} s {} did not show what it shows at rest. What it showed: {}",
            SHOWS_WITHIN.as_secs(),
            self.title,
            path.display()
        ))
    }

    /// Every start finds the same: what the one before it has left does not count.
    fn copy_of_prepared(&self) -> Result<PathBuf> {
        let copy = self.folder.join("data");
        quietly(command_line(&["rm", "-rf"]).arg(&copy), "")?;
        quietly(command_line(&["cp", "-r"]).arg(self.folder.join("prepared")).arg(&copy), "")?;
        Ok(copy)
    }
}
