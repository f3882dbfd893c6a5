//! URLs and addresses as users write them: one parser for every wire, client and server.
//!
//! The parser is stricter than `http::Uri`, which ignores a port that is no number. [`UrlText`] shows a URL
//! without its secrets.

mod host;
mod text;

#[cfg_attr(
    not(all(feature = "_net", any(feature = "grpc", feature = "ws", feature = "amqp"))),
    allow(unused_imports, reason = "servers listen, clients connect")
)]
pub(crate) use host::{HostPort, connected, listened};
pub(crate) use text::UrlText;

use crate::call::status::{Result, Status};
use http::uri::PathAndQuery;

/// A URL with a host, such as `grpc://127.0.0.1:8080/base?x=1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Url<'u> {
    /// User and password in front of the host.
    pub(crate) credentials: Option<&'u str>,
    pub(crate) at: HostPort<'u>,
    /// Empty, or a path with a slash at its beginning.
    pub(crate) path: &'u str,
    pub(crate) query: Option<&'u str>,
}

impl<'u> Url<'u> {
    /// Reads a URL.
    ///
    /// # Errors
    /// `invalid_argument`, which names the fault.
    pub(crate) fn parse(text: &'u UrlText) -> Result<Self> {
        Self::read(text.as_written()).map_err(|rule| text.refused(&rule))
    }

    fn read(text: &'u str) -> Result<Self, String> {
        let (_, rest) = text.split_once(':').ok_or("has no scheme")?;
        let rest = rest.strip_prefix("//").ok_or("names no host")?;
        if rest.contains('#') {
            return Err(
                "has a `#`, which only the address of a page may have; write `%23` for the character"
                    .to_owned(),
            );
        }
        let (authority, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (credentials, at) = match authority.rsplit_once('@') {
            Some((credentials, at)) => (Some(credentials), at),
            None => (None, authority),
        };
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        if !rest.is_empty() && rest.parse::<PathAndQuery>().is_err() {
            return Err(
                "has a path or a query with characters that must be written as `%` and two digits".to_owned()
            );
        }
        Ok(Self { credentials, at: HostPort::read(at)?, path, query })
    }

    /// Reads a URL that may hold no user and no password, because calls carry these as metadata.
    ///
    /// # Errors
    /// `invalid_argument`, which names the fault.
    pub(crate) fn without_credentials(text: &'u UrlText) -> Result<Self> {
        let url = Self::parse(text)?;
        match url.credentials {
            Some(_) => Err(text.refused("holds credentials; send them as metadata")),
            None => Ok(url),
        }
    }
}

/// The scheme of a URL, in lower case. Schemes have no case (RFC 3986, section 3.1).
pub(crate) fn scheme(url: &str) -> String {
    url.split(':').next().unwrap_or_default().to_ascii_lowercase()
}

/// The text behind `scheme:`, if the URL has the scheme `name` in any case.
pub(crate) fn after_scheme<'u>(url: &'u str, name: &str) -> Option<&'u str> {
    let (scheme, rest) = url.split_once(':')?;
    scheme.eq_ignore_ascii_case(name).then_some(rest)
}

impl UrlText {
    #[cold]
    fn refused(&self, rule: &str) -> Status {
        Status::invalid_argument(format!("`{self}` {rule}; write scheme://host:port"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_read_in_parts() {
        for (text, credentials, host, port, path, query) in [
            ("grpc://127.0.0.1:8080", None, "127.0.0.1", Some(8080), "", None),
            ("ws://[::1]:1/rpc?x=1", None, "[::1]", Some(1), "/rpc", Some("x=1")),
            ("amqp://user:p:w@broker/shop", Some("user:p:w"), "broker", None, "/shop", None),
            ("http://a.example.?x", None, "a.example.", None, "", Some("x")),
            ("http://a_b:065535/", None, "a_b", Some(65535), "/", None),
        ] {
            let at = HostPort { host, port };
            assert_eq!(Url::parse(&text.into()), Ok(Url { credentials, at, path, query }), "{text}");
        }
    }

    #[test]
    fn a_url_with_a_fault_is_refused_and_the_fault_named() {
        for (text, rule) in [
            ("grpc://127.0.0.1:99999", "port"),
            ("grpc://127.0.0.1:65536", "port"),
            ("grpc://127.0.0.1:-1", "port"),
            ("grpc://127.0.0.1:+1", "port"),
            ("grpc://127.0.0.1:0", "port"),
            ("grpc://127.0.0.1:", "port"),
            ("grpc://127.0.0.1:8080x", "port"),
            ("grpc://127.0.0.1: 80", "port"),
            ("grpc://127.0.0.1:80:80", "colon"),
            ("grpc://::1:80", "colon"),
            ("grpc://[::1]80", "port"),
            ("grpc://[::1", "`]`"),
            ("grpc://[1.2.3.4]:80", "IPv6"),
            ("grpc://[fe80::1%eth0]:80", "zone"),
            ("grpc://[fe80::1%25eth0]:80", "zone"),
            ("grpc://", "no host"),
            ("grpc:", "no host"),
            ("grpc:/a", "no host"),
            ("grpc:///path", "no host"),
            ("grpc://:80", "no host"),
            ("grpc://@:80", "no host"),
            ("grpc://a b", "host"),
            ("grpc:// a", "host"),
            ("grpc://a%20b", "host"),
            ("grpc://a\u{e9}.example", "host"),
            ("grpc://a..example", "host"),
            ("grpc://.example", "host"),
            ("grpc://a,b:80", "host"),
            ("grpc://a\\b", "host"),
            ("grpc://256.1.1.1:80", "IPv4"),
            ("grpc://1.2.3:80", "IPv4"),
            ("grpc://0x7f000001", "IPv4"),
            ("grpc://2130706433", "IPv4"),
            ("grpc://host/a b", "path"),
            ("grpc://host/#x", "`#`"),
            ("host", "no scheme"),
        ] {
            let status = Url::parse(&text.into()).expect_err(text);
            assert_eq!(status.code(), crate::Code::InvalidArgument, "{text}");
            assert!(status.message().contains(rule), "{text}: {}", status.message());
        }
    }

    #[test]
    fn credentials_are_refused_where_metadata_carries_them() {
        let text = "ws://user:secret@host".into();
        let status = Url::without_credentials(&text).expect_err("credentials");
        assert_eq!(
            status.message(),
            "`ws://***@host` holds credentials; send them as metadata; write scheme://host:port"
        );
    }

    #[test]
    fn schemes_have_no_case() {
        assert_eq!(scheme("GRPC://HOST"), "grpc");
        assert_eq!(after_scheme("Memory:Orders", "memory"), Some("Orders"));
        assert_eq!(after_scheme("memory", "memory"), None);
    }
}
