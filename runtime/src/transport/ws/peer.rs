//! The client at the other end of a WebSocket, and the part of the handshake that each of its calls carries.

use crate::call::context::{Inner, Transport};
use crate::call::metadata::Metadata;
use crate::waist::handler::Connection;
use std::net::SocketAddr;
use std::sync::Arc;

/// The facts of a handshake that the interceptors let pass.
pub(super) struct Peer {
    pub(super) address: Option<SocketAddr>,
    /// The headers of the handshake: part of the metadata of every call.
    headers: Metadata,
    /// The identity of the client, additions of layers and interceptors, and the URL.
    extensions: Arc<http::Extensions>,
    /// Tells the interceptors when the connection ends.
    _connection: Connection,
}

impl Peer {
    pub(super) fn new(address: Option<SocketAddr>, connection: Connection) -> Self {
        let cx = connection.cx();
        let (headers, extensions) = (cx.metadata().clone(), Arc::new(cx.extensions().clone()));
        Self { address, headers, extensions, _connection: connection }
    }

    /// The start of a call's context. The call's own metadata goes before the handshake's of the same name.
    /// Some names are taken from the handshake alone.
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
