//! Finds the members of a request without reading their values. Nearly every request is plain, and takes a
//! tenth of the time in this way. All other requests are left to serde, and so are all errors.

use super::super::Refused;
use super::members::Members;

/// Finds the members of a request: quickly where it is plain, else with serde.
///
/// # Errors
/// The text is no JSON, or no object.
pub(super) fn members(text: &str) -> Result<Members<'_>, Refused> {
    scan(text).map_or_else(|| Members::read(text), Ok)
}

/// Finds the members of a plain request: an object of known members, each once and without escapes. Params
/// are found by their braces alone; their decoder finds out whether they are JSON.
fn scan(text: &str) -> Option<Members<'_>> {
    let mut scan = Scan { text, at: 0 };
    let mut members = Members::default();
    scan.space();
    scan.expect(b'{')?;
    loop {
        scan.space();
        let key = scan.token(text_end)?;
        scan.space();
        scan.expect(b':')?;
        scan.space();
        let slot = match key {
            r#""jsonrpc""# => &mut members.jsonrpc,
            r#""id""# => &mut members.id,
            r#""method""# => &mut members.method,
            r#""params""# => &mut members.params,
            r#""timeoutMs""# => &mut members.timeout_ms,
            r#""metadata""# => &mut members.metadata,
            r#""window""# => &mut members.window,
            _ => return None,
        };
        let value = scan.token(value_end)?;
        if slot.replace(value).is_some() {
            return None;
        }
        scan.space();
        match scan.peek()? {
            b',' => scan.at += 1,
            b'}' => break,
            _ => return None,
        }
    }
    scan.at += 1;
    scan.space();
    (scan.at == text.len()).then_some(members)
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        let found = self.peek()? == byte;
        self.at += 1;
        found.then_some(())
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// The token that begins here, and whose end `end` finds.
    fn token(&mut self, end: fn(&[u8], usize) -> Option<usize>) -> Option<&'a str> {
        let end = end(self.text.as_bytes(), self.at)?;
        let token = self.text.get(self.at..end)?;
        self.at = end;
        Some(token)
    }
}

/// Bytes that end a run of plain characters in a text.
const STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let mut control = 0;
    while control < 0x20 {
        stops[control] = true;
        control += 1;
    }
    stops[b'"' as usize] = true;
    stops[b'\\' as usize] = true;
    stops
};

/// Bytes that decide where an object or array ends.
const MARKS: [bool; 256] = {
    let mut marks = [false; 256];
    let mut at = 0;
    while at < 5 {
        marks[b"{}[]\""[at] as usize] = true;
        at += 1;
    }
    marks
};

/// The first byte from `at` on that is in the table.
fn find(table: &[bool; 256], bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.iter().position(|byte| table[usize::from(*byte)]).map(|found| at + found)
}

/// The end of a value that serde would take. In an object or array only the braces are checked.
fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => text_end(bytes, at),
        b'{' | b'[' => nested_end(bytes, at),
        b'n' => bytes[at..].starts_with(b"null").then_some(at + 4),
        _ => number_end(bytes, at),
    }
}

/// The end of a text without escapes.
fn text_end(bytes: &[u8], at: usize) -> Option<usize> {
    let end = find(&STOPS, bytes, at + 1)?;
    (bytes[at] == b'"' && bytes[end] == b'"').then_some(end + 1)
}

/// The end of a whole number.
fn number_end(bytes: &[u8], at: usize) -> Option<usize> {
    let start = at + usize::from(bytes[at] == b'-');
    let digits = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let plain = digits > 0 && (digits == 1 || bytes[start] != b'0');
    let more = matches!(bytes.get(start + digits), Some(b'.' | b'e' | b'E'));
    (plain && !more).then_some(start + digits)
}

/// The end of the object or array that opens here.
fn nested_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0usize;
    loop {
        at = find(&MARKS, bytes, at)?;
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'"' => at = skip_text(bytes, at + 1)?,
            _ if depth == 1 => return Some(at + 1),
            _ => depth -= 1,
        }
        at += 1;
    }
}

/// The place of the quote that ends a text.
fn skip_text(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at = find(&STOPS, bytes, at)?;
        match bytes[at] {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => return None,
        }
    }
}

/// Checks the scan against serde. Where both read a request, they read the same. Where serde refuses it, the
/// fault is inside a value of which the scan only counts the braces.
#[cfg(any(test, feature = "fuzzing"))]
pub(in crate::transport::ws) fn agree(text: &str) {
    let Some(found) = scan(text) else { return };
    match Members::read(text) {
        Ok(members) => assert_eq!(found, members, "{text}"),
        Err(_) => {
            let Members { jsonrpc, id, method, params, timeout_ms, metadata, window, answers: _ } = found;
            let nested = [jsonrpc, id, method, params, timeout_ms, metadata, window].into_iter().flatten();
            let sound = |part: &&str| serde_json::from_str::<serde::de::IgnoredAny>(part).is_ok();
            assert!(!nested.clone().all(|part| sound(&part)), "{text}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: [&str; 6] = [
        r#"{"jsonrpc":"2.0","id":1,"method":"a.B.C","params":{"x":[1,{"y":"}\"]"}],"z":"\\"}}"#,
        " { \"id\" : \"a\" , \"method\" : \"m\" } \n",
        r#"{"id":-5,"params":[],"timeoutMs":10,"window":0,"metadata":{"a":["b"]}}"#,
        r#"{"id":null,"params":null}"#,
        r#"{"params":{"é":"ü"}}"#,
        r#"{"id":0}"#,
    ];

    #[test]
    fn what_it_finds_is_what_serde_finds() {
        for text in SOUND {
            assert_eq!(scan(text), Some(Members::read(text).expect(text)), "{text}");
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_serde() {
        for text in [
            "",
            "7",
            "[]",
            "{",
            "{}",
            r#"{"id":1"#,
            r#"{"id":1,}"#,
            r#"{"id":1}x"#,
            r#"{"id":1,"id":2}"#,
            r#"{"id":01}"#,
            r#"{"id":1.5}"#,
            r#"{"id":-}"#,
            r#"{"id":true}"#,
            r#"{"id":nul}"#,
            r#"{"id":"\u0061"}"#,
            r#"{"i\u0064":1}"#,
            r#"{"other":1}"#,
            r#"{"params":{"x":"y}"#,
            r#"{"params":"\"#,
            "{\"id\":\"a\nb\"}",
            r#"{'id':1}"#,
        ] {
            assert_eq!(scan(text), None, "{text}");
        }
    }

    #[test]
    fn where_both_read_a_broken_request_they_agree() {
        for text in SOUND {
            for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
                for broken in [&text[..at], &text[at..]] {
                    agree(broken);
                }
                for byte in ["\"", "{", "}", ":", ",", "\\", "0", " "] {
                    let after = text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
                    agree(&format!("{}{byte}{}", &text[..at], &text[after..]));
                }
            }
        }
    }
}
