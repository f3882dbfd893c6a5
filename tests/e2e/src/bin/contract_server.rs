//! Serves the contract, a service with every constraint and one with typed errors, on every wire, for clients that others wrote.

use clap::Parser;
use polywire::{Compression, Limits, Server};
use polywire_e2e::rules::{Rules, RulesServiceServer};
use polywire_e2e::shop::{Clerk, ShopServiceServer};
use polywire_e2e::{Contract, ContractServiceServer};
use std::process::ExitCode;
use std::time::Duration;

/// Serves `contract.v1.ContractService`, `rules.v1.RulesService` and `shop.v1.ShopService`.
#[derive(Parser)]
struct Options {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:0")]
    listen: String,
    /// The broker to consume from.
    #[arg(long, env = "AMQP_URL", default_value = "memory:")]
    amqp: String,
}

#[tokio::main]
#[allow(clippy::print_stdout, reason = "the address is this program's output")]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter()).init();
    let options = Options::parse();
    let listener = match tokio::net::TcpListener::bind(&options.listen).await {
        Ok(listener) => listener,
        Err(error) => return fail(&format!("cannot listen on {}: {error}", options.listen)),
    };
    match listener.local_addr() {
        Ok(address) => println!("listening on {address}"),
        Err(error) => return fail(&error.to_string()),
    }
    let server = Server::new()
        .service(ContractServiceServer::new(Contract::default()))
        .service(RulesServiceServer::new(Rules))
        // Nobody balances load over it.
        .limits(Limits::default().drain_delay(Duration::ZERO))
        .service(ShopServiceServer::new(Clerk))
        .compression([Compression::Gzip]);
    match server.listener(listener).amqp(options.amqp).serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string()),
    }
}

fn filter() -> tracing_subscriber::EnvFilter {
    tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into())
}

#[allow(clippy::print_stderr, reason = "the one line that says why")]
fn fail(why: &str) -> ExitCode {
    eprintln!("contract-server: {why}");
    ExitCode::FAILURE
}
