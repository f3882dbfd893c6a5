//! The well-known formats of text, each as protovalidate defines it.

mod uri;

use polywire_codegen::model::Format;
use std::net::{Ipv4Addr, Ipv6Addr};
use uri::is_uri;

/// The longest host name (RFC 1035, 2.3.4).
const HOSTNAME: usize = 253;
/// The longest label of a host name.
const LABEL: usize = 63;

pub(super) fn is(format: Format, text: &str) -> bool {
    match format {
        Format::Email => is_email(text),
        Format::Uuid => is_uuid(text),
        Format::Uri => is_uri(text),
        Format::Hostname => is_hostname(text),
        Format::Ip => is_ipv4(text) || is_ipv6(text),
        Format::Ipv4 => is_ipv4(text),
        Format::Ipv6 => is_ipv6(text),
    }
}

/// The pattern of the HTML standard ("valid email address"), which protovalidate names.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let atom = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    !local.is_empty() && local.bytes().all(atom) && domain.split('.').all(is_label)
}

/// Whether the text is a host name. It may end in the dot of the root. A last label of digits alone is refused: it
/// would be an address.
fn is_hostname(text: &str) -> bool {
    if text.len() > HOSTNAME {
        return false;
    }
    let name = text.strip_suffix('.').unwrap_or(text);
    let last = name.rsplit('.').next().unwrap_or_default();
    name.split('.').all(is_label) && !last.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_label(label: &str) -> bool {
    let letters = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (1..=LABEL).contains(&label.len()) && letters && !label.starts_with('-') && !label.ends_with('-')
}

fn is_uuid(text: &str) -> bool {
    let sizes = [8, 4, 4, 4, 12];
    let mut parts = text.split('-');
    let is_part = |size: usize, part: &str| part.len() == size && part.bytes().all(|b| b.is_ascii_hexdigit());
    sizes.into_iter().all(|size| parts.next().is_some_and(|part| is_part(size, part)))
        && parts.next().is_none()
}

fn is_ipv4(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

/// Whether the text is an IPv6 address. A zone (RFC 4007, 11) may follow: any text that is not empty.
fn is_ipv6(text: &str) -> bool {
    match text.split_once('%') {
        None => text.parse::<Ipv6Addr>().is_ok(),
        Some((address, zone)) => {
            !zone.is_empty() && !zone.contains('\0') && address.parse::<Ipv6Addr>().is_ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is;
    use polywire_codegen::model::Format;

    #[test]
    fn each_format_takes_its_own_and_nothing_else() {
        let long = format!("{}.com", "a".repeat(64));
        for (format, good, bad) in [
            (
                Format::Email,
                &["a@b.example", "a.b+c@localhost"][..],
                &["", "a", "@b", "a@", "a@b..c", "a@-b", "ä@b"][..],
            ),
            (
                Format::Uuid,
                &["123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000"],
                &["", "123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400g"],
            ),
            (
                Format::Uri,
                &["https://a.example/b?c=d#e", "urn:isbn:1", "mailto:a@b"],
                &["", "/a", "a b:c", "http://[::1"],
            ),
            (
                Format::Hostname,
                &["a.example", "a.example.", "x-1"],
                &["", ".", "-a", "a-", "a..b", "1.2.3.4", &long],
            ),
            (
                Format::Ip,
                &["127.0.0.1", "::1", "fe80::1%eth0"],
                &["", "127.0.0", "127.0.0.01", "::1%", "1::2::3"],
            ),
            (Format::Ipv4, &["0.0.0.0"], &["::1", "256.0.0.1"]),
            (Format::Ipv6, &["::ffff:1.2.3.4"], &["127.0.0.1", ":::"]),
        ] {
            good.iter().for_each(|text| assert!(is(format, text), "{format:?} {text:?}"));
            bad.iter().for_each(|text| assert!(!is(format, text), "{format:?} {text:?}"));
        }
    }
}
