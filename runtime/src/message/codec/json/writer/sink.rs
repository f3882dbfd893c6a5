//! Buffers that JSON is written to, and the writing of strings (RFC 8259, section 7).

use super::super::plain::plain_len;
use bytes::BytesMut;
use std::fmt;

/// A buffer that takes text at its end: the bytes of a frame, or a `String`, which needs no check of UTF-8.
pub(crate) trait Sink {
    fn put(&mut self, text: &str);
}

impl Sink for BytesMut {
    #[inline]
    fn put(&mut self, text: &str) {
        self.extend_from_slice(text.as_bytes());
    }
}

impl Sink for String {
    #[inline]
    fn put(&mut self, text: &str) {
        self.push_str(text);
    }
}

/// Escapes text that comes in pieces, between quotes.
pub(super) struct Escaped<'a, O>(pub(super) &'a mut O);

impl<O: Sink> fmt::Write for Escaped<'_, O> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        put_escaped(text, self.0);
        Ok(())
    }
}

/// Writes a string.
pub(super) fn put_text(text: &str, out: &mut impl Sink) {
    out.put("\"");
    put_escaped(text, out);
    out.put("\"");
}

/// Writes the name of a member, with a comma in front unless it is the first, and a colon behind.
pub(super) fn put_name(name: &str, first: bool, out: &mut impl Sink) {
    if first {
        out.put("\"");
    } else {
        out.put(",\"");
    }
    put_escaped(name, out);
    out.put("\":");
}

#[inline]
fn put_escaped(text: &str, out: &mut impl Sink) {
    let plain = plain_len(text.as_bytes());
    if plain == text.len() { out.put(text) } else { put_with_escapes(text, plain, out) }
}

/// Writes text with escapes; its first `plain` bytes have none.
fn put_with_escapes(text: &str, mut plain: usize, out: &mut impl Sink) {
    let mut rest = text;
    loop {
        let (before, special) = rest.split_at(plain);
        out.put(before);
        let Some(byte) = special.bytes().next() else { return };
        put_escape(byte, out);
        rest = &special[1..];
        plain = plain_len(rest.as_bytes());
    }
}

fn put_escape(byte: u8, out: &mut impl Sink) {
    match byte {
        b'"' => out.put("\\\""),
        b'\\' => out.put("\\\\"),
        0x08 => out.put("\\b"),
        b'\t' => out.put("\\t"),
        b'\n' => out.put("\\n"),
        0x0c => out.put("\\f"),
        b'\r' => out.put("\\r"),
        _ => put_code(byte, out),
    }
}

/// Writes an escape such as `\u001f`.
fn put_code(byte: u8, out: &mut impl Sink) {
    const DIGITS: &str = "0123456789abcdef";
    out.put("\\u00");
    for digit in [byte >> 4, byte & 15].map(usize::from) {
        out.put(&DIGITS[digit..=digit]);
    }
}
