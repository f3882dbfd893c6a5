//! A run: each case on both sides in alternating rounds, checked, with the medians of the results.

use crate::broker::Worker;
use crate::case::{CASES, Case, Side, Task, Threads, Wire, Work};
use crate::load::{self, pump::Limit};
use crate::machine::{self, Cores};
use crate::report::{self, Cost, Figures, Row};
use crate::server::{Round, Server};
use crate::usage::Allocations;
use crate::{Result, instructions};
use clap::Args;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Args)]
pub(crate) struct Options {
    /// The cases, or the beginnings of their names; all when there are none.
    names: Vec<String>,
    /// Rounds a side.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// How long a round takes.
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    /// How many tasks a round of a queue has, or calls a round of a client.
    #[arg(long, default_value_t = 20_000)]
    tasks: u64,
    /// Count instructions too, under valgrind: minutes more.
    #[arg(long)]
    instructions: bool,
    /// The broker of the queue cases; without it they are left out.
    #[arg(long, env = "AMQP_URL")]
    amqp: Option<String>,
}

#[derive(Args)]
pub(crate) struct Drive {
    /// The case.
    name: String,
    /// The server's port on this machine.
    port: u16,
    /// How many calls.
    calls: u64,
}

/// Makes so many calls, in at most ten minutes, and prints what that came to.
pub(crate) fn drive(options: &Drive) -> Result<()> {
    let case = CASES
        .iter()
        .find(|case| case.name == options.name)
        .ok_or("no such case; `list` prints their names")?;
    let limit = Limit { time: Duration::from_secs(600), units: options.calls };
    let done = load::drive(case.work, options.port, case.in_flight, limit)?;
    writeln!(std::io::stdout(), "{} calls in {:.3} s", done.units, done.elapsed.as_secs_f64())?;
    Ok(())
}

const SIDES: [Side; 2] = [Side::Polywire, Side::Peer];
/// More calls than any round has.
const CALLS: u64 = 10_000_000;

/// Measures, and prints the table.
pub(crate) fn run(options: &Options) -> Result<()> {
    let machine = machine::describe();
    let cores = machine::cores()?;
    let bench = Bench { options, cores, program: std::env::current_exe()? };
    let cases = bench.cases()?;
    if let Some(cores) = cores {
        machine::pin(cores.load)?;
    }
    let mut rows = Vec::new();
    for case in cases {
        rows.push(bench.case(case).map_err(|error| format!("{}: {error}", case.name))?);
    }
    report::print(&machine, cores, &rows)
}

struct Bench<'a> {
    options: &'a Options,
    cores: Option<Cores>,
    program: PathBuf,
}

