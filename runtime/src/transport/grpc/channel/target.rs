//! Where a channel connects to, out of its URL.

use crate::status::{Result, Status};
use http::Uri;
use http::uri::Authority;

/// Host, port and the path in front of every method's.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) authority: Authority,
    /// Empty, or a path without the slash at its end.
    pub(super) prefix: String,
}

impl Target {
    /// Reads a URL such as `grpc://127.0.0.1:8080` or `http://host/base`; the port is 80 unless given.
    ///
    /// # Errors
    /// `invalid_argument` when it names no host, or says what we would not follow.
    pub(super) fn parse(url: &str) -> Result<Self> {
        let wrong =
            |rule: &str| Status::invalid_argument(format!("`{url}` {rule}; write scheme://host:port"));
        let uri: Uri = url.parse().map_err(|error| wrong(&format!("is not a URL: {error}")))?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(|| wrong("names no host"))?;
        if uri.scheme().is_none() {
            return Err(wrong("has no scheme"));
        }
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(wrong("holds credentials, which belong into metadata"));
        }
        if uri.query().is_some() {
            return Err(wrong("has a query"));
        }
        let authority = format!("{host}:{}", uri.port_u16().unwrap_or(80));
        let authority = authority.parse().map_err(|_| wrong("names no host"))?;
        Ok(Self { authority, prefix: uri.path().trim_end_matches('/').to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_host_port_and_prefix() {
        for (url, authority, prefix) in [
            ("grpc://127.0.0.1:8080", "127.0.0.1:8080", ""),
            ("http://localhost", "localhost:80", ""),
            ("http://[::1]:1/", "[::1]:1", ""),
            ("http://example.com:7/a/b/", "example.com:7", "/a/b"),
        ] {
            let target = Target::parse(url).expect(url);
            assert_eq!((target.authority.as_str(), target.prefix.as_str()), (authority, prefix));
        }
    }

    #[test]
    fn what_we_would_not_follow_is_refused() {
        for url in
            ["grpc://", "grpc:", "http:///path", "http://user:pass@host", "http://host?x=1", "http://a b"]
        {
            assert!(Target::parse(url).is_err(), "{url}");
        }
    }
}
