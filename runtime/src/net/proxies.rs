//! [`Proxies`]: whose word about a client is believed, in a head or before it ([`preface`]). A proxy sets names such as
//! `x-forwarded-for`, and any client can set them too. So they are removed from the head of every request that comes from
//! somebody else.

mod client;
pub(crate) mod preface;

pub use client::ClientAddress;

use super::exchange::Origin;
use crate::call::metadata::reserved::{is_of_proxy, retain};
use crate::net::entrance::Entrance;
use http::HeaderMap;
use std::io;
use std::net::{IpAddr, SocketAddr};

/// The peers that are proxies of ours.
#[derive(Debug, Default)]
pub(crate) struct Proxies(Vec<Peers>);

#[derive(Debug, PartialEq, Eq)]
enum Peers {
    /// All peers that may connect to our Unix sockets.
    Unix,
    /// A network: its address, and the bits that count.
    Net(IpAddr, u32),
}

impl Proxies {
    /// Reads the peers that the user wrote.
    ///
    /// # Errors
    /// `InvalidInput` for text that is no address or network.
    pub(crate) fn parse(peers: &[String]) -> io::Result<Self> {
        peers.iter().map(|text| Peers::parse(text)).collect::<io::Result<_>>().map(Self)
    }

    /// Removes the names of proxies from a head, unless a trusted peer sent it. The server around a mounted router
    /// has read its heads, and answers for them: without a list they stay.
    ///
    /// Of a trusted peer, `client` is the header that names the real client, who becomes the peer.
    pub(crate) fn check(&self, headers: &mut HeaderMap, origin: &mut Origin, client: Option<ClientAddress>) {
        let is_ours = self.is_ours(origin.peer, origin.entrance);
        if is_ours {
            if let Some(address) = client.and_then(|client| client.read(headers, self)) {
                origin.peer = Some(address);
            }
        } else if origin.entrance != Entrance::Mounted || !self.0.is_empty() {
            retain(headers, |name| !is_of_proxy(name));
        }
    }

    /// Whether a connection is one of these peers.
    pub(crate) fn is_ours(&self, peer: Option<SocketAddr>, entrance: Entrance) -> bool {
        match entrance {
            Entrance::Unix => self.0.contains(&Peers::Unix),
            Entrance::Mounted | Entrance::Loopback | Entrance::Tcp | Entrance::Tls => {
                peer.is_some_and(|peer| self.have(peer.ip().to_canonical()))
            }
        }
    }

    fn have(&self, peer: IpAddr) -> bool {
        self.0.iter().any(|peers| peers.have(peer))
    }
}

impl Peers {
    fn parse(text: &str) -> io::Result<Self> {
        if text == "unix" {
            return Ok(Self::Unix);
        }
        let wrong = || {
            let text = format!(
                "`{text}` is no proxy's address: write an address such as `10.0.0.7`, a network such as `10.0.0.0/8`, or `unix`"
            );
            io::Error::new(io::ErrorKind::InvalidInput, text)
        };
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(all), |bits| bits.parse().map_err(|_| wrong()))?;
        if bits > all { Err(wrong()) } else { Ok(Self::Net(address, bits)) }
    }

    fn have(&self, peer: IpAddr) -> bool {
        match (self, peer) {
            (Self::Net(IpAddr::V4(net), bits), IpAddr::V4(peer)) => {
                (u32::from(*net) ^ u32::from(peer)).checked_shr(32 - bits).unwrap_or(0) == 0
            }
            (Self::Net(IpAddr::V6(net), bits), IpAddr::V6(peer)) => {
                (u128::from(*net) ^ u128::from(peer)).checked_shr(128 - bits).unwrap_or(0) == 0
            }
            (Self::Net(..) | Self::Unix, _) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    fn proxies(peers: &[&str]) -> Proxies {
        Proxies::parse(&peers.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()).expect("sound")
    }

    /// Whether a proxy's name is left of a head from there. Other names always are.
    fn passes(proxies: &Proxies, entrance: Entrance, peer: Option<&str>) -> bool {
        let peer = peer.map(|peer| std::net::SocketAddr::new(peer.parse().expect("an address"), 1));
        let names = ["x-forwarded-user", "authorization", "cookie"].map(HeaderName::from_static);
        let mut headers = HeaderMap::from_iter(names.map(|name| (name, HeaderValue::from_static("v"))));
        proxies.check(&mut headers, &mut Origin { peer, entrance, link: None }, None);
        assert!(headers.contains_key("authorization") && headers.contains_key("cookie"), "{headers:?}");
        headers.contains_key("x-forwarded-user")
    }

    #[test]
    fn only_a_trusted_peer_may_say_what_proxies_say() {
        let own = proxies(&["10.1.0.0/16", "192.0.2.7", "fd00::/8", "unix"]);
        for peer in ["10.1.2.3", "192.0.2.7", "fd00::1", "::ffff:10.1.2.3"] {
            assert!(passes(&own, Entrance::Tcp, Some(peer)), "{peer}");
        }
        for peer in ["10.2.0.1", "192.0.2.8", "fe80::1", "::1", "127.0.0.1"] {
            assert!(!passes(&own, Entrance::Tls, Some(peer)), "{peer}");
        }
        assert!(passes(&own, Entrance::Unix, None));
        assert!(passes(&proxies(&["0.0.0.0/0"]), Entrance::Loopback, Some("127.0.0.1")));
        assert!(!passes(&proxies(&["0.0.0.0/0"]), Entrance::Unix, None));
    }

    #[test]
    fn without_a_list_nobody_is_trusted_but_the_server_around_a_mounted_router() {
        let none = Proxies::default();
        for (entrance, peer) in [
            (Entrance::Loopback, Some("127.0.0.1")),
            (Entrance::Tcp, Some("10.0.0.1")),
            (Entrance::Unix, None),
        ] {
            assert!(!passes(&none, entrance, peer), "{entrance:?}");
        }
        assert!(passes(&none, Entrance::Mounted, None));
        assert!(!passes(&proxies(&["10.0.0.1"]), Entrance::Mounted, None));
        assert!(passes(&proxies(&["10.0.0.1"]), Entrance::Mounted, Some("10.0.0.1")));
    }

    #[test]
    fn text_that_is_no_network_is_refused() {
        for text in
            ["", "proxy.local", "10.0.0.1:80", "10.0.0.0/33", "::/129", "10.0.0.0/", "/8", "10.0.0.0/-1"]
        {
            let error = Proxies::parse(&[text.to_owned()]).expect_err(text).to_string();
            assert!(error.contains("write an address"), "{error}");
        }
    }
}
