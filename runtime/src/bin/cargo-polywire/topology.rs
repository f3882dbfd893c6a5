//! `cargo polywire topology` writes what polywire declares on the broker, for an administrator.

use clap::Args;
use polywire_codegen::build::Builder;
use polywire_codegen::schema::definitions;
use std::path::PathBuf;

/// Writes exchanges, queues and bindings as RabbitMQ definitions (JSON).
///
/// `rabbitmqctl import_definitions FILE` creates them. Programs then need no right to configure.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The crate's root, such as src/lib.rs; its modules are read too
    #[arg(required = true, value_name = "FILE.rs")]
    sources: Vec<PathBuf>,
    /// The consumer group of events: the name of the program, or what `Server::consumer_group` says
    #[arg(long, value_name = "NAME")]
    group: String,
    /// The virtual host
    #[arg(long, value_name = "NAME", default_value = "/")]
    vhost: String,
    /// The file to write; standard output unless given
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), String> {
    let builder = arguments.sources.into_iter().fold(Builder::new(), Builder::source);
    let api = builder.api().map_err(|error| error.to_string())?;
    let text = definitions::render(&api, &arguments.vhost, &arguments.group);
    match arguments.out {
        Some(path) => std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display())),
        None => {
            println!("{text}");
            Ok(())
        }
    }
}