impl Bench<'_> {
    fn cases(&self) -> Result<Vec<&'static Case>> {
        let names = &self.options.names;
        if let Some(name) = names.iter().find(|name| !CASES.iter().any(|case| case.name.starts_with(*name))) {
            return Err(format!("no case `{name}`; `list` prints their names").into());
        }
        let wanted = |case: &&Case| names.is_empty() || names.iter().any(|name| case.name.starts_with(name));
        let possible = |case: &&Case| !matches!(case.work, Work::Queue(_)) || self.options.amqp.is_some();
        Ok(CASES.iter().filter(wanted).filter(possible).collect())
    }

    fn case(&self, case: &'static Case) -> Result<Row> {
        eprint!("{:14}", case.name);
        let mut rounds = [Vec::new(), Vec::new()];
        match case.work.task() {
            Some(task) => self.client_rounds(case, task, &mut rounds)?,
            None => self.server_rounds(case, &mut rounds)?,
        }
        let cost = Cost { allocations: self.allocations(case)?, instructions: self.instructions(case)? };
        let [polywire, peer] = rounds.map(|rounds| rounds.into_iter().map(figures).collect::<Vec<_>>());
        let row = Row::new(case, &polywire, &peer, cost);
        eprintln!(" {row}");
        Ok(row)
    }

    /// Both servers live through the whole case; they are loaded in turns.
    fn server_rounds(&self, case: &Case, rounds: &mut [Vec<Round>; 2]) -> Result<()> {
        let [mut ours, mut peer] = [self.server(case, Side::Polywire)?, self.server(case, Side::Peer)?];
        for server in [&mut ours, &mut peer] {
            server.check(case.work)?;
            server.round(case, self.limit(0.2))?;
        }
        for _ in 0..self.options.rounds {
            for (server, rounds) in [&mut ours, &mut peer].into_iter().zip(rounds.iter_mut()) {
                rounds.push(server.round(case, self.limit(1.0))?);
            }
        }
        Ok(())
    }

    fn limit(&self, part: f64) -> Limit {
        Limit { time: Duration::from_secs_f64(self.options.seconds * part), units: CALLS }
    }

    fn server(&self, case: &Case, side: Side) -> Result<Server> {
        Server::start(&[self.program.clone().into()], case, side, self.cores)
    }

    /// A process for each side and round.
    fn client_rounds(&self, case: &Case, task: Task, rounds: &mut [Vec<Round>; 2]) -> Result<()> {
        let target = self.target(task)?;
        for _ in 0..self.options.rounds {
            for (side, rounds) in SIDES.into_iter().zip(rounds.iter_mut()) {
                rounds.push(self.client_round(&self.program, case, (&target, self.options.tasks), side)?);
            }
        }
        Ok(())
    }

    fn client_round(
        &self,
        program: &Path,
        case: &Case,
        (target, tasks): (&Target, u64),
        side: Side,
    ) -> Result<Round> {
        let (url, core) = (target.url.as_str(), self.cores.map(|cores| cores.server));
        Worker { program, url, tasks, case, core }.round(target.task, side)
    }

    /// The target of the clients under test: the broker, or the peer's server on the other core. It is the
    /// same for both sides.
    fn target(&self, task: Task) -> Result<Target> {
        if task != Task::Call {
            let url = self.options.amqp.clone().ok_or("no broker")?;
            return Ok(Target { task, url, _server: None });
        }
        let swapped = self.cores.map(|Cores { server, load }| Cores { server: load, load: server });
        let program = [self.program.clone().into()];
        let server = Server::start_wire(&program, Wire::Grpc, (Side::Peer, Threads::Single), swapped)?;
        Ok(Target { task, url: format!("127.0.0.1:{}", server.port()), _server: Some(server) })
    }

    /// Allocations a call on both sides, by the program that counts them.
    fn allocations(&self, case: &Case) -> Result<Option<[Allocated; 2]>> {
        let mut name = OsString::from(self.program.file_name().unwrap_or_default());
        name.push("-counting");
        let program = self.program.with_file_name(name);
        if !program.exists() {
            return Ok(None);
        }
        let mut sides = [Allocated::default(); 2];
        for (side, allocated) in SIDES.into_iter().zip(sides.iter_mut()) {
            let round = match case.work.task() {
                Some(task) => {
                    self.client_round(&program, case, (&self.target(task)?, self.options.tasks / 4), side)?
                }
                None => {
                    let mut server = Server::start(&[program.clone().into()], case, side, self.cores)?;
                    server.round(case, self.limit(0.1))?;
                    server.round(case, self.limit(0.3))?
                }
            };
            *allocated = Allocated::of(&round).ok_or("the counting program did not count")?;
        }
        Ok(Some(sides))
    }

    /// Instructions a call on both sides, if they are asked for.
    fn instructions(&self, case: &Case) -> Result<Option<[f64; 2]>> {
        if !self.options.instructions || case.work.wire().is_none() {
            return Ok(None);
        }
        let mut sides = [0.0; 2];
        for (side, count) in SIDES.into_iter().zip(sides.iter_mut()) {
            *count = instructions::count(&self.program, case, side)?;
        }
        Ok(Some(sides))
    }
}

/// The server or broker that a client works with.
struct Target {
    task: Task,
    url: String,
    /// Lives as long.
    _server: Option<Server>,
}

/// Allocations a call.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Allocated {
    pub(crate) count: f64,
    pub(crate) bytes: f64,
}

impl Allocated {
    fn of(round: &Round) -> Option<Self> {
        let Allocations { count, bytes } = round.usage.allocations?;
        Some(Self { count: count as f64 / round.units as f64, bytes: bytes as f64 / round.units as f64 })
    }
}

fn figures(round: Round) -> Figures {
    Figures {
        cpu: round.usage.cpu.as_secs_f64() * 1e6 / round.units as f64,
        rate: round.units as f64 / round.elapsed.as_secs_f64(),
    }
}
