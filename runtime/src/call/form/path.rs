//! Names of query parameters as paths to fields: `author.name`, `author[name]` and, for a map, `labels[key]`.

use crate::message::error::Step;

/// The names on a path. A malformed one ([`is_malformed`]) is the last.
pub(super) fn steps(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let path = rest.take()?;
        let (name, behind) = split(path);
        rest = behind;
        Some(name)
    })
}

/// The name at a depth.
pub(super) fn step(path: &str, depth: usize) -> Option<&str> {
    steps(path).nth(depth)
}

/// Whether a name is the rest of a path with a bracket that does not close, or with something else behind it.
pub(super) fn is_malformed(name: &str) -> bool {
    name.starts_with(['[', ']'])
}

/// The same path, as steps for errors.
pub(super) fn told(path: &str) -> impl Iterator<Item = Step> {
    steps(path).map(|name| Step::Name(name.to_owned()))
}

/// The first name, and the rest behind it. It goes byte by byte: names are short, and a search takes longer to begin.
fn split(path: &str) -> (&str, Option<&str>) {
    let inner = path.strip_prefix('[');
    let named = inner.unwrap_or(path);
    let end = named.bytes().position(|byte| matches!(byte, b'[' | b']') || (byte == b'.' && inner.is_none()));
    let end = end.unwrap_or(named.len());
    let (name, rest) = named.split_at(end);
    match (inner, rest.as_bytes()) {
        (Some(_), [b']']) | (None, []) => (name, None),
        (Some(_), [b']', b'[', ..]) => (name, Some(&rest[1..])),
        (Some(_), [b']', b'.', ..]) => (name, Some(&rest[2..])),
        (None, [b'.', ..]) => (name, Some(&rest[1..])),
        (None, _) if !name.is_empty() => (name, Some(rest)),
        _ => (path, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_go_by_dots_and_brackets() {
        for (path, names) in [
            ("a", &["a"][..]),
            ("a.b.c", &["a", "b", "c"]),
            ("a[b]", &["a", "b"]),
            ("a[b.c][d].e", &["a", "b.c", "d", "e"]),
            ("a[]", &["a", ""]),
            ("a[b].c[d]", &["a", "b", "c", "d"]),
            ("a.", &["a", ""]),
            ("", &[""]),
            ("a[b", &["a", "[b"]),
            ("a]", &["a", "]"]),
            ("a[b]c", &["a", "[b]c"]),
            ("a[[b]]", &["a", "[[b]]"]),
        ] {
            assert_eq!(steps(path).collect::<Vec<_>>(), names, "{path}");
        }
    }
}
