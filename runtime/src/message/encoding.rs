//! The two encodings of a message.

#[cfg(any(feature = "ws", feature = "_queue"))]
use bytes::Bytes;

/// The encoding of a message.
///
/// ```
/// use polywire::{Codec, Endpoint};
/// let endpoint = Endpoint::new("http://127.0.0.1:8080").codec(Codec::Json); // to be read in a proxy's log
/// # drop(endpoint);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    /// protobuf.
    Proto,
    /// proto3 JSON.
    Json,
}

impl Codec {
    /// A message without fields.
    pub(crate) const fn empty_message(self) -> &'static [u8] {
        match self {
            Self::Proto => b"",
            Self::Json => b"{}",
        }
    }

    /// Reads a message from a body: no body is an empty message, on every wire.
    pub(crate) fn message_of(self, body: &[u8]) -> &[u8] {
        if body.is_empty() { self.empty_message() } else { body }
    }

    /// The same for a body that is shared.
    #[cfg(any(feature = "ws", feature = "_queue"))]
    pub(crate) fn shared_message_of(self, body: Bytes) -> Bytes {
        if body.is_empty() { Bytes::from_static(self.empty_message()) } else { body }
    }
}
