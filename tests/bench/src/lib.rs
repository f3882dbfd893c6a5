//! polywire beside hand-written programs on the same crates: the same work, in one run, in alternating
//! rounds.
//!
//! `run` starts each server as a child on a core of its own. It loads it from another core with generators
//! that know neither side, and asks the child for the CPU time that it used. Only ratios of one run are worth
//! quoting.

mod broker;
mod case;
mod child;
mod codec;
mod instructions;
mod load;
mod machine;
mod ours;
mod payload;
mod peer;
mod report;
mod run;
mod server;
mod usage;

pub use usage::Allocations;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Any failure, as text on its way to the terminal.
type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Parser)]
#[command(about = "polywire beside hand-written tonic, axum and lapin programs")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure, and print a Markdown table.
    Run(run::Options),
    /// Measure the codecs alone, and print a Markdown table.
    Codec(codec::Options),
    /// Encode or decode one thing so many times, under a profiler for instance.
    Repeat(codec::Repeat),
    /// Print the names of the cases.
    List,
    /// Load a server that runs already, under a profiler for instance.
    Drive(run::Drive),
    /// A server on a free loopback port, which it prints; ends with its standard input.
    Serve(child::serve::Options),
    /// One round of publishing or consuming; prints what it used.
    Work(child::work::Options),
}

/// The whole program. `allocations` reads the counter of the program's allocator, if it has one.
pub fn main(allocations: fn() -> Option<Allocations>) -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Run(options) => run::run(&options),
        Command::Codec(options) => codec::run(&options),
        Command::Repeat(options) => codec::repeat(&options, allocations),
        Command::List => report::list(),
        Command::Drive(options) => run::drive(&options),
        Command::Serve(options) => child::serve::serve(&options, allocations),
        Command::Work(options) => child::work::work(&options, allocations),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("polywire-bench: {error}");
            ExitCode::FAILURE
        }
    }
}
