//! Strings (RFC 8259, section 7). Each function begins behind the opening quote.

use super::super::plain::plain_len;
use super::{Parser, Refused, Result};

impl<'de> Parser<'de> {
    /// Reads a string without escapes, the usual case. Otherwise the position stays, and the error is the number of bytes
    /// before the first escape.
    pub(super) fn plain_string(&mut self) -> Result<&'de str, usize> {
        let len = self.plain_len();
        let end = self.at + len;
        if self.text.as_bytes().get(end) != Some(&b'"') {
            return Err(len);
        }
        let text = self.text.get(self.at..end).ok_or(len)?;
        self.at = end + 1;
        Ok(text)
    }

    /// Reads a string with escapes; its first `plain` bytes have none.
    pub(super) fn escaped_string(&mut self, mut plain: usize) -> Result<&str> {
        let mut unescaped = std::mem::take(&mut self.unescaped);
        unescaped.clear();
        loop {
            let end = self.at + plain;
            unescaped.push_str(self.text.get(self.at..end).ok_or(Refused)?);
            self.at = end + 1;
            match self.text.as_bytes().get(end) {
                Some(b'"') => break,
                Some(b'\\') => unescaped.push(self.escape()?),
                _ => return Err(Refused),
            }
            plain = self.plain_len();
        }
        self.unescaped = unescaped;
        Ok(&self.unescaped)
    }

    /// The number of bytes from here on that stand for themselves.
    #[inline]
    pub(super) fn plain_len(&self) -> usize {
        self.text.as_bytes().get(self.at..).map_or(0, plain_len)
    }

    /// Reads the character of an escape, from behind its backslash on.
    fn escape(&mut self) -> Result<char> {
        let byte = self.byte().ok_or(Refused)?;
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.code_point(),
            _ => return Err(Refused),
        })
    }

    /// Reads one UTF-16 code unit, or two that are a surrogate pair, from behind the first `\u` on.
    #[cold]
    fn code_point(&mut self) -> Result<char> {
        let first = self.four_digits()?;
        if !(0xd800..0xdc00).contains(&first) {
            // A low surrogate that stands alone is no character.
            return char::from_u32(first).ok_or(Refused);
        }
        self.literal("\\u")?;
        let second = self.four_digits()?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(Refused);
        }
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10 | (second - 0xdc00))).ok_or(Refused)
    }

    pub(super) fn four_digits(&mut self) -> Result<u32> {
        let rest = self.text.as_bytes().get(self.at..);
        let digits = rest.and_then(|rest| rest.first_chunk::<4>()).ok_or(Refused)?;
        let mut value = 0;
        for digit in digits {
            value = value << 4 | char::from(*digit).to_digit(16).ok_or(Refused)?;
        }
        self.at += 4;
        Ok(value)
    }
}
