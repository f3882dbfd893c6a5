//! `host:port`: a name, an IPv4 address or an IPv6 address in brackets, and a number.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// A host, and its port if one is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HostPort<'u> {
    /// An IPv6 address has its brackets.
    pub(crate) host: &'u str,
    pub(crate) port: Option<u16>,
}

impl<'u> HostPort<'u> {
    /// Reads the `host` or `host:port` to connect to.
    ///
    /// # Errors
    /// The rule that the text breaks.
    pub(crate) fn read(text: &'u str) -> Result<Self, String> {
        let read = Self::read_any_port(text)?;
        if read.port == Some(0) { Err(PORT.to_owned()) } else { Ok(read) }
    }

    fn read_any_port(text: &'u str) -> Result<Self, String> {
        let (host, port) = split(text)?;
        if host.is_empty() {
            return Err("names no host".to_owned());
        }
        match host.strip_prefix('[') {
            Some(inner) => check_ipv6(inner.trim_end_matches(']'))?,
            None => check_name(host)?,
        }
        Ok(Self { host, port: port.map(number).transpose()? })
    }

    /// The text `host:port`. `default` is the port if none is written.
    pub(crate) fn address(&self, default: u16) -> String {
        format!("{}:{}", self.host, self.port.unwrap_or(default))
    }

    /// The text as it was written. Requests carry it as their authority.
    pub(crate) fn authority(&self) -> String {
        self.port.map_or_else(|| self.host.to_owned(), |_| self.address(0))
    }
}

/// Checks a `host:port` to connect to. An IPv6 address may have a zone's number.
///
/// # Errors
/// The rule that the text breaks.
pub(crate) fn connected(text: &str) -> Result<(), String> {
    listened(text)?;
    if text.rsplit(':').next().is_some_and(|port| number(port) == Ok(0)) {
        Err(PORT.to_owned())
    } else {
        Ok(())
    }
}

/// Checks a `host:port` to listen on. Port 0 means any free port. An IPv6 address may have a zone's number.
///
/// # Errors
/// The rule that the text breaks.
pub(crate) fn listened(text: &str) -> Result<(), String> {
    if text.parse::<SocketAddr>().is_ok() {
        return Ok(());
    }
    if text.contains("://") {
        return Err("is a URL; write host:port".to_owned());
    }
    match HostPort::read_any_port(text) {
        Ok(HostPort { port: Some(_), .. }) => Ok(()),
        Ok(HostPort { port: None, .. }) => Err("has no port".to_owned()),
        Err(rule) if text.starts_with(':') => Err(format!("{rule}; write 0.0.0.0{text} for every address")),
        Err(rule) => Err(rule),
    }
}

const PORT: &str = "has a port that is not a number from 1 to 65535";

/// The host, with the brackets of IPv6, and the text behind the colon.
fn split(text: &str) -> Result<(&str, Option<&str>), String> {
    if text.starts_with('[') {
        let end = text.find(']').ok_or("has an IPv6 address without `]` at its end")?;
        let (host, rest) = text.split_at(end + 1);
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if rest.is_empty() => Ok((host, None)),
            None => Err(format!("has `{rest}` after `]`; only a colon and a port may follow")),
        };
    }
    match text.split_once(':') {
        Some((_, port)) if port.contains(':') => {
            Err("has more than one colon; an IPv6 address stands in brackets, `[::1]:80`".to_owned())
        }
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((text, None)),
    }
}

/// Reads a port. `u16::from_str` would accept a sign.
fn number(port: &str) -> Result<u16, String> {
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    port.parse().ok().filter(|_| digits).ok_or_else(|| PORT.to_owned())
}

fn check_ipv6(inner: &str) -> Result<(), String> {
    if inner.contains('%') {
        return Err("has an IPv6 address with a zone; a URL cannot hold one".to_owned());
    }
    match inner.parse::<Ipv6Addr>() {
        Ok(_) => Ok(()),
        Err(_) => Err("has brackets around text that is not an IPv6 address".to_owned()),
    }
}

/// Checks a name of DNS, which may have underscores. A name that ends in a number must be an IPv4 address.
/// Systems read `1.2.3` and `0x7f.1` as one, and so could reach another host than the one that was checked.
fn check_name(host: &str) -> Result<(), String> {
    let name = host.strip_suffix('.').unwrap_or(host);
    let sound = |label: &str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !label.is_empty() && label.len() <= 63 && label.bytes().all(known)
    };
    if name.len() > 253 || !name.split('.').all(sound) {
        return Err(
            "names a host that is not a DNS name: letters, digits, `-` and `_` between dots".to_owned()
        );
    }
    let last = name.rsplit('.').next().unwrap_or_default();
    if is_number(last) && host.parse::<Ipv4Addr>().is_err() {
        return Err("names a host that is not an IPv4 address: four numbers up to 255".to_owned());
    }
    Ok(())
}

fn is_number(label: &str) -> bool {
    let hex = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
    match hex {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_address_of_a_machine_can_be_listened_on() {
        for good in ["127.0.0.1:0", "0.0.0.0:80", "[::]:8080", "localhost:1", "[fe80::1%2]:80"] {
            assert_eq!(listened(good), Ok(()), "{good}");
        }
        for (bad, rule) in [
            ("127.0.0.1", "no port"),
            ("127.0.0.1:", "port"),
            ("127.0.0.1:99999", "port"),
            ("127.0.0.1:-1", "port"),
            (":8080", "0.0.0.0:8080"),
            ("http://127.0.0.1:80", "URL"),
            ("user:pw@127.0.0.1:80", "colon"),
            ("a b:80", "host"),
            ("", "no host"),
        ] {
            let error = listened(bad).expect_err(bad);
            assert!(error.contains(rule), "{bad}: {error}");
        }
    }
}
