//! Lists of content codings, as HTTP's `content-encoding` and AMQP's property have them (RFC 9110, section 8.4).

/// The codings that a list names. `identity` is no coding, and names have no case.
pub(crate) fn codings(list: &str) -> impl Iterator<Item = &str> {
    let names = list.split(',').map(str::trim);
    names.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_is_no_coding() {
        for (list, names) in [
            ("", &[][..]),
            ("identity", &[]),
            (" IDENTITY , ", &[]),
            ("gzip", &["gzip"]),
            ("identity, GZIP ,br", &["GZIP", "br"]),
        ] {
            assert_eq!(codings(list).collect::<Vec<_>>(), names, "{list}");
        }
    }
}
