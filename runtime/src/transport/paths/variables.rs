//! The values of a path's variables. They are decoded once, and refused if the text could be taken for
//! another path.

use super::matcher::{first_segment, split_suffix};
use crate::message::error::DecodeError;
use polywire_codegen::transport::http::{Segment, Template};
use std::borrow::Cow;

/// The variables of `template`, which fits `path`, by field.
///
/// # Errors
/// A bad escape, text that is not UTF-8, NUL, a segment `.` or `..`, an encoded slash in a variable of one segment.
pub(in crate::transport) fn variables<'t>(
    template: &'t Template,
    path: &str,
) -> Result<Vec<(&'t str, String)>, DecodeError> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = match &template.verb {
        Some(_) => split_suffix(path).map_or(path, |(stem, _)| stem),
        None => path,
    };
    let mut left = Some(path);
    let mut found = Vec::new();
    for segment in template.segments.iter() {
        match segment {
            Segment::Literal(_) | Segment::Any => drop(take(&mut left, 1)),
            Segment::Rest => left = None,
            Segment::Variable { field, pattern } => {
                let raw = match pattern.last() {
                    Some(Segment::Rest) => left.take().unwrap_or_default(),
                    _ => take(&mut left, pattern.len()),
                };
                let whole = matches!(pattern.as_ref(), [Segment::Any | Segment::Literal(_)]);
                let slash = if whole { Slash::Refused } else { Slash::KeptEncoded };
                let value = decode(raw, slash).map_err(|what| DecodeError::in_variable(field, what))?;
                found.push((field.as_ref(), value));
            }
        }
    }
    Ok(found)
}

/// Takes the next `count` segments.
fn take<'p>(left: &mut Option<&'p str>, count: usize) -> &'p str {
    let Some(path) = *left else { return "" };
    if count == 1 {
        let (segment, after) = first_segment(path);
        *left = after;
        return segment;
    }
    match path.match_indices('/').nth(count - 1) {
        Some((at, _)) => {
            *left = Some(&path[at + 1..]);
            &path[..at]
        }
        None => {
            *left = None;
            path
        }
    }
}

/// The treatment of an encoded slash.
#[derive(Clone, Copy, PartialEq)]
enum Slash {
    /// In a variable of one segment it is refused: a second decoding would see two segments.
    Refused,
    /// In a variable of several segments it stays `%2F`, unlike the slashes between segments
    /// (google/api/http.proto).
    KeptEncoded,
}

fn decode(raw: &str, slash: Slash) -> Result<String, Cow<'static, str>> {
    let value = if raw.as_bytes().contains(&b'%') { unescape(raw, slash)? } else { raw.to_owned() };
    match value.as_bytes().contains(&b'.').then(|| dots(&value)).flatten() {
        Some(dots) => Err(format!("`{dots}` is not allowed").into()),
        None => Ok(value),
    }
}

/// A part of the value that means a step when the value is joined with a path or normalized (RFC 3986,
/// section 5.2.4).
fn dots(value: &str) -> Option<&str> {
    let parts = value.split(['/', '\\']).flat_map(|part| part.split("%2F"));
    parts.into_iter().find(|part| matches!(*part, "." | ".."))
}

