//! What travels beside a message: keys and values, the same on every wire.

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

/// Keys with one or more values: HTTP headers and trailers, AMQP headers, JSON members.
///
/// Keys are lower case. A key that ends in `-bin` holds bytes, base64 on the wire (gRPC over HTTP/2, "Custom-Metadata").
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata(HeaderMap);

/// A key or value that cannot travel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidMetadata(String);

impl std::fmt::Display for InvalidMetadata {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidMetadata {}

impl Metadata {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first value of `key`, when it is text.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    /// The first value of a `-bin` key, decoded.
    pub fn get_bin(&self, key: &str) -> Option<Bytes> {
        crate::codec::json::bytes::decode(self.get(key)?).map(Bytes::from)
    }

    /// Adds a value, beside those that the key has.
    ///
    /// # Errors
    /// When the key is not a token, ends in `-bin`, or the value is not printable ASCII.
    pub fn append(&mut self, key: &str, value: &str) -> Result<(), InvalidMetadata> {
        if key.ends_with("-bin") {
            return Err(InvalidMetadata(format!("metadata key `{key}` holds bytes: use append_bin")));
        }
        self.add(key, value)
    }

    /// Adds bytes to a `-bin` key.
    ///
    /// # Errors
    /// When the key is not a token that ends in `-bin`.
    pub fn append_bin(&mut self, key: &str, value: &[u8]) -> Result<(), InvalidMetadata> {
        if !key.ends_with("-bin") {
            return Err(InvalidMetadata(format!("metadata key `{key}` does not end in -bin: use append")));
        }
        self.add(key, &BASE64_STANDARD_NO_PAD.encode(value))
    }

    fn add(&mut self, key: &str, value: &str) -> Result<(), InvalidMetadata> {
        let name = HeaderName::try_from(key)
            .map_err(|_| InvalidMetadata(format!("metadata key `{key}` is not a header name")))?;
        let value = HeaderValue::try_from(value).map_err(|_| {
            InvalidMetadata(format!("the value of metadata key `{key}` is not printable ASCII"))
        })?;
        self.0.append(name, value);
        Ok(())
    }

    /// Removes every value of `key`.
    pub fn remove(&mut self, key: &str) {
        self.0.remove(key);
    }

    /// Every key and value that is text, in order; `-bin` values in base64.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(key, value)| Some((key.as_str(), value.to_str().ok()?)))
    }

    /// As HTTP headers.
    pub fn as_headers(&self) -> &HeaderMap {
        &self.0
    }

    /// As HTTP headers.
    pub fn into_headers(self) -> HeaderMap {
        self.0
    }

    /// These keys alone.
    pub(crate) fn only(&self, keys: &[&'static str]) -> Self {
        let entries =
            keys.iter().flat_map(|key| self.0.get_all(*key).iter().map(|value| (*key, value.clone())));
        Self(entries.map(|(key, value)| (HeaderName::from_static(key), value)).fold(
            HeaderMap::new(),
            |mut headers, (key, value)| {
                headers.append(key, value);
                headers
            },
        ))
    }

    /// Adds every value of `other`.
    pub fn extend(&mut self, other: &Self) {
        for (key, value) in &other.0 {
            self.0.append(key.clone(), value.clone());
        }
    }
}

impl From<HeaderMap> for Metadata {
    fn from(headers: HeaderMap) -> Self {
        Self(headers)
    }
}
