//! A server child, seen from the run: started, loaded, asked, ended.

use crate::case::{Case, Payload, Side, Threads, Wire, Work};
use crate::load::{self, pump::Limit};
use crate::machine::Cores;
use crate::peer::grpc_stubs::book_service_client::BookServiceClient;
use crate::peer::grpc_stubs::{GetBookRequest, WatchRequest};
use crate::usage::Usage;
use crate::{Result, payload};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// The result of one round of one side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Round {
    pub(crate) units: u64,
    pub(crate) elapsed: Duration,
    pub(crate) usage: Usage,
}

/// A running server; killed with its handle.
pub(crate) struct Server {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    port: u16,
}

impl Server {
    /// Starts `program`, which is this one and what it is to run under.
    pub(crate) fn start(program: &[OsString], case: &Case, side: Side, cores: Option<Cores>) -> Result<Self> {
        let wire = case.work.wire().ok_or("no server in this case")?;
        Self::start_wire(program, wire, case.work.server(side), cores)
    }

    /// The same by what it speaks.
    pub(crate) fn start_wire(
        program: &[OsString],
        wire: Wire,
        (side, threads): (Side, Threads),
        cores: Option<Cores>,
    ) -> Result<Self> {
        let (first, rest) = program.split_first().ok_or("no program")?;
        let mut command = Command::new(first);
        command.args(rest).args(["serve", &side.to_string(), &wire.to_string()]);
        command.args(["--threads", &threads.to_string()]);
        command.args(on_core(cores.map(|cores| cores.server)));
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = started.map_err(|error| format!("{}: {error}", first.display()))?;
        let (input, output) = child.stdin.take().zip(child.stdout.take()).ok_or("no pipes to the server")?;
        let mut server = Self { child, input: Some(input), output: BufReader::new(output), port: 0 };
        server.port = server.line()?.parse()?;
        Ok(server)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Ends it as it ends by itself.
    pub(crate) fn end(mut self) -> Result<()> {
        self.input = None;
        self.child.wait()?;
        Ok(())
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            return Err("the server ended".into());
        }
        Ok(line.trim_end().to_owned())
    }

    fn usage(&mut self) -> Result<Usage> {
        self.input.as_ref().ok_or("the server was ended")?.write_all(b"\n")?;
        self.line()?.parse()
    }

    /// Loads it, between two readings of its clock.
    pub(crate) fn round(&mut self, case: &Case, limit: Limit) -> Result<Round> {
        let before = self.usage()?;
        let done = load::drive(case.work, self.port, case.in_flight, limit)?;
        let usage = self.usage()? - before;
        Ok(Round { units: done.units, elapsed: done.elapsed, usage })
    }

    /// Checks the status of a gRPC call with a stock client, because the generators cannot see it.
    pub(crate) fn check(&self, work: Work) -> Result<()> {
        if !matches!(work, Work::GrpcUnary(_) | Work::GrpcStream(_) | Work::Threads) {
            return Ok(());
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let mut client = BookServiceClient::connect(format!("http://127.0.0.1:{}", self.port)).await?;
            match work {
                Work::GrpcUnary(Payload::Order) => {
                    let order = payload::protobuf_order();
                    let answer = client.echo_order(order.clone()).await?.into_inner();
                    expect(answer == order)
                }
                Work::GrpcStream(_) => {
                    let mut ticks = client.watch(WatchRequest { count: 1000 }).await?.into_inner();
                    let mut next = 0;
                    while let Some(tick) = ticks.message().await? {
                        expect(tick.index == next)?;
                        next += 1;
                    }
                    expect(next == 1000)
                }
                _ => {
                    let book = client.get_book(GetBookRequest { id: payload::BOOK }).await?.into_inner();
                    expect((book.id, &*book.title) == (payload::BOOK, payload::TITLE))
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
        // The child may have ended by itself; it is reaped here in both cases.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The option that keeps a child on a core.
pub(crate) fn on_core(core: Option<usize>) -> Vec<String> {
    core.map(|core| vec!["--core".to_owned(), core.to_string()]).unwrap_or_default()
}
