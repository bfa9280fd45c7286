//! The folder of files, and who looks through them.
use std::io::{self, ErrorKind, Write};

use super::Report;
use crate::app::config::Config;
use crate::app::serve;
use crate::files::clamd::Unscanned;
use crate::files::{Condition, FileStore};

const MIB: u64 = 1024 * 1024;

/// Whether files can be kept.
pub fn store(config: &Config, report: &mut Report<impl Write>) -> io::Result<()> {
    let settings = serve::file_settings(config);
    let (folder, limit) = (settings.folder.display().to_string(), settings.limit);
    match FileStore::new(settings).condition() {
        Ok(Condition { free, .. }) if free < limit => {
            let wrong = format!("{folder} has room for {} MiB more, and one file may have {}", free / MIB, limit / MIB);
            report.fail("files", wrong, "make room on its disk, or lower [files] max_size_mib")
        }
        Ok(Condition { free, leftovers: 0 }) => report.ok("files", format!("{folder}, {} MiB free", free / MIB)),
        Ok(Condition { free, leftovers }) => {
            let left = format!("{leftovers} left by uploads that were cut off, which a running desk sweeps away");
            report.ok("files", format!("{folder}, {} MiB free, {left}", free / MIB))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let wrong = format!("there is no folder {folder} yet");
            report.fail("files", wrong, "the first start of the desk makes it; bring it back if there was one before")
        }
        Err(error) => {
            let mend = "see that [files] folder is a folder that this user can write to";
            report.fail("files", format!("cannot write to {folder}: {error}"), mend)
        }
    }
}

/// Whether clamd answers, when there is to be one.
pub async fn clamd(config: &Config, report: &mut Report<impl Write>) -> io::Result<()> {
    let Some(clamd) = &config.files.clamd else { return Ok(()) };
    let error = match clamd.version().await {
        Ok(version) => return report.ok("clamd", format!("{version} at {clamd}")),
        Err(error) => error,
    };
    let meanwhile = match config.files.unscanned {
        Unscanned::Refused => "files are refused meanwhile",
        Unscanned::Taken => "files are taken unscanned meanwhile",
    };
    let mend = "start it, and see that this user may reach it, or correct [files] clamd";
    report.fail("clamd", format!("no answer at {clamd}: {error}; {meanwhile}"), mend)
}
