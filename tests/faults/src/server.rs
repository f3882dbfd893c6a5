//! A server process: started, measured, stopped by its id.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// Variables that a server reads: `LIMITS`, the limits that differ from the defaults, as JSON; `COMPRESSION`,
/// for every compression that it knows; `TLS`.
pub(crate) type Environment = &'static [(&'static str, &'static str)];

pub(crate) struct Process {
    child: Child,
    said: Lines<BufReader<ChildStdout>>,
    pub(crate) address: SocketAddr,
    pid: u32,
    log: PathBuf,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.log);
    }
}

impl Process {
    /// Starts the server beside this program.
    pub(crate) async fn start(environment: Environment) -> io::Result<Self> {
        let program = std::env::current_exe()?.with_file_name("fault-server");
        let mut command = Command::new(program);
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let log = std::env::temp_dir().join(format!("polywire-faults-{}-{number}.log", std::process::id()));
        // A backtrace would read the debug information into memory.
        command
            .env("RUST_BACKTRACE", "0")
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log)?)
            .kill_on_drop(true);
        let mut child = command.spawn()?;
        let stdout = child.stdout.take().ok_or_else(|| io::Error::other("no output"))?;
        let mut said = BufReader::new(stdout).lines();
        let line = said.next_line().await?.unwrap_or_default();
        let address = line.rsplit(' ').next().and_then(|text| text.parse().ok());
        let address = address.ok_or_else(|| io::Error::other(format!("the server said {line:?}")))?;
        let pid = child.id().unwrap_or_default();
        Ok(Self { child, said, address, pid, log })
    }

    /// A line of the process's memory, in KiB.
    fn memory(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.split_ascii_whitespace().next().and_then(|kib| kib.parse().ok()).unwrap_or_default()
    }

    /// The memory that it holds now, in KiB, without pages of its own program: a debug build reads 12 MiB of
    /// them for its first call.
    pub(crate) fn resident(&self) -> u64 {
        self.memory("VmRSS:").saturating_sub(self.memory("RssFile:"))
    }

    /// The most memory since the last [`Process::forget_peak`], in KiB, without the pages of its program that
    /// are there now.
    pub(crate) fn peak(&self) -> u64 {
        self.memory("VmHWM:").saturating_sub(self.memory("RssFile:"))
    }

    /// Begins to measure the peak anew (proc(5), `clear_refs`).
    pub(crate) fn forget_peak(&self) -> io::Result<()> {
        std::fs::write(format!("/proc/{}/clear_refs", self.pid), "5")
    }

    /// The processor time that it has taken (proc(5), `stat`: 100 ticks a second).
    pub(crate) fn busy(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
        // After the name, which may hold any bytes: the state, ten other fields, then the ticks in user and
        // in system mode.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_ascii_whitespace();
        let ticks: u64 = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        Duration::from_millis(10 * ticks)
    }

    /// The text of its log.
    pub(crate) fn log(&self) -> io::Result<String> {
        std::fs::read_to_string(&self.log)
    }

    /// Sends a signal, `TERM` or `INT`.
    pub(crate) async fn signal(&self, name: &str) -> io::Result<()> {
        Command::new("kill").args(["-s", name]).arg(self.pid.to_string()).status().await.map(drop)
    }

    /// Waits for the end; how many calls it says it has answered.
    pub(crate) async fn answered(mut self) -> io::Result<u64> {
        let mut answered = None;
        while let Some(line) = self.said.next_line().await? {
            answered = line.strip_prefix("answered ").and_then(|count| count.parse().ok());
        }
        self.child.wait().await?;
        answered.ok_or_else(|| io::Error::other("the server died"))
    }
}
