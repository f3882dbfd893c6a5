//! The check of which page made a request, and whether it may act here. A browser sends along what it knows
//! of its user, cookies first, whoever wrote the page. Our own pages may act. Pages of other sites may when
//! [`Cors`] lets them in.

use super::cors::{Admission, Cors};
use super::entrance::Entrance;
use crate::channel::url::HostPort;
use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE, HOST, HeaderName, ORIGIN};
use http::request::Parts;
use http::uri::Authority;

/// Set by browsers only; pages cannot set it (Fetch Metadata Request Headers).
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The schemes of credentials that browsers keep.
const AMBIENT: [&str; 4] = ["basic", "digest", "negotiate", "ntlm"];

/// Decides about a request that a browser sends without asking first. `Sec-Fetch-Site` tells more than
/// `Origin`, and no proxy changes its meaning. Browsers send it over TLS and to the machine itself.
#[cfg(feature = "http")]
pub(crate) fn admit(parts: &Parts, cors: Option<&Cors>, entrance: Entrance) -> Admission {
    if !parts.headers.contains_key(&SEC_FETCH_SITE) {
        return admit_origin(parts, cors, entrance);
    }
    match only(&parts.headers, &SEC_FETCH_SITE) {
        Some("same-origin" | "none") => Admission::WithCookies,
        // `same-site` is another page of the same owner, or of somebody who took over one of the owner's
        // names.
        _ => cors.map_or(Admission::Refused, |cors| cors.admits(origin(&parts.headers))),
    }
}

/// Decides by `Origin` alone. A request without one does not come from a page.
pub(crate) fn admit_origin(parts: &Parts, cors: Option<&Cors>, entrance: Entrance) -> Admission {
    let headers = &parts.headers;
    if !headers.contains_key(ORIGIN) {
        return Admission::WithCookies;
    }
    let origin = origin(headers);
    let host = only(headers, &HOST).or_else(|| parts.uri.authority().map(Authority::as_str));
    if host.is_some_and(|host| is_own(origin, host, entrance)) {
        return Admission::WithCookies;
    }
    cors.map_or(Admission::Refused, |cors| cors.admits(origin))
}

/// Removes the signs of the user behind a page that calls without credentials. These are cookies,
/// `Authorization` that the browser adds by itself, and the certificate that it showed. A token that the page
/// itself sends stays.
pub(crate) fn forget_user(parts: &mut Parts) {
    parts.headers.remove(COOKIE);
    if parts.headers.get_all(AUTHORIZATION).iter().any(|value| is_ambient(value.as_bytes())) {
        parts.headers.remove(AUTHORIZATION);
    }
    #[cfg(feature = "tls")]
    parts.extensions.remove::<super::PeerIdentity>();
}

/// Whether a browser adds this by itself once its user has logged in (RFC 9110, section 11).
fn is_ambient(authorization: &[u8]) -> bool {
    let scheme = authorization.trim_ascii().split(u8::is_ascii_whitespace).next().unwrap_or_default();
    AMBIENT.iter().any(|ambient| scheme.eq_ignore_ascii_case(ambient.as_bytes()))
}

/// The origin that the request names. If it names none or several, `null`, which belongs to nobody.
pub(crate) fn origin(headers: &HeaderMap) -> &str {
    only(headers, &ORIGIN).unwrap_or("null")
}

/// Whether a page of `origin` came from `host`. A missing port means the default one of the page's scheme:
/// behind a proxy that ends TLS, our own scheme is not known. If TLS ends here, only `https` counts: anybody
/// on the way can make a page of `http`.
fn is_own(origin: &str, host: &str, entrance: Entrance) -> bool {
    let (Some((scheme, page)), Ok(host)) = (origin.split_once("://"), HostPort::read(host)) else {
        return false;
    };
    let Ok(page) = HostPort::read(page) else { return false };
    let default = match scheme.to_ascii_lowercase().as_str() {
        "http" if entrance != Entrance::Tls => 80,
        "https" => 443,
        _ => return false,
    };
    let port = |at: HostPort<'_>| at.port.unwrap_or(default);
    page.host.eq_ignore_ascii_case(host.host) && port(page) == port(host)
}

