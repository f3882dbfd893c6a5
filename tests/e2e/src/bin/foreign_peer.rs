//! The other side of Celery, NestJS and FastStream, for their own programs:
//! `foreign-peer serve|plain|celery|nest|faststream <broker>`.
//!
//! `serve` and `plain` say what ran, until they are stopped. The others call a worker of Celery, a service of NestJS or a
//! subscriber of FastStream, and print the outcome of each call in a line.

use polywire::{Caller, Codec, Endpoint, Result, Server, Status};
use polywire_e2e::abroad::{
    Abroad, NestServiceServer, NodeService, NodeServiceClient, PackingService, PackingServiceClient,
    PlainServiceServer, PythonService, PythonServiceClient, TaskServiceServer,
};
use std::fmt::Debug;

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", broker] => {
            let server = Server::new()
                .service(TaskServiceServer::new(Abroad))
                .service(NestServiceServer::new(Abroad))
                .reply_queues(["celery.python"]);
            server.amqp(*broker).serve().await?;
        }
        ["plain", broker] => {
            Server::new().service(PlainServiceServer::new(Abroad)).amqp(*broker).serve().await?;
        }
        ["faststream", broker] => faststream(broker).await?,
        ["celery", broker] => celery(broker).await?,
        ["nest", broker] => nest(broker).await?,
        _ => return Err("usage: foreign-peer serve|plain|celery|nest|faststream <broker>".into()),
    }
    Ok(())
}

async fn celery(broker: &str) -> Result<()> {
    let python = PythonServiceClient::connect(broker).await?;
    tell("add", python.add(2, 40).await);
    tell("note", python.note("from Rust".to_owned()).await);
    tell("fail", python.fail("no stock".to_owned()).await);
    tell("flaky", python.flaky("rust".to_owned()).await);
    tell("nobody", python.nobody().await);
    tell("describe", python.describe(None, vec!["x".to_owned()]).await);
    tell("big", python.add(1 << 40, 1).await);
    Ok(())
}

async fn nest(broker: &str) -> Result<()> {
    let node = NodeServiceClient::connect(broker).await?;
    tell("sum", node.sum(vec![1, 2, 39]).await);
    tell("greet", node.greet("Ada".to_owned(), "Lovelace".to_owned()).await);
    tell("fail", node.fail("no stock".to_owned()).await);
    tell("nobody", node.nobody().await);
    tell("created", node.created(7).await);
    Ok(())
}

async fn faststream(broker: &str) -> Result<()> {
    let packing =
        PackingServiceClient::from_caller(Caller::connect(Endpoint::new(broker).codec(Codec::Json)).await?);
    tell("pack", packing.pack(7, "Rome".to_owned()).await);
    Ok(())
}

#[allow(clippy::print_stdout, reason = "a peer's test reads the outcomes")]
fn tell(what: &str, outcome: Result<impl Debug>) {
    match outcome {
        Ok(value) => println!("{what} ok {value:?}"),
        Err(status) => println!("{what} {} {} {:?}", status.code(), status.message(), reason(&status)),
    }
}

fn reason(status: &Status) -> String {
    status.reason().map_or_else(String::new, |(reason, domain)| format!("{reason} of {domain}"))
}
