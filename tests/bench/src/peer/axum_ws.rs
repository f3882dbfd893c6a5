//! The WebSocket peer: JSON-RPC by hand over axum's `WebSocketUpgrade`, one loop a socket.

use super::axum_rest::Book;
use crate::Result;
use crate::payload::TITLE;
use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::routing::any;
use axum::serve::ListenerExt;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Request<'a> {
    id: u64,
    method: &'a str,
    #[serde(borrow)]
    params: &'a RawValue,
}

#[derive(Deserialize)]
struct GetBook {
    id: i32,
}

#[derive(Serialize)]
struct Response<T> {
    jsonrpc: &'static str,
    id: u64,
    result: T,
}

#[derive(Serialize)]
struct Failure<'a> {
    code: i32,
    message: &'a str,
}

#[derive(Serialize)]
struct Failed<'a> {
    jsonrpc: &'static str,
    id: u64,
    error: Failure<'a>,
}

fn answer(text: &str) -> serde_json::Result<String> {
    let request: Request<'_> = serde_json::from_str(text)?;
    let id = request.id;
    match request.method {
        "bench.v1.BookService.GetBook" => {
            let GetBook { id: book } = serde_json::from_str(request.params.get())?;
            let result = Book { id: book, title: TITLE.to_owned() };
            serde_json::to_string(&Response { jsonrpc: "2.0", id, result })
        }
        _ => {
            let error = Failure { code: -32601, message: "no such method" };
            serde_json::to_string(&Failed { jsonrpc: "2.0", id, error })
        }
    }
}

async fn talk(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let Message::Text(text) = message else { continue };
        let Ok(answer) = answer(&text) else { return };
        if socket.send(Message::Text(answer.into())).await.is_err() {
            return;
        }
    }
}

/// Serves until it is dropped.
pub(crate) async fn serve(listener: TcpListener) -> Result<()> {
    let router = Router::new().route("/ws", any(async |upgrade: WebSocketUpgrade| upgrade.on_upgrade(talk)));
    let listener = listener.tap_io(|stream| {
        // On failure the socket is slower, not wrong.
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, router).await?)
}
