//! Finds the members of a request without reading what is in them: what nearly every request looks like takes a tenth of
//! the time so. Whatever looks otherwise is left to serde, and so is every complaint.

use super::read::Members;

/// The members of a request that is an object of known members, each once and as plain as they come. The params are found by
/// their braces alone: whoever decodes them finds out whether they are JSON.
pub(super) fn scan(text: &str) -> Option<Members<'_>> {
    let mut scan = Scan { text, at: 0 };
    let mut members = Members::default();
    scan.space();
    scan.expect(b'{')?;
    loop {
        scan.space();
        let key = scan.text_token()?;
        scan.space();
        scan.expect(b':')?;
        scan.space();
        let slot = match &key[1..key.len() - 1] {
            "jsonrpc" => &mut members.jsonrpc,
            "id" => &mut members.id,
            "method" => &mut members.method,
            "params" => &mut members.params,
            "timeoutMs" => &mut members.timeout_ms,
            "metadata" => &mut members.metadata,
            "window" => &mut members.window,
            _ => return None,
        };
        let value = scan.value()?;
        if slot.replace(value).is_some() {
            return None;
        }
        scan.space();
        match scan.next()? {
            b',' => {}
            b'}' => break,
            _ => return None,
        }
    }
    scan.space();
    (scan.at == text.len()).then_some(members)
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }

    fn next(&mut self) -> Option<u8> {
        let byte = *self.rest().first()?;
        self.at += 1;
        Some(byte)
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.rest().first() {
            self.at += 1;
        }
    }

    /// A value that serde would take, or an object or array of which only the end is known.
    fn value(&mut self) -> Option<&'a str> {
        match self.rest().first()? {
            b'"' => self.text_token(),
            b'{' | b'[' => self.nested(),
            b'n' => self.take(4).filter(|word| *word == "null"),
            _ => self.whole_number(),
        }
    }

    fn take(&mut self, length: usize) -> Option<&'a str> {
        let token = self.text.get(self.at..self.at + length)?;
        self.at += length;
        Some(token)
    }

    /// With its quotes, and without an escape.
    fn text_token(&mut self) -> Option<&'a str> {
        let [b'"', inner @ ..] = self.rest() else { return None };
        let end = inner.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
        if inner[end] == b'"' { self.take(end + 2) } else { None }
    }

    fn whole_number(&mut self) -> Option<&'a str> {
        let bytes = self.rest();
        let sign = usize::from(bytes.first() == Some(&b'-'));
        let digits = bytes[sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let plain = digits > 0 && (digits == 1 || bytes[sign] != b'0');
        let fraction = matches!(bytes.get(sign + digits), Some(b'.' | b'e' | b'E'));
        if plain && !fraction { self.take(sign + digits) } else { None }
    }

    /// Up to the brace that closes the first.
    fn nested(&mut self) -> Option<&'a str> {
        let bytes = self.rest();
        let (mut depth, mut at) = (0usize, 0);
        loop {
            match bytes.get(at)? {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        return self.take(at + 1);
                    }
                }
                b'"' => at = skip_text(bytes, at + 1)?,
                _ => {}
            }
            at += 1;
        }
    }
}

/// The place of the quote that ends a text.
fn skip_text(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::members;
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
            assert_eq!(scan(text), Some(members(text).expect(text)), "{text}");
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

    fn agree(text: &str) {
        let Some(found) = scan(text) else { return };
        match members(text) {
            Ok(members) => assert_eq!(found, members, "{text}"),
            // Then the fault is inside of what only has its braces counted.
            Err(_) => {
                let nested = [found.params, found.metadata].into_iter().flatten();
                let sound = |part: &&str| serde_json::from_str::<serde::de::IgnoredAny>(part).is_ok();
                assert!(!nested.clone().all(|part| sound(&part)), "{text}");
            }
        }
    }
}
