//! A client that knows only what the documents say.

use super::Served;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// Longer than any step takes: a message that has not come by then does not come.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub struct Client {
    pub socket: WebSocketStream<TcpStream>,
    next: u64,
}

/// A refused handshake: the answer's status and body.
#[derive(Debug, PartialEq)]
pub struct Refused(pub u16, pub Value);

/// Opens a connection with more headers.
pub async fn open_with(
    served: &Served,
    path: &str,
    headers: &[(&'static str, &str)],
) -> Result<Client, Refused> {
    let io = TcpStream::connect(served.address).await.expect("a connection");
    let mut request = format!("ws://{}{path}", served.address).into_client_request().expect("a request");
    for (name, value) in headers {
        let value = HeaderValue::from_str(value).expect("a value");
        request.headers_mut().insert(HeaderName::from_static(name), value);
    }
    match client_async(request, io).await {
        Ok((socket, _)) => Ok(Client { socket, next: 1 }),
        Err(Error::Http(response)) => {
            let body = response.body().as_deref().unwrap_or_default();
            Err(Refused(response.status().as_u16(), serde_json::from_slice(body).unwrap_or(Value::Null)))
        }
        Err(error) => panic!("{error}"),
    }
}

pub async fn open(served: &Served, path: &str) -> Client {
    open_with(served, path, &[]).await.expect("a WebSocket")
}

/// Opens the multiplexed connection.
pub async fn rpc(served: &Served) -> Client {
    open(served, "/ws").await
}

impl Client {
    pub async fn send(&mut self, message: impl Into<Message>) {
        self.socket.send(message.into()).await.expect("sent");
    }

    pub async fn say(&mut self, message: Value) {
        self.send(message.to_string()).await;
    }

    /// The next message that is not a ping.
    pub async fn message(&mut self) -> Option<Message> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("something comes");
            match next {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(message)) => return Some(message),
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// The next message, which is JSON.
    pub async fn hear(&mut self) -> Value {
        match self.message().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).expect("JSON"),
            other => panic!("no text: {other:?}"),
        }
    }

    /// The code and reason of the Close that comes next.
    pub async fn closed(&mut self) -> (u16, String) {
        match self.message().await {
            Some(Message::Close(Some(CloseFrame { code, reason }))) => (code.into(), reason.to_string()),
            other => panic!("no Close: {other:?}"),
        }
    }

    /// All messages up to the end of the connection.
    pub async fn rest(&mut self) -> Vec<Message> {
        let mut rest = Vec::new();
        while let Some(message) = self.message().await {
            rest.push(message);
        }
        rest
    }

    /// Sends a request and returns its id.
    pub async fn request(&mut self, method: &str, params: Value) -> u64 {
        self.request_with(method, params, json!({})).await
    }

    pub async fn request_with(&mut self, method: &str, params: Value, beside: Value) -> u64 {
        let id = self.next;
        self.next += 1;
        let mut request =
            json!({"jsonrpc": "2.0", "id": id, "method": format!("desk.v1.Desk.{method}"), "params": params});
        for (name, value) in beside.as_object().expect("an object") {
            request[name] = value.clone();
        }
        self.say(request).await;
        id
    }

    pub async fn notify(&mut self, method: &str, params: Value) {
        self.say(json!({"jsonrpc": "2.0", "method": method, "params": params})).await;
    }

    /// The answer to a request.
    pub async fn call(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params).await;
        let answer = self.hear().await;
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    /// Sends a request whose answer is a stream, and returns its subscription.
    pub async fn subscribe(&mut self, method: &str, params: Value, beside: Value) -> Value {
        let id = self.request_with(method, params, beside).await;
        let answer = self.hear().await;
        assert_eq!(answer["id"], id, "{answer}");
        answer["result"]["subscription"].clone()
    }
}
