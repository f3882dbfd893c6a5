//! From the bytes of an HTTP/1.1 connection to an answer: hyper reads the head, the engine finds whom it is for.

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

/// All that a client says before it closes.
///
/// Whatever it is, the answers are HTTP, in the words of the protocol that asked, and none says that the server is at fault.
pub fn http(data: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.unwrap_or_else(|error| panic!("no runtime: {error}"));
    let answers = runtime.block_on(talk(data));
    // A HEAD has the head of an answer that has a body: which it is, only the request tells.
    let heads_only = data.windows(4).any(|window| window.eq_ignore_ascii_case(b"HEAD"));
    check(&answers, heads_only);
}

async fn talk(data: &[u8]) -> Vec<u8> {
    let (client, server) = tokio::io::duplex(1 << 16);
    let service = TowerToHyperService::new(ROUTER.clone());
    let serve = async move {
        let mut http1 = http1::Builder::new();
        // A connection that a client breaks off ends with an error, and that is all right.
        let _ = http1.half_close(true).serve_connection(TokioIo::new(server), service).with_upgrades().await;
    };
    let speak = async move {
        let (mut read, mut write) = tokio::io::split(client);
        let mut answers = Vec::new();
        let say = async {
            // It may be cut short by an answer that ends the connection.
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