fn unescape(raw: &str, slash: Slash) -> Result<String, Cow<'static, str>> {
    let mut value = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, after)) = rest.split_once('%') {
        value.extend_from_slice(plain.as_bytes());
        let Some(digits) = after.get(..2).filter(|two| two.bytes().all(|b| b.is_ascii_hexdigit())) else {
            let seen: String = after.chars().take(2).collect();
            return Err(format!("`%{seen}` is not a percent escape").into());
        };
        match u8::from_str_radix(digits, 16) {
            Ok(0) => return Err("a NUL byte (%00) is not allowed".into()),
            Ok(b'/') if slash == Slash::Refused => {
                return Err("an encoded slash (%2F) is not allowed in one segment".into());
            }
            Ok(b'/') => value.extend_from_slice(b"%2F"),
            Ok(byte) => value.push(byte),
            Err(_) => return Err(format!("`%{digits}` is not a percent escape").into()),
        }
        rest = &after[2..];
    }
    value.extend_from_slice(rest.as_bytes());
    String::from_utf8(value).map_err(|_| "is not UTF-8".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(template: &str, path: &str) -> Result<Vec<(&'static str, String)>, String> {
        let template = Box::leak(Box::new(Template::parse(template).expect(template)));
        variables(template, path).map_err(|error| error.to_string())
    }

    #[test]
    fn variables_are_decoded_once() {
        for (template, path, expected) in [
            ("/books/{id}", "/books/7", vec![("id", "7")]),
            ("/books/{id}", "/books/a%20b%2525", vec![("id", "a b%25")]),
            ("/books/{id}", "/books/a+b", vec![("id", "a+b")]),
            ("/books/{id}", "/books/a..b", vec![("id", "a..b")]),
            ("/books/{id}", "/books/...", vec![("id", "...")]),
            ("/books/{id}", "/books/7;v=1", vec![("id", "7;v=1")]),
            ("/files/{path=**}", "/files/a//b", vec![("path", "a//b")]),
            ("/books/{id}:lend", "/books/a:b:lend", vec![("id", "a:b")]),
            ("/books/{id}", "/books/a:lend", vec![("id", "a:lend")]),
            ("/a/{b}/c/{d.e}", "/a/1/c/2", vec![("b", "1"), ("d.e", "2")]),
            (
                "/v1/{name=shelves/*/books/*}",
                "/v1/shelves/1/books/%C3%A9",
                vec![("name", "shelves/1/books/é")],
            ),
            ("/v1/{name=shelves/*}/x", "/v1/shelves/1%2F2/x", vec![("name", "shelves/1%2F2")]),
            ("/files/{path=**}", "/files/a/b%2fc", vec![("path", "a/b%2Fc")]),
            ("/files/{path=**}", "/files/", vec![("path", "")]),
            ("/files/{path=**}", "/files", vec![("path", "")]),
            ("/x/*/{id}", "/x/y/z", vec![("id", "z")]),
            ("/x/**", "/x/y/z", vec![]),
        ] {
            let expected: Vec<_> =
                expected.into_iter().map(|(field, value)| (field, value.to_owned())).collect();
            assert_eq!(read(template, path), Ok(expected), "{path}");
        }
    }

    #[test]
    fn a_variable_that_could_be_another_path_is_refused_by_name() {
        for (template, path, part) in [
            ("/books/{id}", "/books/%00", "path variable `id`: a NUL byte"),
            ("/books/{id}", "/books/a%00b", "NUL byte"),
            ("/books/{id}", "/books/..", "`..` is not allowed"),
            ("/books/{id}", "/books/%2e%2E", "`..` is not allowed"),
            ("/books/{id}", "/books/a%2fb", "encoded slash"),
            ("/books/{id}", "/books/%", "`%` is not a percent escape"),
            ("/books/{id}", "/books/%zz", "`%zz` is not a percent escape"),
            ("/books/{id}", "/books/%é", "is not a percent escape"),
            ("/books/{id}", "/books/%+1", "is not a percent escape"),
            ("/books/{id}", "/books/%ff", "is not UTF-8"),
            ("/files/{path=**}", "/files/a/../b", "`..` is not allowed"),
            ("/files/{path=**}", "/files/a/..%2f..%2fb", "`..` is not allowed"),
            ("/v1/{name=shelves/*}", "/v1/shelves/%2e.", "`..` is not allowed"),
            ("/books/{id}", "/books/.", "`.` is not allowed"),
            ("/books/{id}", "/books/%2E", "`.` is not allowed"),
            ("/books/{id}", "/books/..%5Cb", "`..` is not allowed"),
            ("/files/{path=**}", "/files/a/./b", "`.` is not allowed"),
            ("/files/{path=**}", "/files/..%5c..%5cb", "`..` is not allowed"),
        ] {
            let error = read(template, path).expect_err(path);
            assert!(error.contains(part), "{path}: {error}");
        }
    }
}
