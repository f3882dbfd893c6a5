//! Serves four services on every wire, for clients that others wrote: the contract, one with every
//! constraint, one with every well-known type, and one with typed errors.

use clap::Parser;
use polywire::layers::Metrics;
use polywire::{ClientAddress, Compression, Limits, Operation, Server, ServerTls};
use polywire_e2e::known::{KnownServiceServer, Mirror};
use polywire_e2e::rules::{Rules, RulesServiceServer};
use polywire_e2e::shop::{Clerk, ShopServiceServer};
use polywire_e2e::{Contract, ContractServiceServer};
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};

/// Serves `contract.v1.ContractService`, `rules.v1.RulesService`, `known.v1.KnownService` and `shop.v1.ShopService`.
#[derive(Parser)]
struct Options {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:0")]
    listen: String,
    /// The broker to consume from.
    #[arg(long, env = "AMQP_URL", default_value = "memory:")]
    amqp: String,
    /// Serve on a thread for each core.
    #[arg(long)]
    thread_per_core: bool,
    /// TLS, with a certificate for `localhost` that is made up now, and written to this file in PEM.
    #[arg(long)]
    tls: Option<std::path::PathBuf>,
    /// The address of probes and numbers; port 0 takes a free one.
    #[arg(long)]
    operation: Option<String>,
    /// A proxy whose `x-forwarded-for` is believed.
    #[arg(long)]
    trusted_proxy: Vec<String>,
    /// A peer whose connections begin with a header of the PROXY protocol.
    #[arg(long)]
    proxy_protocol: Vec<String>,
}

#[tokio::main]
#[allow(clippy::print_stdout, reason = "the address is this program's output")]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter()).init();
    let options = Options::parse();
    // A client that can connect can also read the certificate.
    let tls = match options.tls.as_deref().map(own_tls).transpose() {
        Ok(tls) => tls,
        Err(error) => return fail(&format!("no TLS: {error}")),
    };
    let server = Server::new()
        .service(ContractServiceServer::new(Contract::default()))
        .service(RulesServiceServer::new(Rules))
        .service(KnownServiceServer::new(Mirror))
        // No load balancer has to hear of the end first.
        .limits(Limits::default().drain_delay(Duration::ZERO))
        .service(ShopServiceServer::new(Clerk))
        .compression([Compression::Gzip]);
    let (server, address) = match bind(&options, server).await {
        Ok(bound) => bound,
        Err(error) => return fail(&format!("cannot listen on {}: {error}", options.listen)),
    };
    println!("listening on {address}");
    let server = server
        .trusted_proxies(options.trusted_proxy.iter().map(String::as_str))
        .client_address(ClientAddress::XForwardedFor)
        .proxy_protocol(options.proxy_protocol.iter().map(String::as_str));
    let server = match &options.operation {
        None => server,
        Some(at) => match operated(server, at).await {
            Ok(server) => server,
            Err(error) => return fail(&format!("cannot listen on {at}: {error}")),
        },
    };
    let server = tls.into_iter().fold(server, Server::tls);
    match server.amqp(options.amqp).serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string()),
    }
}

/// Binds the address, so that it is known before the server listens.
async fn bind(options: &Options, server: Server) -> io::Result<(Server, SocketAddr)> {
    if options.thread_per_core {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.set_reuseport(true)?;
        socket.bind(options.listen.parse().map_err(io::Error::other)?)?;
        // The socket is bound and does not listen. It keeps the port for the threads' sockets as long as the
        // process lives.
        let socket: &'static TcpSocket = Box::leak(Box::new(socket));
        let address = socket.local_addr()?;
        return Ok((server.listen(address.to_string()).thread_per_core(), address));
    }
    let listener = TcpListener::bind(&options.listen).await?;
    let address = listener.local_addr()?;
    Ok((server.listener(listener), address))
}

/// Adds probes and numbers, on a listener of their own.
#[allow(clippy::print_stdout, reason = "the address is this program's output")]
async fn operated(server: Server, at: &str) -> io::Result<Server> {
    let listener = TcpListener::bind(at).await?;
    println!("operation on {}", listener.local_addr()?);
    let metrics = Metrics::new();
    metrics.add_queues(server.queue_stats());
    let server = server.interceptor(metrics.server());
    Ok(server.operation(Operation::new().listener(listener).probes_everywhere().debug().metrics(&metrics)))
}

fn own_tls(file: &Path) -> Result<ServerTls, Box<dyn Error>> {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let (cert, key) = (own.cert.pem(), own.signing_key.serialize_pem());
    std::fs::write(file, &cert)?;
    Ok(ServerTls::new(cert.as_bytes(), key.as_bytes())?)
}

fn filter() -> tracing_subscriber::EnvFilter {
    tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into())
}

#[allow(clippy::print_stderr, reason = "the one line that says why")]
fn fail(why: &str) -> ExitCode {
    eprintln!("contract-server: {why}");
    ExitCode::FAILURE
}
