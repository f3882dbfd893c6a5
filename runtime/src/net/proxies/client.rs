//! [`ClientAddress`]: the header in which trusted proxies name their client, and how it is read.
//!
//! Only one header is read, the one that the program says its proxies write. A proxy that writes `x-forwarded-for` often
//! passes on a `forwarded` of its client, so a choice between the two would let every client name its own address.

use super::Proxies;
use http::{HeaderMap, HeaderName};
use std::net::{IpAddr, SocketAddr};

/// The header in which trusted proxies name the client. [`Server::client_address`](crate::Server::client_address) takes it.
///
/// ```
/// # use polywire::{ClientAddress, Server};
/// let server = Server::new().trusted_proxies(["10.0.0.0/8"]).client_address(ClientAddress::XForwardedFor);
/// # drop(server);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientAddress {
    /// `x-forwarded-for: client, proxy`: nginx (`$proxy_add_x_forwarded_for`), HAProxy, Envoy, load balancers of clouds.
    XForwardedFor,
    /// `forwarded: for=client, for=proxy` (RFC 7239).
    Forwarded,
    /// `x-real-ip: client`: nginx (`$remote_addr`).
    XRealIp,
}

impl ClientAddress {
    fn header(self) -> HeaderName {
        HeaderName::from_static(match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
            Self::XRealIp => "x-real-ip",
        })
    }

    /// The address of the client, as the proxies of ours tell it: the last one in the list that is no proxy of ours. Who
    /// stands before it may say what it likes. `None` when the list names nobody.
    pub(super) fn read(self, headers: &HeaderMap, proxies: &Proxies) -> Option<SocketAddr> {
        let mut client = None;
        // Several headers of this name are one list (RFC 9110, section 5.3).
        for value in headers.get_all(self.header()).iter().rev() {
            let Ok(value) = value.to_str() else { return client };
            for hop in value.rsplit(',') {
                // A hop that has no address hides those before it.
                let Some(address) = self.address(hop.trim()) else { return client };
                client = Some(address);
                if !proxies.have(address.ip().to_canonical()) {
                    return client;
                }
            }
        }
        client
    }

    fn address(self, hop: &str) -> Option<SocketAddr> {
        match self {
            Self::XForwardedFor | Self::XRealIp => parse(hop),
            Self::Forwarded => {
                let mut pairs = hop.split(';').filter_map(|pair| pair.split_once('='));
                let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
                let node = node.trim();
                // A quoted node holds no escapes: neither addresses nor ports need any.
                parse(node.strip_prefix('"').map_or(Some(node), |node| node.strip_suffix('"'))?)
            }
        }
    }
}

/// An address with or without a port, of IPv6 with or without brackets. The port is 0 when it is not told.
fn parse(text: &str) -> Option<SocketAddr> {
    let alone = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let without_port = alone.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, 0));
    without_port.or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn client(header: ClientAddress, values: &[&str]) -> Option<String> {
        let proxies = Proxies::parse(&["10.0.0.0/8".to_owned(), "2001:db8::/32".to_owned()]).expect("sound");
        let name = header.header();
        let values = values.iter().map(|value| (name.clone(), HeaderValue::from_str(value).expect("text")));
        header.read(&HeaderMap::from_iter(values), &proxies).map(|client| client.to_string())
    }

    #[test]
    fn the_last_hop_that_is_no_proxy_of_ours_is_the_client() {
        for (values, told) in [
            (&["192.0.2.1"][..], Some("192.0.2.1:0")),
            (&["6.6.6.6, 192.0.2.1, 10.1.1.1"], Some("192.0.2.1:0")),
            (&["6.6.6.6", "192.0.2.1", "10.1.1.1,10.2.2.2"], Some("192.0.2.1:0")),
            (&["10.1.1.1, 10.2.2.2"], Some("10.1.1.1:0")),
            (&["192.0.2.1:4711"], Some("192.0.2.1:4711")),
            (&["[2001:db9::1]:4711, [2001:db8::7]"], Some("[2001:db9::1]:4711")),
            (&["2001:db9::1"], Some("[2001:db9::1]:0")),
            (&["192.0.2.1, unknown, 10.1.1.1"], Some("10.1.1.1:0")),
            (&["unknown"], None),
            (&["192.0.2.1, "], None),
            (&[""], None),
            (&[], None),
        ] {
            assert_eq!(client(ClientAddress::XForwardedFor, values).as_deref(), told, "{values:?}");
        }
    }

    #[test]
    fn forwarded_is_read_as_its_rfc_says() {
        for (value, told) in [
            ("for=192.0.2.60;proto=http;by=203.0.113.43", Some("192.0.2.60:0")),
            ("For=\"[2001:db9:cafe::17]:4711\"", Some("[2001:db9:cafe::17]:4711")),
            ("for=6.6.6.6, proto=https; FOR = \"192.0.2.43:47011\", for=10.0.0.1", Some("192.0.2.43:47011")),
            ("for=192.0.2.43, for=_gazonk", None),
            ("for=unknown", None),
            ("for=\"192.0.2.43", None),
            ("by=203.0.113.43", None),
            ("=;,", None),
        ] {
            assert_eq!(client(ClientAddress::Forwarded, &[value]).as_deref(), told, "{value}");
        }
        assert_eq!(client(ClientAddress::XRealIp, &["192.0.2.1"]).as_deref(), Some("192.0.2.1:0"));
    }
}