/// The value of a header that must be there exactly once.
pub(crate) fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().filter(|_| values.next().is_none())?;
    value.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_our_own_when_scheme_host_and_port_lead_here() {
        for (origin, host) in [
            ("http://a.example", "a.example"),
            ("http://A.example:80", "a.EXAMPLE"),
            ("https://a.example", "a.example:443"),
            ("https://a.example", "a.example"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
            ("http://[::1]:8080", "[::1]:8080"),
        ] {
            for entrance in [Entrance::Mounted, Entrance::Unix, Entrance::Loopback, Entrance::Tcp] {
                assert!(is_own(origin, host, entrance), "{origin} {host} {entrance:?}");
            }
            // Where we serve only TLS, a page that came without TLS is not ours.
            assert_eq!(is_own(origin, host, Entrance::Tls), origin.starts_with("https"), "{origin} {host}");
        }
        for (origin, host) in [
            ("null", "a.example"),
            ("http://a.example", "b.example"),
            ("http://a.example:81", "a.example"),
            ("http://a.example.evil.example", "a.example"),
            ("https://a.example", "a.example:80"),
            ("file://a.example", "a.example"),
            ("http://a.example", "a.example:99999"),
            ("http://a.example:99999", "a.example"),
            ("http://a.example:", "a.example"),
            ("http://a.example/", "a.example"),
            ("http://user@a.example:1", "a.example"),
            ("", ""),
        ] {
            for entrance in [Entrance::Mounted, Entrance::Tls] {
                assert!(!is_own(origin, host, entrance), "{origin} {host} {entrance:?}");
            }
        }
    }

    #[cfg(feature = "http")]
    #[test]
    fn what_the_browser_says_of_a_site_goes_before_what_the_page_is_called() {
        let own = ("origin", "https://shop.example");
        let evil = ("origin", "https://evil.example");
        let listed = ("origin", "https://pay.example");
        let site = |site| ("sec-fetch-site", site);
        use Admission::{Refused, WithCookies, WithoutCookies};
        for (headers, admission) in [
            (&[][..], WithCookies),
            (&[own], WithCookies),
            (&[evil], Refused),
            (&[own, own], Refused),
            (&[("origin", "null")], Refused),
            (&[listed], WithoutCookies),
            (&[site("same-origin")], WithCookies),
            (&[site("none")], WithCookies),
            // A proxy may have given us another host than the browser knows.
            (&[site("same-origin"), evil], WithCookies),
            (&[site("same-site"), own], Refused),
            (&[site("cross-site")], Refused),
            (&[site("cross-site"), own], Refused),
            (&[site("cross-site"), evil], Refused),
            (&[site("cross-site"), listed], WithoutCookies),
            (&[site("same-site"), listed], WithoutCookies),
            (&[site("")], Refused),
            (&[site("same-origin"), site("cross-site")], Refused),
        ] {
            let mut request = http::Request::post("/").header("host", "shop.example");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let (parts, ()) = request.body(()).expect("a request").into_parts();
            let cors = Cors::origins(["https://pay.example"]);
            assert_eq!(admit(&parts, Some(&cors), Entrance::Tcp), admission, "{headers:?}");
        }
    }

    #[cfg(feature = "tls")]
    fn identity() -> crate::net::PeerIdentity {
        let certificate = rustls::pki_types::CertificateDer::from(vec![0]);
        crate::net::PeerIdentity::of(Some(&[certificate])).expect("one certificate")
    }

    #[test]
    fn what_the_browser_itself_says_of_its_user_is_forgotten_and_what_the_page_says_is_not() {
        for (value, is_kept) in [
            ("Bearer a", true),
            ("DPoP a", true),
            ("Basicx a", true),
            ("Basic dTpw", false),
            ("basic dTpw", false),
            ("Negotiate a", false),
            ("NTLM a", false),
            ("Digest username=\"u\"", false),
        ] {
            let request = http::Request::get("/").header("cookie", "a=1").header("authorization", value);
            let (mut parts, ()) = request.body(()).expect("a request").into_parts();
            #[cfg(feature = "tls")]
            parts.extensions.insert(identity());
            forget_user(&mut parts);
            assert!(!parts.headers.contains_key(COOKIE));
            assert_eq!(parts.headers.contains_key(AUTHORIZATION), is_kept, "{value}");
            #[cfg(feature = "tls")]
            assert!(parts.extensions.get::<crate::net::PeerIdentity>().is_none());
        }
    }
}
