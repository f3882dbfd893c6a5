//! The way from a URL to a connection whose handshake is done.

use super::super::MULTIPLEXED;
use super::super::alive::Alive;
use super::super::socket::{Bounds, Socket};
use crate::call::status::{Code, Result, Status};
use crate::channel::Endpoint;
use crate::channel::dial::{self, Address, Io, Offer, Opened, Tls};
use crate::channel::url::{self, Url, UrlText};
use http::HeaderValue;
use http::header::SEC_WEBSOCKET_PROTOCOL;
use std::time::Duration;
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::Error;

/// Bytes that a message may have beside the item in it.
const ENVELOPE: usize = 64 << 10;

/// The address of a server, and how to connect to it.
#[derive(Debug)]
pub(super) struct Dialer {
    url: UrlText,
    address: Address,
    tls: Option<Tls>,
    subprotocol: Option<&'static str>,
    bounds: Bounds,
    timeout: Duration,
}

impl Dialer {
    /// # Errors
    /// `invalid_argument` when the URL is not valid.
    pub(super) fn new(endpoint: &Endpoint, subprotocol: Option<&'static str>) -> Result<Self> {
        let (secure, port) = match url::scheme(endpoint.url.as_written()).as_str() {
            "wss" => (true, 443),
            _ => (false, 80),
        };
        let url = Url::without_credentials(&endpoint.url)?;
        let path = under(url.path);
        let query = url.query.map(|query| format!("?{query}")).unwrap_or_default();
        let message = endpoint.message_size.saturating_add(ENVELOPE);
        Ok(Self {
            url: format!("ws://{}{path}{query}", url.at.authority()).into(),
            address: match endpoint.http.addresses.first() {
                Some(address) => Address::parse(address)?,
                None => Address::Tcp(url.at.address(port)),
            },
            tls: secure.then(|| Tls::toward(endpoint, url.at.host)).transpose()?,
            subprotocol,
            bounds: Bounds {
                message,
                frame: message,
                unsent: 1 << 20,
                ping: Duration::from_secs(20),
                idle: Duration::from_secs(40),
            },
            timeout: endpoint.connect_timeout,
        })
    }

    /// # Errors
    /// `unavailable` when nobody answers, else the status that the answer stands for.
    pub(super) async fn dial(&self) -> Result<Socket<Io>> {
        let late =
            |_| Status::unavailable(format!("{} did not answer within {:?}", self.address, self.timeout));
        tokio::time::timeout(self.timeout, self.shake_hands()).await.map_err(late)?
    }

    async fn shake_hands(&self) -> Result<Socket<Io>> {
        let Opened { io, .. } =
            dial::open(&self.address, self.tls.as_ref(), Offer::Http1, self.timeout).await?;
        let mut request = self.url.as_written().into_client_request().map_err(|error| {
            Status::invalid_argument(format!("`{}` cannot be requested: {error}", self.url))
                .with_source(error)
        })?;
        if let Some(subprotocol) = self.subprotocol {
            request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(subprotocol));
        }
        let handshake = client_async_with_config(request, Alive::new(io), Some(self.bounds.config()));
        let (stream, _) = handshake.await.map_err(|error| self.refused(error))?;
        Ok(Socket::new(stream, &self.bounds))
    }

    fn refused(&self, error: Error) -> Status {
        let code = match &error {
            Error::Http(response) => Code::from_http(response.status().as_u16()),
            _ => Code::Unavailable,
        };
        Status::new(code, format!("{} does not open a WebSocket: {error}", self.url)).with_source(error)
    }
}

/// The URL of the multiplexed endpoint of a server mounted under `base`. `base` may be the endpoint itself.
fn under(base: &str) -> String {
    let base = base.trim_end_matches('/');
    if base.ends_with(MULTIPLEXED) { base.to_owned() } else { format!("{base}{MULTIPLEXED}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_says_where_to_connect() {
        for (url, address, asked) in [
            ("ws://127.0.0.1:8080", "127.0.0.1:8080", "ws://127.0.0.1:8080/ws"),
            ("ws://a.example/", "a.example:80", "ws://a.example/ws"),
            ("WS://a.example/?x=1", "a.example:80", "ws://a.example/ws?x=1"),
            ("ws://[::1]:1/rpc?x=1", "[::1]:1", "ws://[::1]:1/rpc/ws?x=1"),
            ("ws://a.example/api/", "a.example:80", "ws://a.example/api/ws"),
            ("ws://a.example/api/ws", "a.example:80", "ws://a.example/api/ws"),
            ("ws://a.example/ws", "a.example:80", "ws://a.example/ws"),
            #[cfg(feature = "tls")]
            ("wss://a.example/", "a.example:443", "ws://a.example/ws"),
        ] {
            let dialer = Dialer::new(&Endpoint::new(url), None).expect(url);
            assert_eq!((dialer.address.to_string().as_str(), dialer.url.as_written()), (address, asked));
        }
        for url in [
            "ws:",
            "ws://",
            "ws:///ws",
            "ws://a b",
            "ws://127.0.0.1:65536",
            "ws://127.0.0.1:-1",
            "ws://127.0.0.1:",
            "ws://user:secret@host",
        ] {
            let status = Dialer::new(&Endpoint::new(url), None).expect_err(url);
            assert_eq!(status.code(), Code::InvalidArgument, "{url}");
        }
    }
}
