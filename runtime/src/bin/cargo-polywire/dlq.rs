//! `cargo polywire dlq` looks after dead letters: `list`, `show`, `replay` and `purge`.

mod filter;
mod shown;

use clap::{Args, Subcommand};
use filter::Filter;
use polywire::{ClientTls, DeadLetters, Endpoint};
use std::path::PathBuf;

/// Lists, shows, replays and purges dead letters.
///
/// Every action takes the queue whose letters are meant, such as books.v1.BookService.ProcessOrder, and filters.
/// Letters that are looked at go back to their place.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Prints one line a letter: time, attempts, id, method, reason
    List(Asked),
    /// Prints each letter as JSON: status with details, first exchange and key, trace, body
    Show(Asked),
    /// Sends letters back to their queue under the same message id; each is confirmed before the letter is gone
    Replay(Asked),
    /// Drops letters for good
    Purge {
        #[command(flatten)]
        asked: Asked,
        /// Confirms that the letters may be lost
        #[arg(long, required = true)]
        yes: bool,
    },
}

#[derive(Args)]
struct Asked {
    /// The queue whose dead letters are meant
    queue: String,
    #[command(flatten)]
    broker: Broker,
    #[command(flatten)]
    filter: Filter,
}

#[derive(Args)]
struct Broker {
    /// The broker: amqp://user:password@host:5672/vhost, or amqps://
    #[arg(long, env = "AMQP_URL", hide_env_values = true)]
    url: String,
    /// A PEM file with the certificate authority of the broker
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// A PEM file with a certificate of our own
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// The PEM file with its private key
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
}

impl Broker {
    fn endpoint(self) -> Result<Endpoint, String> {
        let read = |path: &PathBuf| {
            std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
        };
        let mut tls = match &self.ca {
            Some(ca) => ClientTls::with_roots(&read(ca)?).map_err(|status| status.to_string())?,
            None => ClientTls::default(),
        };
        if let (Some(cert), Some(key)) = (&self.cert, &self.key) {
            tls = tls.identity(&read(cert)?, &read(key)?).map_err(|status| status.to_string())?;
        }
        Ok(Endpoint::new(self.url).tls(tls))
    }
}

pub(crate) fn run(arguments: Arguments) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    runtime.block_on(act(arguments.action))
}

async fn act(action: Action) -> Result<(), String> {
    match action {
        Action::List(asked) => look(asked, shown::line).await,
        Action::Show(asked) => look(asked, shown::whole).await,
        Action::Replay(asked) => {
            let (letters, filter) = open(asked)?;
            let done = letters.replay(filter.counted()).await.map_err(|status| status.to_string())?;
            println!("{done} replayed");
            Ok(())
        }
        Action::Purge { asked, yes: _ } => {
            let (letters, filter) = open(asked)?;
            let done = letters.purge(filter.counted()).await.map_err(|status| status.to_string())?;
            println!("{done} purged");
            Ok(())
        }
    }
}

fn open(asked: Asked) -> Result<(DeadLetters, Filter), String> {
    let letters = DeadLetters::of(asked.broker.endpoint()?, asked.queue);
    Ok((letters.map_err(|status| status.to_string())?, asked.filter))
}

async fn look(asked: Asked, show: fn(&polywire::DeadLetter) -> String) -> Result<(), String> {
    let (letters, filter) = open(asked)?;
    let mut counted = filter.counted();
    let all = letters.list(|_| true).await.map_err(|status| status.to_string())?;
    let found: Vec<_> = all.iter().filter(|letter| counted(letter)).collect();
    found.iter().for_each(|letter| println!("{}", show(letter)));
    eprintln!("{} of {} letters", found.len(), all.len());
    Ok(())
}
