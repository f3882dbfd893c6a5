//! [`Hosts`]: which hosts a server answers for. Without a list, a loopback listener checks only requests of
//! browsers.
//!
//! A page can make its own name point to 127.0.0.1 once it is loaded (DNS rebinding). To the browser, a
//! server on this machine is then the page's own origin. The page is loaded without TLS, since nobody has a
//! certificate for that name here. So the request has an `Origin` of `http:` with the same host. Where
//! browsers send no `Origin`, the request has no `Sec-Fetch-Site` either. Browsers leave that out where
//! neither TLS nor a loopback name vouches for the host. Both headers belong to the browser alone: no script
//! sets them.
//!
//! A check of every request would refuse programs and most reverse proxies. It is enough to check requests
//! that only a page without TLS can send.

use super::entrance::Entrance;
use super::sound::{self, Refusal};
use http::HeaderMap;
use http::header::{ACCEPT_LANGUAGE, HeaderName, ORIGIN, REFERER, USER_AGENT};
use http::request::Parts;
use http::uri::Authority;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The hosts of a server.
pub(crate) struct Hosts(Vec<Pattern>);

#[derive(Debug, PartialEq, Eq)]
enum Pattern {
    Any,
    /// The name itself, in lower case.
    Name(String, Port),
    /// Every name that ends with this one, which begins with a dot.
    Below(String, Port),
}

/// The port of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Port {
    Any,
    This(u16),
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

impl Hosts {
    /// Reads the hosts that the user wrote.
    ///
    /// # Errors
    /// `InvalidInput` for text that is no host.
    pub(crate) fn parse(hosts: Vec<String>) -> io::Result<Self> {
        hosts.iter().map(|host| Pattern::parse(host)).collect::<io::Result<_>>().map(Self)
    }

    /// Whether a request is for a host of this server.
    ///
    /// # Errors
    /// 421 when it is not.
    pub(crate) fn check(hosts: Option<&Self>, parts: &Parts, entrance: Entrance) -> Result<(), Refusal> {
        let is_served = match (hosts, entrance) {
            (Some(hosts), _) => hosts.serve(parts, entrance),
            (None, Entrance::Loopback) => is_local(parts) || !may_be_rebound(parts),
            (None, Entrance::Mounted | Entrance::Unix | Entrance::Tcp | Entrance::Tls) => true,
        };
        if is_served { Ok(()) } else { Err(refuse(parts)) }
    }

    fn serve(&self, parts: &Parts, entrance: Entrance) -> bool {
        let Some(host) = sound::host(parts) else { return self.0.contains(&Pattern::Any) };
        let Ok(host) = host.parse::<Authority>() else { return self.0.contains(&Pattern::Any) };
        let port = host.port_u16().or(entrance.default_port());
        self.0.iter().any(|pattern| pattern.fits(name(&host), port))
            || (entrance == Entrance::Loopback && is_loopback(host.host()))
    }
}

impl Pattern {
    fn parse(text: &str) -> io::Result<Self> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let wrong = || {
            let text = format!(
                "`{text}` is not a host: write a name such as `shop.example`, `shop.example:8443` or `*`"
            );
            io::Error::new(io::ErrorKind::InvalidInput, text)
        };
        let plain = text.strip_prefix("*.").unwrap_or(text);
        let host: Authority = plain.parse().map_err(|_| wrong())?;
        if host.host().is_empty() || plain.contains(['@', '*']) || (plain.contains(':') && !ends_well(&host))
        {
            return Err(wrong());
        }
        let port = host.port_u16().map_or(Port::Any, Port::This);
        let name = name(&host).to_ascii_lowercase();
        Ok(if plain == text { Self::Name(name, port) } else { Self::Below(format!(".{name}"), port) })
    }

    fn fits(&self, host: &str, port: Option<u16>) -> bool {
        let fits_port = |wanted: &Port| match wanted {
            Port::Any => true,
            // Behind a proxy that ends TLS, a missing port may be the default of either scheme.
            Port::This(wanted) => port.map_or(matches!(wanted, 80 | 443), |port| port == *wanted),
        };
        match self {
            Self::Any => true,
            Self::Name(name, port) => host.eq_ignore_ascii_case(name) && fits_port(port),
            Self::Below(end, port) => {
                let start = host.len().checked_sub(end.len()).filter(|start| *start > 0);
                let tail = start.and_then(|start| host.get(start..));
                tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end)) && fits_port(port)
            }
        }
    }
}

/// Whether a host's colons are where they belong: before a port, or inside an IPv6 address.
fn ends_well(host: &Authority) -> bool {
    host.port_u16().is_some() || host.as_str().ends_with(']')
}

/// The host without the dot of the root, which changes nothing.
fn name(host: &Authority) -> &str {
    let name = host.host();
    name.strip_suffix('.').unwrap_or(name)
}

/// Whether the request is for this machine, by a name that nobody else can take.
fn is_local(parts: &Parts) -> bool {
    let host = sound::host(parts).and_then(|host| host.parse::<Authority>().ok());
    host.is_some_and(|host| is_loopback(name(&host)))
}

