//! tonic and polywire, both ways, on one contract.
//!
//! build.rs writes the `.proto` of the trait below, and tonic's stubs of that `.proto`. A client of tonic calls a
//! server of polywire, then a client of polywire calls a server of tonic.
//!
//! Run it: `cargo run -p polywire-examples-generated --bin tonic_interop`
#![allow(clippy::print_stdout, reason = "the lines are what this program is for")]

use polywire::{Limits, Result, Server, Status, service};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tonic::transport::server::TcpIncoming;

/// Greets.
#[service(package = "greet.v1")]
pub trait Greeter {
    /// Greets somebody.
    async fn greet(&self, name: String) -> Result<String>;
}

struct Desk;

impl Greeter for Desk {
    async fn greet(&self, name: String) -> Result<String> {
        if name.is_empty() {
            return Err(Status::invalid_argument("nobody to greet"));
        }
        Ok(format!("polywire greets {name}"))
    }
}

/// The stubs that build.rs made for tonic.
mod stubs {
    #![allow(
        missing_docs,
        unreachable_pub,
        clippy::all,
        clippy::clone_on_ref_ptr,
        reason = "made by another generator"
    )]
    tonic::include_proto!("greet.v1");
}

struct TonicDesk;

#[tonic::async_trait]
impl stubs::greeter_server::Greeter for TonicDesk {
    async fn greet(
        &self,
        request: tonic::Request<stubs::GreetRequest>,
    ) -> Result<tonic::Response<stubs::GreetResponse>, tonic::Status> {
        match request.into_inner().name.as_str() {
            "" => Err(tonic::Status::invalid_argument("nobody to greet")),
            name => Ok(tonic::Response::new(stubs::GreetResponse { result: format!("tonic greets {name}") })),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // polywire serves, tonic calls.
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let limits = Limits::default().drain_delay(Duration::ZERO); // no load balancer waits for our end
    let server = Server::new().service(GreeterServer::new(Desk)).limits(limits).listener(listener);
    let server = tokio::spawn(server.serve_until(async { drop(stopped.await) }));

    let mut client = stubs::greeter_client::GreeterClient::connect(format!("http://{address}")).await?;
    for name in ["Ada", ""] {
        match client.greet(stubs::GreetRequest { name: name.to_owned() }).await {
            Ok(response) => println!("tonic's client: {}", response.into_inner().result),
            Err(status) => println!("tonic's client: {:?}, {}", status.code(), status.message()),
        }
    }
    drop((client, stop));
    server.await??;

    // tonic serves, polywire calls.
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tonic::transport::Server::builder()
        .add_service(stubs::greeter_server::GreeterServer::new(TonicDesk))
        .serve_with_incoming_shutdown(TcpIncoming::from(listener), async { drop(stopped.await) });
    let server = tokio::spawn(server);

    let client = GreeterClient::connect(format!("grpc://{address}")).await?;
    for name in ["Ada", ""] {
        match client.greet(name.to_owned()).await {
            Ok(greeting) => println!("polywire's client: {greeting}"),
            Err(status) => println!("polywire's client: {status}"),
        }
    }
    drop((client, stop));
    Ok(server.await??)
}
