//! URIs (RFC 3986, section 3): the syntax alone, with a scheme.

use std::net::Ipv6Addr;

pub(super) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (hierarchy, query) = rest.split_once('?').unwrap_or((rest, ""));
    is_scheme(scheme)
        && is_hierarchy(hierarchy)
        && [query, fragment].iter().all(|part| is_made_of(part, b":@/?"))
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn is_hierarchy(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("//") else { return is_made_of(text, b":@/") };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    is_authority(authority) && is_made_of(path, b":@/")
}

fn is_authority(text: &str) -> bool {
    let (user, rest) = text.split_once('@').unwrap_or(("", text));
    let (host, port) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((literal, after)) if is_literal(literal) => ("", after),
        Some(_) => return false,
        None => rest.split_at(rest.find(':').unwrap_or(rest.len())),
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    is_made_of(user, b":")
        && is_made_of(host, b"")
        && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

/// Whether the text may stand in the brackets of a host: an IPv6 address, or one of a later version.
fn is_literal(text: &str) -> bool {
    let Some(later) = text.strip_prefix(['v', 'V']) else { return text.parse::<Ipv6Addr>().is_ok() };
    later.split_once('.').is_some_and(|(version, address)| {
        !version.is_empty()
            && version.bytes().all(|byte| byte.is_ascii_hexdigit())
            && !address.is_empty()
            && !address.contains('%')
            && is_made_of(address, b":")
    })
}

/// Whether the text has only unreserved characters, sub-delimiters, escapes, and the characters in `more`.
fn is_made_of(text: &str, more: &[u8]) -> bool {
    let mut pieces = text.split('%');
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte) || more.contains(&byte);
    let is_escape =
        |piece: &str| piece.len() >= 2 && piece.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    pieces.next().is_none_or(|first| first.bytes().all(plain))
        && pieces.all(|piece| is_escape(piece) && piece.bytes().skip(2).all(plain))
}

#[cfg(test)]
mod tests {
    use super::is_uri;

    #[test]
    fn a_uri_is_one_by_the_grammar() {
        for good in [
            "ftp://ftp.is.co.za/rfc/rfc1808.txt",
            "ldap://[2001:db8::7]/c=GB?objectClass?one",
            "mailto:John.Doe@example.com",
            "news:comp.infosystems.www.servers.unix",
            "tel:+1-816-555-1212",
            "telnet://192.0.2.16:80/",
            "urn:oasis:names:specification:docbook:dtd:xml:4.1.2",
            "a:",
            "a:b",
            "a:/",
            "a://",
            "a:///x",
            "a+b-c.d:x",
            "http://u:p@h:/",
            "http://u:p%40@h:80?q=a/b?c#f/?",
            "http://[v1.a:b]/",
            "http://[::1]:8080",
            "http://%C3%A9/%c3%a9",
            "x:%00",
        ] {
            assert!(is_uri(good), "{good}");
        }
        for bad in [
            "",
            ":",
            "://a",
            "a",
            "/a",
            "//a",
            "1a:b",
            "a_b:c",
            "é:a",
            "a:é",
            "a: ",
            "a:%",
            "a:%1",
            "a:%zz",
            "a:[",
            "a:b#c#d",
            "a://b:x",
            "a://b:8x",
            "a://[::1",
            "a://[::1]x",
            "a://[1]",
            "a://[v.a]",
            "a://[vx.a]",
            "a://[v1.]",
            "a://b@c@d",
            "a://b c",
            "a://b\\c",
            "a:<b>",
            "a:\"",
            "a:{b}",
            "a:b|c",
            "a:^",
            "a:`",
            "a:b\n",
            "a:%é",
            "http://a?b[c]",
        ] {
            assert!(!is_uri(bad), "{bad}");
        }
    }
}
