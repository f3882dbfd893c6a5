//! HTTP/1.1 from the bytes of a connection to an answer: hyper reads the head, and the engine finds the handler.

mod answer;
mod library;

use answer::check;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use library::{LibraryServer, Shelf};
use polywire::{Compression, Server};
use std::sync::LazyLock;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

static ROUTER: LazyLock<Router> = LazyLock::new(|| {
    Server::new().service(LibraryServer::new(Shelf)).compression([Compression::Gzip]).into_router()
});

/// Checks the answers to a connection. The input is everything that the client says before it closes.
///
/// The answers must be HTTP, in the form of the protocol that asked. No answer may say that the server is at fault.
pub fn http(data: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.unwrap_or_else(|error| panic!("no runtime: {error}"));
    let answers = runtime.block_on(talk(data));
    // The answer to a HEAD looks as if a body followed. Only the request tells that none does.
    let heads_only = data.windows(4).any(|window| window.eq_ignore_ascii_case(b"HEAD"));
    check(&answers, heads_only);
}

async fn talk(data: &[u8]) -> Vec<u8> {
    let (client, server) = tokio::io::duplex(1 << 16);
    let service = TowerToHyperService::new(ROUTER.clone());
    let serve = async move {
        let mut http1 = http1::Builder::new();
        // A connection that a client breaks off may end with an error.
        let _ = http1.half_close(true).serve_connection(TokioIo::new(server), service).with_upgrades().await;
    };
    let speak = async move {
        let (mut read, mut write) = tokio::io::split(client);
        let mut answers = Vec::new();
        let say = async {
            // An answer that ends the connection may cut the writing short.
            let _ = write.write_all(data).await;
            let _ = write.shutdown().await;
        };
        let hear = async {
            let _ = read.read_to_end(&mut answers).await;
        };
        tokio::join!(say, hear);
        answers
    };
    tokio::join!(serve, speak).1
}