/// Whether this is `localhost` or a name below it (RFC 6761, section 6.3), 127.0.0.0/8, or `[::1]`.
fn is_loopback(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok_and(|address| address.to_canonical().is_loopback());
    }
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or(host);
    last.eq_ignore_ascii_case("localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

/// Whether the request may come from a page whose name leads here by a trick.
fn may_be_rebound(parts: &Parts) -> bool {
    let headers = &parts.headers;
    match headers.get(ORIGIN) {
        // CORS decides about a page of another origin.
        Some(origin) => origin.to_str().is_ok_and(|origin| is_plain_origin_of(origin, parts)),
        None => !headers.contains_key(&SEC_FETCH_SITE) && is_browsers(headers),
    }
}

fn is_plain_origin_of(origin: &str, parts: &Parts) -> bool {
    let page = origin.split_once("://").filter(|(scheme, _)| scheme.eq_ignore_ascii_case("http"));
    let page = page.and_then(|(_, authority)| authority.parse::<Authority>().ok());
    let host = sound::host(parts).and_then(|host| host.parse::<Authority>().ok());
    matches!((page, host), (Some(page), Some(host)) if name(&page).eq_ignore_ascii_case(name(&host)))
}

/// Whether a browser sent the request. Every browser sends at least one of these, or one of them tells that
/// it came from a page.
fn is_browsers(headers: &HeaderMap) -> bool {
    let agent = headers.get(USER_AGENT).is_some_and(|agent| agent.as_bytes().starts_with(b"Mozilla/"));
    agent || headers.contains_key(ACCEPT_LANGUAGE) || headers.contains_key(REFERER)
}

fn refuse(parts: &Parts) -> Refusal {
    let host = sound::host(parts).unwrap_or_default();
    Refusal::misdirected(format!(
        "host `{host}` is not served here; allow it with `Server::hosts([\"{host}\"])`"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(host: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = http::Request::get("/").header("host", host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).expect("a request").into_parts().0
    }

    fn serves(hosts: &[&str], host: &str, entrance: Entrance) -> bool {
        let hosts = Hosts::parse(hosts.iter().map(|host| (*host).to_owned()).collect()).expect("hosts");
        Hosts::check(Some(&hosts), &request(host, &[]), entrance).is_ok()
    }

    #[test]
    fn a_list_is_what_is_served_and_loopback_where_that_is_listened_on() {
        let listed = ["Shop.example", "pay.example:8443", "*.branch.example", "[2001:db8::1]"];
        for host in [
            "shop.example",
            "SHOP.example:81",
            "shop.example.",
            "pay.example:8443",
            "a.branch.example",
            "a.b.branch.example:1",
            "[2001:db8::1]:80",
        ] {
            assert!(serves(&listed, host, Entrance::Tcp), "{host}");
        }
        for host in
            ["", "evil", "shop.example.evil", "ashop.example", "pay.example", "branch.example", "localhost"]
        {
            assert!(!serves(&listed, host, Entrance::Tcp), "{host}");
            assert!(serves(&["*"], host, Entrance::Mounted), "{host}");
        }
        assert!(serves(&listed, "localhost:1", Entrance::Loopback));
        assert!(serves(&["a:443"], "a", Entrance::Tls) && !serves(&["a:80"], "a", Entrance::Tls));
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for host in ["", "http://a", "a/b", "u@a", "a:b", "*a", "*.*", "a b", "*."] {
            assert!(Hosts::parse(vec![host.to_owned()]).is_err(), "{host:?}");
        }
    }

    #[test]
    fn a_browser_reaches_loopback_by_names_that_nobody_can_take() {
        let check = |host: &str, headers: &[(&str, &str)]| {
            Hosts::check(None, &request(host, headers), Entrance::Loopback).is_ok()
        };
        let agent = ("user-agent", "Mozilla/5.0 (X11)");
        for host in [
            "localhost",
            "localhost:3000",
            "app.localhost",
            "LOCALHOST.",
            "127.0.0.1:1",
            "127.9.9.9",
            "[::1]:8080",
        ] {
            assert!(check(host, &[agent]), "{host}");
            assert!(check(host, &[("origin", &format!("http://{host}")), agent]), "{host}");
        }
        for host in ["evil", "evil:8080", "localhost.evil", "127.0.0.1.evil", "10.0.0.1", "[::2]", ""] {
            assert!(!check(host, &[agent]), "{host}");
            assert!(!check(host, &[("accept-language", "en")]), "{host}");
            assert!(!check(host, &[("referer", "http://evil/")]), "{host}");
        }
        for origin in ["http://evil:8080", "http://evil", "HTTP://EVIL"] {
            assert!(!check("evil:8080", &[("origin", origin)]), "{origin}");
        }
        // A program; a page that a proxy served over TLS; a page of another origin, which is a matter of
        // CORS.
        assert!(check("evil", &[]));
        assert!(check("evil", &[agent, ("sec-fetch-site", "same-origin")]));
        assert!(check("evil", &[agent, ("origin", "https://evil")]));
        assert!(check("evil", &[agent, ("origin", "http://other")]));
        for entrance in [Entrance::Mounted, Entrance::Unix, Entrance::Tcp, Entrance::Tls] {
            assert!(Hosts::check(None, &request("evil", &[agent]), entrance).is_ok(), "{entrance:?}");
        }
    }
}
