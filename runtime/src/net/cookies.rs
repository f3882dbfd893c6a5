//! Cookies that came in several fields. HTTP/2 lets a browser split them so that they compress better. A
//! server must join them before anybody reads them (RFC 9113, section 8.2.3).

use http::header::{COOKIE, HeaderMap, HeaderValue};

/// Joins several `cookie` fields into one, in every version of HTTP. A proxy may get them over HTTP/2 and
/// send them on over HTTP/1.1.
pub(crate) fn join(headers: &mut HeaderMap) {
    if headers.get_all(COOKIE).iter().nth(1).is_none() {
        return;
    }
    let fields: Vec<&[u8]> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    // Parts of header values, joined by bytes that a header value may hold, are a header value.
    let Ok(mut joined) = HeaderValue::from_bytes(&fields.join(&b"; "[..])) else { return };
    joined.set_sensitive(headers.get_all(COOKIE).iter().any(HeaderValue::is_sensitive));
    headers.insert(COOKIE, joined);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(fields: &[&'static str]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(COOKIE, HeaderValue::from_static(field));
        }
        join(&mut headers);
        headers.get_all(COOKIE).iter().map(|value| value.to_str().expect("text").to_owned()).collect()
    }

    #[test]
    fn several_fields_are_one_and_one_stays_as_it_is() {
        assert_eq!(joined(&["a=1", "b=2", "c=3; d=4"]), ["a=1; b=2; c=3; d=4"]);
        assert_eq!(joined(&["a=1; b=2"]), ["a=1; b=2"]);
        assert!(joined(&[]).is_empty());
    }
}
