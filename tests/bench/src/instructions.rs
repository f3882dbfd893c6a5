//! Instructions a call, counted by valgrind: slower than any clock, and the same on a busy machine.
//!
//! Two servers do different numbers of calls. The difference of their instructions belongs to the difference
//! of their calls. The kernel's work is not counted.

use crate::Result;
use crate::case::{Case, Side, Work};
use crate::load::{self, pump::Limit};
use crate::payload::TICKS;
use crate::server::Server;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Calls of the two servers.
const FEW: u64 = 500;
const MANY: u64 = 2_000;
/// Items: one stream, and three.
const FEW_ITEMS: u64 = 1;
const MANY_ITEMS: u64 = 3 * TICKS as u64;
/// A program under valgrind is some fifty times slower.
const PATIENCE: Duration = Duration::from_secs(120);

/// Instructions a call of one side.
pub(crate) fn count(program: &Path, case: &Case, side: Side) -> Result<f64> {
    let (few, many) = match case.work {
        Work::GrpcStream(_) => (FEW_ITEMS, MANY_ITEMS),
        _ => (FEW, MANY),
    };
    let [few, many] = [measure(program, case, side, few)?, measure(program, case, side, many)?];
    Ok((many.0 as f64 - few.0 as f64) / (many.1 as f64 - few.1 as f64))
}

/// The instructions of one server's life, and its calls.
fn measure(program: &Path, case: &Case, side: Side, calls: u64) -> Result<(u64, u64)> {
    let log = Log::new(calls);
    let valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"].map(OsString::from);
    let wrapped = [&valgrind[..], &[log.option(), program.into()]].concat();
    let server = Server::start(&wrapped, case, side, None)?;
    let limit = Limit { time: PATIENCE, units: calls };
    let done = load::drive(case.work, server.port(), case.in_flight, limit)?;
    server.end()?;
    Ok((log.collected()?, done.units))
}

/// Valgrind's own report, deleted when it was read.
pub(crate) struct Log(PathBuf);

impl Log {
    pub(crate) fn new(calls: u64) -> Self {
        let name = format!("polywire-bench-{}-{calls}.log", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    /// The option that makes valgrind write there.
    pub(crate) fn option(&self) -> OsString {
        let mut option = OsString::from("--log-file=");
        option.push(&self.0);
        option
    }

    /// How many instructions it says there were.
    pub(crate) fn collected(&self) -> Result<u64> {
        let text = std::fs::read_to_string(&self.0)?;
        let line = text.lines().find_map(|line| line.split_once("Collected : "));
        Ok(line.ok_or("valgrind counted nothing")?.1.trim().parse()?)
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        // Valgrind may not have written the file.
        let _ = std::fs::remove_file(&self.0);
    }
}
