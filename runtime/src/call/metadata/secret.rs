//! Keys whose values are secrets. They are never shown, and never kept in the header table of an HTTP/2
//! connection (RFC 7541, section 7.1.3).

const NAMES: [&str; 9] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "cookie2",
    "set-cookie2",
    "authentication-info",
    "proxy-authentication-info",
    "apikey",
];

/// The last words of secret keys, such as `x-api-key` and `x-csrf-token`.
const WORDS: [&str; 8] =
    ["token", "key", "secret", "password", "passwd", "credential", "credentials", "signature"];

/// Whether the values of a key are secrets.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.strip_suffix("-bin").unwrap_or(name);
    let last = name.rsplit(['-', '_', '.']).next().unwrap_or_default();
    NAMES.contains(&name) || WORDS.contains(&last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_secret_by_its_name_or_its_last_word() {
        for name in [
            "authorization",
            "cookie",
            "set-cookie",
            "x-api-key",
            "x-amz-security-token",
            "csrf_token",
            "client-secret",
            "x-session-token-bin",
            "token",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["x-trace", "tokens", "x-key-id", "content-type", "traceparent", "x-bin", ""] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
