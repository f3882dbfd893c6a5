//! Who is at the other end of a WebSocket, and what each of its calls carries of the handshake.

use crate::call::context::{Inner, Transport};
use crate::call::metadata::Metadata;
use crate::waist::handler::Connection;
use std::net::SocketAddr;
use std::sync::Arc;

/// What a handshake said, as the interceptors let it pass.
pub(super) struct Peer {
    address: Option<SocketAddr>,
    /// The headers of the handshake: part of the metadata of every call.
    headers: Metadata,
    /// The identity of the client, what layers and interceptors found out, and the URL.
    extensions: Arc<http::Extensions>,
    /// Tells the interceptors of the end.
    _connection: Connection,
}

impl Peer {
    pub(super) fn new(address: Option<SocketAddr>, connection: Connection) -> Self {
        let cx = connection.cx();
        let (headers, extensions) = (cx.metadata().clone(), Arc::new(cx.extensions().clone()));
        Self { address, headers, extensions, _connection: connection }
    }

    /// What a call begins with. Metadata of its own go before the handshake's of the same name, but for what only the handshake
    /// can carry.
    pub(super) fn call(&self, own: Option<Metadata>) -> Inner {
        let mut metadata = self.headers.clone();
        if let Some(own) = own {
            metadata.replace(&own.spoken());
        }
        Inner {
            metadata,
            shared_extensions: Some(Arc::clone(&self.extensions)),
            transport: Transport::WebSocket,
            peer: self.address,
            ..Inner::default()
        }
    }
}
