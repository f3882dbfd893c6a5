//! The parts of a channel's URL: the server's name, whether TLS protects the connection, and the path in
//! front of every method's path.
//!
//! The version of HTTP depends on the protocol. gRPC uses HTTP/2. gRPC-Web and Connect use the version that
//! TLS agrees on. Without TLS nothing is agreed on: they use HTTP/1.1, which every proxy carries, and HTTP/2
//! with prior knowledge only if the request is a stream. An option sets either version.
//!
//! gRPC-Web has a scheme of its own (`grpcweb://`), because nothing else in a URL could say so.
//! `Endpoint::protocol` overrides the scheme, for URLs that come from elsewhere.

use crate::call::status::{Result, Status};
use crate::channel::Protocol;
use crate::channel::url::{self, Url, UrlText};
use http::uri::Authority;

#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) protocol: Protocol,
    pub(super) secure: bool,
    /// The authority as the URL has it, which requests carry.
    pub(super) authority: Authority,
    port: u16,
    /// Empty, or a path without the slash at its end.
    pub(super) prefix: String,
}

impl Target {
    /// Reads a URL such as `grpc://127.0.0.1:8080` or `https://host/base`.
    ///
    /// # Errors
    /// `invalid_argument` when the URL names no host, or has a part that the channel would not follow.
    pub(super) fn parse(text: &UrlText) -> Result<Self> {
        let wrong =
            |rule: &str| Status::invalid_argument(format!("`{text}` {rule}; write scheme://host:port"));
        let (protocol, secure) = scheme(&url::scheme(text.as_written()))
            .ok_or_else(|| wrong("has a scheme that is not gRPC, gRPC-Web or Connect"))?;
        let url = Url::without_credentials(text)?;
        if url.query.is_some() {
            return Err(wrong("has a query"));
        }
        let authority = url.at.authority().parse().map_err(|_| wrong("names no host"))?;
        let port = url.at.port.unwrap_or(if secure { 443 } else { 80 });
        Ok(Self { protocol, secure, authority, port, prefix: url.path.trim_end_matches('/').to_owned() })
    }

    /// The address to connect to, unless others are given. The port is the URL's; without one it is 80, or
    /// 443 over TLS.
    pub(super) fn address(&self) -> String {
        format!("{}:{}", self.authority.host(), self.port)
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
            ("GRPC://LOCALHOST:1", Protocol::Grpc, false, "LOCALHOST:1", ""),
            ("Http://localhost", Protocol::Connect, false, "localhost:80", ""),
            ("grpcs://[::1]:1/", Protocol::Grpc, true, "[::1]:1", ""),
            ("grpcwebs://example.com:7/a/b/", Protocol::GrpcWeb, true, "example.com:7", "/a/b"),
        ] {
            let target = Target::parse(&url.into()).expect(url);
            assert_eq!((target.protocol, target.secure), (protocol, secure), "{url}");
            assert_eq!((target.address().as_str(), target.prefix.as_str()), (address, prefix));
        }
        assert_eq!(Target::parse(&"https://localhost".into()).expect("a target").authority, "localhost");
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
            "grpc://127.0.0.1:99999",
            "grpcs://127.0.0.1:65536",
            "http://127.0.0.1:-1",
            "grpcweb://127.0.0.1:",
            "host:80",
        ] {
            assert!(Target::parse(&url.into()).is_err(), "{url}");
        }
    }
}
