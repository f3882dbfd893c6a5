//! Connect's GET: a read-only unary call whose message is in the query, so that caches understand it.

use super::super::compression::Encoding;
use crate::compression::Compressions;
use crate::input::Codec;
use crate::status::{Result, Status};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::StatusCode;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// The query of such a request.
#[derive(Debug, Default)]
pub(in super::super) struct Query {
    message: Vec<u8>,
    encoding: Vec<u8>,
    base64: bool,
    compression: Option<Vec<u8>>,
    version: Option<Vec<u8>>,
}

impl Query {
    /// Reads a query; `None` when it is of no Connect request, for lack of `message` or `encoding`.
    pub(in super::super) fn parse(text: &str) -> Option<Self> {
        let mut query = Self::default();
        let (mut message, mut encoding) = (None, None);
        for pair in text.split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            match key {
                "message" => message = Some(decode(value)),
                "encoding" => encoding = Some(decode(value)),
                "base64" => query.base64 = value == "1",
                "compression" => query.compression = Some(decode(value)),
                "connect" => query.version = Some(decode(value)),
                _ => {}
            }
        }
        Some(Self { message: message?, encoding: encoding?, ..query })
    }

    /// The encoding of request and response.
    ///
    /// # Errors
    /// The HTTP status 415 when it is unknown.
    pub(super) fn codec(&self) -> Result<Codec, StatusCode> {
        match self.encoding.as_slice() {
            b"proto" => Ok(Codec::Proto),
            b"json" => Ok(Codec::Json),
            _ => Err(StatusCode::UNSUPPORTED_MEDIA_TYPE),
        }
    }

    /// The message.
    ///
    /// # Errors
    /// `invalid_argument` when it is malformed, `resource_exhausted` when it is too large.
    pub(super) fn into_message(self, limit: usize, taken: Compressions) -> Result<(Bytes, Encoding)> {
        if self.version.as_deref().is_some_and(|version| version != b"v1") {
            return Err(Status::invalid_argument("query parameter `connect` must be `v1`"));
        }
        let compression = self.compression.unwrap_or_default();
        let encoding = Encoding::parse(&String::from_utf8_lossy(&compression), taken)?;
        let message = if self.base64 { decode_base64(&self.message)? } else { self.message };
        if message.len() > limit {
            return Err(super::super::compression::too_large(limit));
        }
        Ok((encoding.unpack(message.into(), limit)?, encoding))
    }
}

/// URL-safe; padding, which nobody needs here, is let pass.
fn decode_base64(text: &[u8]) -> Result<Vec<u8>> {
    let end = text.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
    BASE64_URL_SAFE_NO_PAD.decode(&text[..end]).map_err(|error| {
        Status::invalid_argument(format!("query parameter `message` is not URL-safe base64: {error}"))
    })
}

/// Decodes a value of a query, where `+` is a space.
fn decode(value: &str) -> Vec<u8> {
    let spaced = if value.contains('+') { Cow::Owned(value.replace('+', " ")) } else { Cow::Borrowed(value) };
    percent_decode_str(&spaced).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(query: &str) -> Result<Bytes> {
        Query::parse(query)
            .expect("a query")
            .into_message(100, Compressions::default())
            .map(|(message, _)| message)
    }

    #[test]
    fn a_message_comes_as_text_or_base64() {
        assert_eq!(message("connect=v1&encoding=json&message=%7B%22a%22:1%7D"), Ok("{\"a\":1}".into()));
        assert_eq!(message("message=CAc&encoding=proto&base64=1"), Ok(Bytes::from_static(&[8, 7])));
        assert_eq!(message("message=CAc%3D&encoding=proto&base64=1"), Ok(Bytes::from_static(&[8, 7])));
        assert_eq!(message("message=&encoding=proto&base64=1"), Ok(Bytes::new()));
    }

    #[test]
    fn another_query_is_not_ours() {
        assert!(Query::parse("message=x").is_none());
        assert!(Query::parse("encoding=json").is_none());
        assert!(Query::parse("").is_none());
    }

    #[test]
    fn faults_are_named() {
        assert!(message("connect=v2&encoding=json&message=x").is_err());
        assert!(message("encoding=proto&message=!!&base64=1").is_err());
        assert!(message("encoding=proto&message=x&compression=br").is_err());
        assert!(message(&format!("encoding=proto&message={}", "x".repeat(101))).is_err());
        assert!(Query::parse("encoding=yaml&message=x").expect("a query").codec().is_err());
    }
}
