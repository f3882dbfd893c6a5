//! Metadata: the keys and values beside a message, the same on every wire.

pub(crate) mod reserved;
mod secret;

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::fmt;

/// Keys with one or more values: HTTP headers and trailers, AMQP headers, JSON members.
///
/// Keys are lower case. A key that ends in `-bin` holds bytes, in base64 on the wire (gRPC over HTTP/2,
/// "Custom-Metadata").
///
/// Some keys belong to a protocol: `grpc-…`, `connect-…`, `content-type`, `te`, `host` and the like. They may
/// be set here, but no wire sends them. Only HTTP/JSON sends those that belong to a response, such as `vary`.
///
/// `Debug` hides secrets: the values of `authorization`, `cookie`, `set-cookie` and the like, and of keys that
/// end in a word such as `-token`, `-key` or `-secret`. HTTP/2 never keeps them in its header table.
///
/// ```
/// use polywire::Metadata;
/// let mut metadata = Metadata::new();
/// metadata.append("x-tag", "a")?;
/// metadata.append("x-tag", "b")?;
/// metadata.append_bin("x-trace-bin", &[1, 2, 3])?;
/// assert_eq!(metadata.get("x-tag"), Some("a"));
/// assert_eq!(metadata.get_all("x-tag").collect::<Vec<_>>(), ["a", "b"]);
/// assert_eq!(metadata.get_bin("x-trace-bin").as_deref(), Some(&[1, 2, 3][..]));
/// # Ok::<(), polywire::InvalidMetadata>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Metadata(HeaderMap);

/// A key or value that cannot travel.
///
/// ```
/// use polywire::Metadata;
/// let error = Metadata::new().append("x-author", "Brontë").expect_err("not ASCII");
/// assert_eq!(error.to_string(), "the value of metadata key `x-author` is not printable ASCII");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidMetadata(String);

impl std::fmt::Display for InvalidMetadata {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidMetadata {}

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |(name, value)| (name, Shown(name, value));
        f.debug_map().entries(self.0.iter().map(shown)).finish()
    }
}

/// A value, shown beside its key.
struct Shown<'a>(&'a HeaderName, &'a HeaderValue);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(name, value) = self;
        if value.is_sensitive() || secret::is_secret(name.as_str()) {
            f.write_str("***")
        } else {
            fmt::Debug::fmt(value, f)
        }
    }
}

impl Metadata {
    /// Makes metadata without any key.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first value of `key`, when it is text.
    ///
    /// ```
    /// # use polywire::Metadata;
    /// let mut metadata = Metadata::new();
    /// metadata.append("x-tenant", "north")?;
    /// assert_eq!(metadata.get("X-Tenant"), Some("north"));
    /// assert_eq!(metadata.get("x-region"), None);
    /// # Ok::<(), polywire::InvalidMetadata>(())
    /// ```
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    /// Every value of `key` that is text, in order. AMQP and some proxies join several values into one with
    /// commas, as HTTP allows (RFC 9110, section 5.3).
    ///
    /// ```
    /// # use polywire::Metadata;
    /// let mut metadata = Metadata::new();
    /// metadata.append("x-role", "editor")?;
    /// metadata.append("x-role", "buyer")?;
    /// assert!(metadata.get_all("x-role").any(|role| role == "buyer"));
    /// # Ok::<(), polywire::InvalidMetadata>(())
    /// ```
    pub fn get_all(&self, key: &str) -> impl Iterator<Item = &str> {
        self.0.get_all(key).iter().filter_map(|value| value.to_str().ok())
    }

    /// The first value of a `-bin` key, decoded.
    pub fn get_bin(&self, key: &str) -> Option<Bytes> {
        self.get_all_bin(key).next()
    }

    /// Every value of a `-bin` key, decoded, in order. Values that are not base64 are skipped. Commas separate
    /// several values in one (gRPC over HTTP/2, "Custom-Metadata").
    pub fn get_all_bin(&self, key: &str) -> impl Iterator<Item = Bytes> {
        let values = self.get_all(key).flat_map(|values| values.split(','));
        values.filter_map(|value| crate::message::codec::json::bytes::decode(value.trim()).map(Bytes::from))
    }

