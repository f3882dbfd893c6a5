//! Strings (RFC 8259, section 7), from behind the opening quote on.

use super::super::plain::plain_len;
use super::{Parser, Refused, Result};

impl<'de> Parser<'de> {
    /// The string, when nothing in it is escaped, as mostly; otherwise it stays where it is, and the bytes before the first escape
    /// are told.
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

    /// The string, whatever is in it, of which so many bytes are plain.
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

    /// How many bytes from here on stand for themselves.
    #[inline]
    pub(super) fn plain_len(&self) -> usize {
        self.text.as_bytes().get(self.at..).map_or(0, plain_len)
    }

    /// What an escape stands for, from behind its backslash on.
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

    /// One UTF-16 code unit, or two that are a surrogate pair, from behind the first `\u` on.
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
