//! A run: each case on both sides in alternating rounds, checked, and the medians of what was seen.

use crate::case::{CASES, Case, Payload, Side, Task, Work};
use crate::load::{self, pump::Limit};
use crate::machine::{self, Cores};
use crate::report::{self, Figures, Row};
use crate::usage::{Allocations, Usage};
use crate::{Result, ours, payload, peer};
use clap::Args;
use peer::grpc_stubs::book_service_client::BookServiceClient;
use peer::grpc_stubs::{GetBookRequest, WatchRequest};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
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
    /// How many tasks a round of a queue has.
    #[arg(long, default_value_t = 20_000)]
    tasks: u64,
    /// The broker of the queue cases; without it they are left out.
    #[arg(long, env = "AMQP_URL")]
    amqp: Option<String>,
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

/// What one round of one side came to.
#[derive(Debug, Clone, Copy)]
struct Round {
    units: u64,
    elapsed: Duration,
    usage: Usage,
}

impl Bench<'_> {
    fn cases(&self) -> Result<Vec<&'static Case>> {
        let names = &self.options.names;
        if let Some(name) = names.iter().find(|name| !CASES.iter().any(|case| case.name.starts_with(*name))) {
            return Err(format!("no case `{name}`; `list` prints their names").into());
        }
        let wanted = |case: &&Case| names.is_empty() || names.iter().any(|name| case.name.starts_with(name));
        let possible = |case: &&Case| case.work.wire().is_some() || self.options.amqp.is_some();
        Ok(CASES.iter().filter(wanted).filter(possible).collect())
    }

    fn case(&self, case: &'static Case) -> Result<Row> {
        eprint!("{:14}", case.name);
        let mut rounds = [Vec::new(), Vec::new()];
        match case.work {
            Work::Queue(task) => self.queue_rounds(case, task, &mut rounds)?,
            _ => self.server_rounds(case, &mut rounds)?,
        }
        let allocations = self.allocations(case)?;
        let [polywire, peer] = rounds.map(|rounds| rounds.into_iter().map(figures).collect::<Vec<_>>());
        let row = Row::new(case, &polywire, &peer, allocations);
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
        Server::start(&self.program, case, side, self.cores)
    }

    /// A process for each side and round.
    fn queue_rounds(&self, case: &Case, task: Task, rounds: &mut [Vec<Round>; 2]) -> Result<()> {
        for _ in 0..self.options.rounds {
            for (side, rounds) in SIDES.into_iter().zip(rounds.iter_mut()) {
                rounds.push(self.queue_round(&self.program, case, task, side, self.options.tasks)?);
            }
        }
        Ok(())
    }

    /// One round between an empty queue and an empty queue.
    fn queue_round(&self, program: &Path, case: &Case, task: Task, side: Side, tasks: u64) -> Result<Round> {
        let url = self.options.amqp.as_deref().ok_or("no broker")?;
        let queue = match side {
            Side::Polywire => ours::queue::QUEUE,
            Side::Peer => peer::lapin::QUEUE,
        };
        let broker = Broker { url, queue };
        let expected = tasks + tasks / 10;
        let worker = Worker { program, url, tasks, case, core: self.cores.map(|cores| cores.server) };
        broker.purge()?;
        let published = worker.work(side, Task::Publish)?;
        broker.expect(expected)?;
        let round = match task {
            Task::Publish => published,
            Task::Consume => {
                let consumed = worker.work(side, Task::Consume)?;
                broker.expect(0)?;
                consumed
            }
        };
        broker.purge()?;
        Ok(round)
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
            let round = match case.work {
                Work::Queue(task) => self.queue_round(&program, case, task, side, self.options.tasks / 4)?,
                _ => {
                    let mut server = Server::start(&program, case, side, self.cores)?;
                    server.round(case, self.limit(0.1))?;
                    server.round(case, self.limit(0.3))?
                }
            };
            *allocated = Allocated::of(&round).ok_or("the counting program did not count")?;
        }
        Ok(Some(sides))
    }
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

/// A server child.
struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    port: u16,
}