    /// Adds a value to those that the key has.
    ///
    /// ```
    /// # use polywire::Metadata;
    /// let mut metadata = Metadata::new();
    /// metadata.append("authorization", "Bearer sesame")?;
    /// metadata.append("x tenant", "north").expect_err("a space is in no header's name");
    /// # Ok::<(), polywire::InvalidMetadata>(())
    /// ```
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
    /// ```
    /// # use polywire::Metadata;
    /// let mut metadata = Metadata::new();
    /// metadata.append_bin("x-signature-bin", &[0xca, 0xfe])?;
    /// assert_eq!(metadata.get_bin("x-signature-bin").as_deref(), Some(&[0xca, 0xfe][..]));
    /// # Ok::<(), polywire::InvalidMetadata>(())
    /// ```
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
        let text = || InvalidMetadata(format!("the value of metadata key `{key}` is not printable ASCII"));
        // An HTTP header may hold tabs and opaque bytes; metadata may not (gRPC over HTTP/2, "ASCII-Value").
        let is_printable = value.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        let mut value = HeaderValue::try_from(value).ok().filter(|_| is_printable).ok_or_else(text)?;
        value.set_sensitive(secret::is_secret(name.as_str()));
        let added = self.0.try_append(name, value);
        added
            .map(drop)
            .map_err(|_| InvalidMetadata(format!("metadata key `{key}`: the call has too many keys already")))
    }

    /// The metadata of a call inside a connection, or of a message, without the names that only the head of a
    /// connection may carry.
    #[cfg(any(feature = "ws", feature = "_queue"))]
    pub(crate) fn spoken(mut self) -> Self {
        reserved::retain(&mut self.0, |name| !reserved::is_of_connection(name));
        self
    }

    /// Sets every key of `other` to its values there.
    #[cfg(any(feature = "ws", feature = "otel"))]
    pub(crate) fn replace(&mut self, other: &Self) {
        for key in other.0.keys() {
            self.0.remove(key);
        }
        self.extend(other);
    }

    /// Removes every value of `key`.
    ///
    /// ```
    /// # use polywire::Metadata;
    /// let mut metadata = Metadata::new();
    /// metadata.append("x-tenant", "north")?;
    /// metadata.remove("x-tenant");
    /// assert!(metadata.is_empty());
    /// # Ok::<(), polywire::InvalidMetadata>(())
    /// ```
    pub fn remove(&mut self, key: &str) {
        self.0.remove(key);
    }

    /// Every key and value that is text, in order; `-bin` values in base64.
    ///
    /// ```
    /// # use polywire::Metadata;
    /// let mut metadata = Metadata::new();
    /// metadata.append("x-tenant", "north")?;
    /// assert_eq!(metadata.iter().collect::<Vec<_>>(), [("x-tenant", "north")]);
    /// # Ok::<(), polywire::InvalidMetadata>(())
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(key, value)| Some((key.as_str(), value.to_str().ok()?)))
    }

    /// The metadata as HTTP headers.
    pub fn as_headers(&self) -> &HeaderMap {
        &self.0
    }

    /// Turns the metadata into HTTP headers.
    pub fn into_headers(self) -> HeaderMap {
        self.0
    }

    /// The values of these keys alone.
    pub(crate) fn only(&self, keys: &[HeaderName]) -> Self {
        let mut headers = HeaderMap::new();
        for key in keys {
            for value in self.0.get_all(key) {
                headers.append(key.clone(), value.clone());
            }
        }
        Self(headers)
    }

    /// Adds every value of `other`, as far as there is room: about 24,000 keys.
    ///
    /// ```
    /// # use polywire::Metadata;
    /// let (mut all, mut trace) = (Metadata::new(), Metadata::new());
    /// trace.append("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0be902b7-01")?;
    /// all.extend(&trace);
    /// assert_eq!(all, trace);
    /// # Ok::<(), polywire::InvalidMetadata>(())
    /// ```
    pub fn extend(&mut self, other: &Self) {
        for (key, value) in &other.0 {
            if self.0.try_append(key.clone(), value.clone()).is_err() {
                return;
            }
        }
    }
}

impl From<HeaderMap> for Metadata {
    fn from(headers: HeaderMap) -> Self {
        Self(headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_shown_whoever_set_it() {
        let mut own = Metadata::new();
        own.append("authorization", "Bearer hidden").expect("metadata");
        own.append_bin("x-session-token-bin", b"hidden").expect("metadata");
        own.append("x-trace", "seen").expect("metadata");
        // HTTP/2 writes a sensitive value as a literal that is never indexed.
        assert!(
            own.as_headers()["authorization"].is_sensitive() && !own.as_headers()["x-trace"].is_sensitive()
        );
        let received =
            HeaderMap::from_iter([(http::header::SET_COOKIE, HeaderValue::from_static("id=hidden"))]);
        let shown = format!("{own:?} {:?}", Metadata::from(received));
        assert!(!shown.contains("hidden") && !shown.contains("aGlkZGVu"), "{shown}");
        assert!(
            shown.contains("\"authorization\": ***") && shown.contains("\"x-trace\": \"seen\""),
            "{shown}"
        );
    }
}
