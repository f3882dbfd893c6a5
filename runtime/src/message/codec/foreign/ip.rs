//! IP addresses are text: `192.0.2.1`, and IPv6 as RFC 5952 writes it. A zone (`%eth0`) is refused, because it
//! means something on one machine alone.

use super::text;
use crate::message::codec::MapKey;
use polywire_codegen::model::Scalar;
use std::borrow::Cow;
use std::fmt::Display;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The longest text: an IPv6 address whose last part is written as IPv4.
const LONGEST: usize = 45;

/// Writes the address without an allocation.
fn written<R>(address: &impl Display, then: impl FnOnce(&str) -> R) -> R {
    let mut buffer = [0; LONGEST];
    let mut rest = &mut buffer[..];
    // It fits.
    let _ = write!(rest, "{address}");
    let len = LONGEST - rest.len();
    then(std::str::from_utf8(&buffer[..len]).unwrap_or_default())
}

macro_rules! address {
    ($($ty:ident, $form:ident, $what:literal;)*) => {$(
        text!($ty, $form, $what, |address, then| written(address, then), |text| text.parse().ok());

        impl MapKey for $ty {
            const SCALAR: Scalar = Scalar::String;

            fn to_key(&self) -> Cow<'_, str> {
                self.to_string().into()
            }
            fn from_key(key: &str) -> Option<Self> {
                key.parse().ok()
            }
        }
    )*};
}

address! {
    IpAddr, Ip, "an IP address such as 192.0.2.1 or 2001:db8::1";
    Ipv4Addr, Ipv4, "an IPv4 address such as 192.0.2.1";
    Ipv6Addr, Ipv6, "an IPv6 address such as 2001:db8::1";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::codec::Value;

    #[test]
    fn the_longest_address_fits() {
        for longest in ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::ffff:255.255.255.255"] {
            let address: IpAddr = longest.parse().expect("an address");
            written(&address, |text| assert_eq!(text, longest));
            assert_eq!(Value::len(&address), longest.len() + 1);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in ["", "192.0.2", "192.0.2.256", "192.0.02.1", "::1%eth0", "[::1]", " ::1", "localhost", "1"]
        {
            assert!(IpAddr::from_key(bad).is_none(), "{bad}");
        }
        assert!(Ipv4Addr::from_key("::1").is_none() && Ipv6Addr::from_key("192.0.2.1").is_none());
        assert_eq!(
            Ipv6Addr::from_key("2001:DB8:0::1").map(|key| key.to_key().into_owned()).as_deref(),
            Some("2001:db8::1")
        );
    }
}
