//! A virtual screen whose pixels can be read while a program draws on it.
//!
//! Xvfb keeps its screen in a file that it maps (`-fbdir`), in the format of xwd: reading it costs the program
//! under test nothing, and asks nothing of it.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    process::Stdio,
};

use super::{look::Look, process::Running};
use crate::{
    command::{cannot_start, command_line},
    failure::{Failure, Result},
};

/// Exactly the window: without a window manager it lies in the corner.
const SIZE: &str = "1280x800x24";
pub(super) const BYTES_PER_PIXEL: usize = 4;
/// An XWDColor, of which the file holds some between its header and the pixels.
const COLOUR_BYTES: usize = 12;

/// A part of the screen, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Region {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// A running screen.
pub(super) struct Screen {
    _server: Running,
    folder: PathBuf,
    display: String,
    file: File,
    first_pixel: usize,
    bytes_per_line: usize,
}

impl Screen {
    /// Starts one on a display that nobody has; its file lies in `folder`.
    pub(super) fn start(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).map_err(|error| Failure::file("create", folder, &error))?;
        let mut xvfb = command_line(&["Xvfb", "-displayfd", "1", "-screen", "0", SIZE, "-nolisten", "tcp"]);
        xvfb.arg("-fbdir").arg(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut server = Running(xvfb.spawn().map_err(|error| cannot_start(&xvfb, &error))?);
        let mut display = String::new();
        if let Some(output) = server.0.stdout.take() {
            // Empty where it has ended, and the next line says so.
            let _ = BufReader::new(output).read_line(&mut display);
        }
        server.must_run("Xvfb")?;
        let path = folder.join("Xvfb_screen0");
        let file = File::open(&path).map_err(|error| Failure::file("read", &path, &error))?;
        // XWDFileHeader: 25 numbers of 32 bits, the most significant byte first.
        let mut header = [0; 100];
        file.read_exact_at(&mut header, 0).map_err(|error| Failure::file("read", &path, &error))?;
        let number = |index: usize| {
            let bytes = header[index * 4..][..4].try_into().expect("four bytes");
            u32::from_be_bytes(bytes) as usize
        };
        let (header_size, bits_per_pixel, bytes_per_line, colours) =
            (number(0), number(11), number(12), number(19));
        if bits_per_pixel != BYTES_PER_PIXEL * 8 {
            return Err(Failure::new(format!("The screen has {bits_per_pixel} bits a pixel.")));
        }
        Ok(Self {
            _server: server,
            folder: folder.to_owned(),
            display: format!(":{}", display.trim()),
            file,
            first_pixel: header_size + colours * COLOUR_BYTES,
            bytes_per_line,
        })
    }

    /// Its name, such as `:99`.
    pub(super) fn display(&self) -> &str {
        &self.display
    }

    /// What a region shows now.
    pub(super) fn read(&self, region: Region) -> Result<Look> {
        let mut look = Look::dark(region);
        let mut line = vec![0; region.width * BYTES_PER_PIXEL];
        for row in 0..region.height {
            let lines_above = (region.top + row) * self.bytes_per_line;
            let begin = self.first_pixel + lines_above + region.left * BYTES_PER_PIXEL;
            let read = self.file.read_exact_at(&mut line, begin as u64);
            read.map_err(|error| Failure::file("read", &self.folder, &error))?;
            look.add_line(row, &line);
        }
        Ok(look)
    }

    /// Keeps a copy of the whole screen, to be looked at with `xwud` or `convert`.
    pub(super) fn keep(&self, path: &Path) -> Result {
        fs::copy(self.folder.join("Xvfb_screen0"), path)
            .map(drop)
            .map_err(|error| Failure::file("write", path, &error))
    }
}
