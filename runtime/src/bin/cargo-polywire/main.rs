//! `cargo polywire`: what a project does with polywire outside of its program. One file a subcommand.
//!
//! Exit codes: 0 when all went well, 1 when the work failed, with the reason on standard error, and 2 when the
//! command line is wrong.
#![allow(unused_crate_dependencies, clippy::print_stdout, reason = "a program beside a library")]

mod config;
mod dlq;
mod import;
mod topology;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The tool of polywire.
#[derive(Parser)]
#[command(name = "cargo polywire", bin_name = "cargo polywire", version, about, long_about = None)]
#[command(after_help = "Exit codes: 0 success, 1 failure, 2 wrong use.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Config(config::Arguments),
    Import(import::Arguments),
    Dlq(dlq::Arguments),
    Topology(topology::Arguments),
}

fn main() -> ExitCode {
    // cargo puts the subcommand's own name in front.
    let is_cargos = |(at, arg): &(usize, std::ffi::OsString)| *at == 1 && arg == "polywire";
    let written = std::env::args_os().enumerate().filter(|arg| !is_cargos(arg)).map(|(_, arg)| arg);
    let done = match Arguments::parse_from(written).command {
        Command::Config(arguments) => config::run(arguments),
        Command::Import(arguments) => import::run(arguments),
        Command::Dlq(arguments) => dlq::run(arguments),
        Command::Topology(arguments) => topology::run(arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}
