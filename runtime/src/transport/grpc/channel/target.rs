//! What a channel's URL says: the name of the server, whether TLS protects the way to it, the path in front of every method's.

use crate::client::Protocol;
use crate::status::{Result, Status};
use http::Uri;
use http::uri::Authority;

#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) protocol: Protocol,
    pub(super) secure: bool,
    /// As the URL has it: what requests bear as their authority.
    pub(super) authority: Authority,
    /// Empty, or a path without the slash at its end.
    pub(super) prefix: String,
}

impl Target {
    /// Reads a URL such as `grpc://127.0.0.1:8080` or `https://host/base`.
    ///
    /// # Errors
    /// `invalid_argument` when it names no host, or says what we would not follow.
    pub(super) fn parse(url: &str) -> Result<Self> {
        let wrong =
            |rule: &str| Status::invalid_argument(format!("`{url}` {rule}; write scheme://host:port"));
        let uri: Uri = url.parse().map_err(|error| wrong(&format!("is not a URL: {error}")))?;
        if uri.host().is_none_or(str::is_empty) {
            return Err(wrong("names no host"));
        }
        let authority = uri.authority().cloned().ok_or_else(|| wrong("names no host"))?;
        let (protocol, secure) = scheme(uri.scheme_str().unwrap_or_default())
            .ok_or_else(|| wrong("has a scheme that is none of gRPC, gRPC-Web and Connect"))?;
        if authority.as_str().contains('@') {
            return Err(wrong("holds credentials, which belong into metadata"));
        }
        if uri.query().is_some() {
            return Err(wrong("has a query"));
        }
        Ok(Self { protocol, secure, authority, prefix: uri.path().trim_end_matches('/').to_owned() })
    }

    /// Where to connect, unless addresses are given: the port is 80, or 443 over TLS, unless the URL has one.
    pub(super) fn address(&self) -> String {
        let port = self.authority.port_u16().unwrap_or(if self.secure { 443 } else { 80 });
        format!("{}:{port}", self.authority.host())
    }
}

/// The protocol of a scheme, and whether it is secure.
fn scheme(name: &str) -> Option<(Protocol, bool)> {
    Some(match name {
        "grpc" => (Protocol::Grpc, false),
        "grpcs" => (Protocol::Grpc, true),
        "grpcweb" => (Protocol::GrpcWeb, false),
        "grpcwebs" => (Protocol::GrpcWeb, true),
        "http" => (Protocol::Connect, false),
        "https" => (Protocol::Connect, true),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_protocol_host_port_and_prefix() {
        for (url, protocol, secure, address, prefix) in [
            ("grpc://127.0.0.1:8080", Protocol::Grpc, false, "127.0.0.1:8080", ""),
            ("http://localhost", Protocol::Connect, false, "localhost:80", ""),
            ("https://localhost", Protocol::Connect, true, "localhost:443", ""),
            ("grpcs://[::1]:1/", Protocol::Grpc, true, "[::1]:1", ""),
            ("grpcwebs://example.com:7/a/b/", Protocol::GrpcWeb, true, "example.com:7", "/a/b"),
        ] {
            let target = Target::parse(url).expect(url);
            assert_eq!((target.protocol, target.secure), (protocol, secure), "{url}");
            assert_eq!((target.address().as_str(), target.prefix.as_str()), (address, prefix));
        }
        assert_eq!(Target::parse("https://localhost").expect("a target").authority, "localhost");
    }

    #[test]
    fn what_we_would_not_follow_is_refused() {
        for url in [
            "grpc://",
            "grpc:",
            "http:///path",
            "http://user:pass@host",
            "http://host?x=1",
            "http://a b",
            "ftp://host",
            "host:80",
        ] {
            assert!(Target::parse(url).is_err(), "{url}");
        }
    }
}
