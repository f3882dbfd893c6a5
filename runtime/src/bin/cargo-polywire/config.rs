//! `cargo polywire config` checks the configuration of a server, or writes one with every key.

use clap::{Args, Subcommand};
use polywire::{Config, ConfigSources};
use std::path::PathBuf;

/// Checks the configuration of a server, or writes one with every key
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Reads files as a server does, with the certificates that they name. It listens nowhere.
    Check {
        /// The files: .toml, .yaml or .json; a later one replaces keys of an earlier one
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Read the environment variables with this prefix too, such as POLYWIRE
        #[arg(long, value_name = "PREFIX")]
        environment: Option<String>,
    },
    /// Writes a file in TOML with every key, its documentation and its default
    Reference,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), String> {
    match arguments.verb {
        Verb::Check { files, environment } => {
            let sources = files.iter().fold(ConfigSources::new(), ConfigSources::file);
            let sources = environment.into_iter().fold(sources, ConfigSources::environment);
            let checked = sources.load().and_then(|config| config.server());
            drop(checked.map_err(|error| error.to_string())?);
            println!("the configuration is sound");
        }
        Verb::Reference => print!("{}", Config::reference()),
    }
    Ok(())
}
