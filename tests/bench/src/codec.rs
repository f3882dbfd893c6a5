//! The codecs alone, in this process: protobuf beside prost, JSON beside serde_json on structs written for
//! it.
//!
//! Times come from rounds in turns. Allocations come from the program that counts them, and instructions from
//! valgrind. For both, a process does one thing a given number of times.

mod subject;

use crate::case::Side;
use crate::instructions::Log;
use crate::report::{median, micros};
use crate::{Allocations, Result, machine};
use clap::Args;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use subject::SUBJECTS;

#[derive(Args)]
pub(crate) struct Options {
    /// The beginnings of names; all when there are none.
    names: Vec<String>,
    /// Rounds a side.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// How long a round takes.
    #[arg(long, default_value_t = 0.2)]
    seconds: f64,
    /// Count instructions too, under valgrind.
    #[arg(long)]
    instructions: bool,
}

#[derive(Args)]
pub(crate) struct Repeat {
    /// The whole name.
    name: String,
    /// Whose codec.
    #[arg(value_enum)]
    side: Side,
    /// How often.
    times: u64,
}

const SIDES: [Side; 2] = [Side::Polywire, Side::Peer];
/// How often two processes do it whose difference is counted.
const FEW: u64 = 20;
const MANY: u64 = 120;

/// Measures, and prints the table.
pub(crate) fn run(options: &Options) -> Result<()> {
    let machine = machine::describe();
    if let Some(cores) = machine::cores()? {
        machine::pin(cores.server)?;
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{machine}; one core.\n")?;
    writeln!(
        out,
        "| | bytes | beside | µs | peer | **ratio** (of single rounds) | allocations (bytes) | peer | instructions | peer | ratio |"
    )?;
    writeln!(out, "|---|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|")?;
    let wanted =
        |name: &str| options.names.is_empty() || options.names.iter().any(|n| name.starts_with(n.as_str()));
    for subject in SUBJECTS.iter().filter(|subject| wanted(subject.name)) {
        let rounds = rounds(subject.work, options)?;
        let [ours, peer] = [0, 1].map(|side| median(rounds.iter().map(|round| round[side]).collect()));
        let ratios = || rounds.iter().map(|[ours, peer]| ours / peer);
        let (low, high) = (ratios().fold(f64::INFINITY, f64::min), ratios().fold(0.0, f64::max));
        let allocated = sides(|side| allocated(subject.name, side))?;
        let counted = match options.instructions {
            true => Some(sides(|side| instructions(subject.name, side))?),
            false => None,
        };
        let instructions = counted.map_or_else(
            || "– | – | –".to_owned(),
            |[ours, peer]| format!("{ours:.0} | {peer:.0} | {:.2}", ours / peer),
        );
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | **{:.2}** ({low:.2}–{high:.2}) | {} | {} | {instructions} |",
            subject.what,
            subject.size()?,
            subject.peer,
            micros(ours),
            micros(peer),
            ours / peer,
            allocated[0],
            allocated[1],
        )?;
    }
    Ok(())
}

fn sides<T>(mut of: impl FnMut(Side) -> Result<T>) -> Result<[T; 2]> {
    Ok([of(SIDES[0])?, of(SIDES[1])?])
}

/// Microseconds of both sides, round by round.
fn rounds(work: subject::Make, options: &Options) -> Result<Vec<[f64; 2]>> {
    let mut works = sides(work)?;
    let time = Duration::from_secs_f64(options.seconds);
    // One round warms up.
    let all = (0..=options.rounds).map(|_| {
        let [ours, peer] = &mut works;
        [ours, peer].map(|work| timed(work.as_mut(), time))
    });
    Ok(all.skip(1).collect())
}

/// Microseconds a time, of as many as fit.
fn timed(work: &mut dyn FnMut(), time: Duration) -> f64 {
    let begin = Instant::now();
    let mut times = 0_u32;
    loop {
        for _ in 0..16 {
            work();
        }
        times += 16;
        let elapsed = begin.elapsed();
        if elapsed >= time {
            return elapsed.as_secs_f64() * 1e6 / f64::from(times);
        }
    }
}

/// Does one thing so many times; the program that counts prints allocations and bytes of all but the first.
pub(crate) fn repeat(options: &Repeat, allocations: fn() -> Option<Allocations>) -> Result<()> {
    let subject = SUBJECTS.iter().find(|subject| subject.name == options.name).ok_or("no such name")?;
    let mut work = (subject.work)(options.side)?;
    work();
    let before = allocations();
    (0..options.times).for_each(|_| work());
    if let (Some(before), Some(after)) = (before, allocations()) {
        let (count, bytes) = (after.count - before.count, after.bytes - before.bytes);
        let times = options.times as f64;
        writeln!(std::io::stdout(), "{:.0} ({:.0})", count as f64 / times, bytes as f64 / times)?;
    }
    Ok(())
}

fn arguments(name: &str, side: Side, times: u64) -> [OsString; 4] {
    ["repeat".to_owned(), name.to_owned(), side.to_string(), times.to_string()].map(OsString::from)
}

fn allocated(name: &str, side: Side) -> Result<String> {
    let program = std::env::current_exe()?;
    let mut counting = OsString::from(program.file_name().unwrap_or_default());
    counting.push("-counting");
    let output = Command::new(program.with_file_name(counting)).args(arguments(name, side, 100)).output()?;
    if !output.status.success() || output.stdout.is_empty() {
        return Err(format!("{name}: the counting program did not count").into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Instructions a time: of the difference of two processes.
fn instructions(name: &str, side: Side) -> Result<f64> {
    let program: PathBuf = std::env::current_exe()?;
    let [few, many] = [collected(&program, name, side, FEW)?, collected(&program, name, side, MANY)?];
    Ok((many as f64 - few as f64) / (MANY - FEW) as f64)
}

fn collected(program: &Path, name: &str, side: Side, times: u64) -> Result<u64> {
    let log = Log::new(times);
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(log.option())
        .arg(program)
        .args(arguments(name, side, times))
        .stdout(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(format!("{name}: valgrind ended with {status}").into());
    }
    log.collected()
}
