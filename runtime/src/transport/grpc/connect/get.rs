//! Connect's GET: a read-only unary call with its message in the query, so that caches can store the answer.

use super::super::compression::Encoding;
use crate::call::compression::Compressions;
use crate::call::input::Codec;
use crate::call::status::{Result, Status};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::StatusCode;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// The query of a Connect GET.
#[derive(Debug, Default)]
pub(in super::super) struct Query {
    message: Option<Vec<u8>>,
    encoding: Option<Vec<u8>>,
    base64: bool,
    compression: Option<Vec<u8>>,
    version: Option<Vec<u8>>,
}

impl Query {
    /// Reads a query; `None` when it has no parameter of Connect.
    pub(in super::super) fn parse(text: &str) -> Option<Self> {
        let mut query = Self::default();
        for pair in text.split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            match key {
                "message" => query.message = Some(decode(value)),
                "encoding" => query.encoding = Some(decode(value)),
                "base64" => query.base64 = value == "1",
                "compression" => query.compression = Some(decode(value)),
                "connect" => query.version = Some(decode(value)),
                _ => {}
            }
        }
        let ours = query.message.is_some() || query.encoding.is_some() || query.version.is_some();
        ours.then_some(query)
    }

    /// Whether a query says that it is for Connect, even if it lacks parameters.
    pub(in super::super) fn is_connect(text: &str) -> bool {
        text.split('&').any(|pair| pair.split('=').next() == Some("connect"))
    }

    /// The encoding of request and response.
    ///
    /// # Errors
    /// `invalid_argument`, with its HTTP status: 400 when a parameter is missing, 415 when the encoding is
    /// unknown (connectrpc.com/docs/protocol, "Unary-Get-Request").
    pub(super) fn codec(&self) -> Result<Codec, (StatusCode, Status)> {
        let wrong = |http, text: String| Err((http, Status::invalid_argument(text)));
        if self.version.as_deref().is_some_and(|version| version != b"v1") {
            return wrong(StatusCode::BAD_REQUEST, "query parameter `connect` must be `v1`".to_owned());
        }
        let missing: Vec<_> = [("message", &self.message), ("encoding", &self.encoding)]
            .into_iter()
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        if !missing.is_empty() {
            let text = format!(
                "query parameter {} is missing: a GET has `message` and `encoding`",
                missing.join(" and ")
            );
            return wrong(StatusCode::BAD_REQUEST, text);
        }
        match self.encoding.as_deref() {
            Some(b"proto") => Ok(Codec::Proto),
            Some(b"json") => Ok(Codec::Json),
            Some(_) | None => wrong(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "query parameter `encoding` must be `proto` or `json`".to_owned(),
            ),
        }
    }

    /// Decodes the message.
    ///
    /// # Errors
    /// `invalid_argument` when it is malformed, `resource_exhausted` when it is too large.
    pub(super) fn into_message(self, limit: usize, taken: Compressions) -> Result<(Bytes, Encoding)> {
        let compression = self.compression.unwrap_or_default();
        let encoding = Encoding::parse(&String::from_utf8_lossy(&compression), taken)?;
        let message = self.message.unwrap_or_default();
        let message = if self.base64 { decode_base64(&message)? } else { message };
        if message.len() > limit {
            return Err(super::super::compression::too_large(limit));
        }
        Ok((encoding.unpack(message.into(), limit)?, encoding))
    }
}

/// Decodes URL-safe base64. Padding, which is not needed here, is allowed.
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
        for query in ["", "id=1", "base64=1", "compression=gzip", "connected=v1", "messages=x"] {
            assert!(Query::parse(query).is_none(), "{query}");
        }
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        for (query, http, part) in [
            ("connect=v1", 400, "`message` and `encoding` is missing"),
            ("connect=v1&encoding=json", 400, "`message` is missing"),
            ("connect=v1&message=%7B%7D", 400, "`encoding` is missing"),
            ("encoding=proto", 400, "`message` is missing"),
            ("message=x", 400, "`encoding` is missing"),
            ("connect=v2&encoding=json&message=x", 400, "`connect` must be `v1`"),
            ("connect=v2", 400, "`connect` must be `v1`"),
            ("connect&encoding=json&message=x", 400, "`connect` must be `v1`"),
            ("encoding=yaml&message=x", 415, "`encoding` must be"),
            ("encoding=&message=x", 415, "`encoding` must be"),
        ] {
            let (status, error) = Query::parse(query).expect("a query").codec().expect_err(query);
            assert!(error.message().contains(part), "{query}: {}", error.message());
            assert_eq!(status.as_u16(), http, "{query}");
        }
        assert_eq!(Query::parse("encoding=json&message=").expect("a query").codec(), Ok(Codec::Json));
    }

    #[test]
    fn faults_of_the_message_are_named() {
        assert!(message("encoding=proto&message=!!&base64=1").is_err());
        assert!(message("encoding=proto&message=x&compression=br").is_err());
        assert!(message(&format!("encoding=proto&message={}", "x".repeat(101))).is_err());
    }
}