impl Server {
    fn start(program: &Path, case: &Case, side: Side, cores: Option<Cores>) -> Result<Self> {
        let wire = case.work.wire().ok_or("no server in this case")?;
        let mut command = Command::new(program);
        command
            .args(["serve", &side.to_string(), &wire.to_string()])
            .args(on_core(cores.map(|cores| cores.server)));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (input, output) = child.stdin.take().zip(child.stdout.take()).ok_or("no pipes to the server")?;
        let mut server = Self { child, input, output: BufReader::new(output), port: 0 };
        server.port = server.line()?.parse()?;
        Ok(server)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            return Err("the server ended".into());
        }
        Ok(line.trim_end().to_owned())
    }

    fn usage(&mut self) -> Result<Usage> {
        self.input.write_all(b"\n")?;
        self.line()?.parse()
    }

    fn round(&mut self, case: &Case, limit: Limit) -> Result<Round> {
        let before = self.usage()?;
        let done = load::drive(case.work, self.port, case.in_flight, limit)?;
        let usage = self.usage()? - before;
        Ok(Round { units: done.units, elapsed: done.elapsed, usage })
    }

    /// What the generators cannot see: the status of a gRPC call, as a stock client reads it.
    fn check(&self, work: Work) -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let mut client = match work {
                Work::GrpcUnary(_) | Work::GrpcStream(_) => {
                    BookServiceClient::connect(format!("http://127.0.0.1:{}", self.port)).await?
                }
                _ => return Ok(()),
            };
            match work {
                Work::GrpcUnary(Payload::Small) => {
                    let book = client.get_book(GetBookRequest { id: payload::BOOK }).await?.into_inner();
                    expect((book.id, &*book.title) == (payload::BOOK, payload::TITLE))
                }
                Work::GrpcUnary(Payload::Order) => {
                    let order = payload::protobuf_order();
                    let answer = client.echo_order(order.clone()).await?.into_inner();
                    expect(answer == order)
                }
                _ => {
                    let mut ticks = client.watch(WatchRequest { count: 1000 }).await?.into_inner();
                    let mut next = 0;
                    while let Some(tick) = ticks.message().await? {
                        expect(tick.index == next)?;
                        next += 1;
                    }
                    expect(next == 1000)
                }
            }
        })
    }
}

fn expect(right: bool) -> Result<()> {
    if right { Ok(()) } else { Err("a wrong answer to tonic's client".into()) }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is reaped here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn on_core(core: Option<usize>) -> Vec<String> {
    core.map(|core| vec!["--core".to_owned(), core.to_string()]).unwrap_or_default()
}

/// How queue children are started.
struct Worker<'a> {
    program: &'a Path,
    url: &'a str,
    tasks: u64,
    case: &'a Case,
    core: Option<usize>,
}

impl Worker<'_> {
    fn work(&self, side: Side, task: Task) -> Result<Round> {
        let mut command = Command::new(self.program);
        command.args(["work", &side.to_string(), &task.to_string(), self.url, &self.tasks.to_string()]);
        command.args(["--in-flight", &self.case.in_flight.to_string()]).args(on_core(self.core));
        let output = command.stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("the {side} child of {task} failed").into());
        }
        let line = String::from_utf8(output.stdout)?;
        let (elapsed, usage) = line.trim_end().split_once(' ').ok_or("a queue child printed nothing")?;
        let elapsed = Duration::from_nanos(elapsed.parse()?);
        Ok(Round { units: self.tasks, elapsed, usage: usage.parse()? })
    }
}

/// A queue, looked at from outside.
struct Broker<'a> {
    url: &'a str,
    queue: &'a str,
}

impl Broker<'_> {
    /// How long the broker may take to agree, and how long an agreement must last: what was unacked comes back
    /// after its connection is gone.
    const PATIENCE: u32 = 50;
    const PAUSE: Duration = Duration::from_millis(200);

    fn expect(&self, tasks: u64) -> Result<()> {
        let mut waiting = 0;
        for _ in 0..Self::PATIENCE {
            std::thread::sleep(Self::PAUSE);
            waiting = self.block_on(peer::lapin::waiting(self.url, self.queue))?;
            if u64::from(waiting) == tasks {
                return Ok(());
            }
        }
        Err(format!("{waiting} tasks wait in {}, not {tasks}", self.queue).into())
    }

    fn purge(&self) -> Result<()> {
        self.block_on(peer::lapin::purge(self.url, self.queue))
    }

    fn block_on<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
    }
}
