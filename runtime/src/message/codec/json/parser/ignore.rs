//! Values of unknown fields, which the parser passes over. They may nest to any depth, so no function here calls itself.

use super::{Parser, Refused, Result};

impl Parser<'_> {
    /// Passes over one value.
    pub(super) fn ignore(&mut self) -> Result {
        // The closing brackets of the open lists and objects, the innermost last.
        let mut open = Vec::new();
        loop {
            let closes = match self.peek() {
                Some(b'[') => Some(b']'),
                Some(b'{') => Some(b'}'),
                _ => None,
            };
            let mut first = closes.is_some();
            match closes {
                Some(close) => {
                    self.at += 1;
                    open.push(close);
                }
                None => self.ignore_scalar()?,
            }
            loop {
                let Some(close) = open.last().copied() else { return Ok(()) };
                if self.more(&mut first, close)? {
                    if close == b'}' {
                        self.take(b'"')?;
                        self.ignore_string()?;
                        self.take(b':')?;
                    }
                    break;
                }
                self.at += 1;
                open.pop();
                first = false;
            }
        }
    }

    fn ignore_scalar(&mut self) -> Result {
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                self.ignore_string()
            }
            Some(b'-' | b'0'..=b'9') => self.ignore_number(),
            Some(b't') => self.literal("true"),
            Some(b'f') => self.literal("false"),
            _ => self.literal("null"),
        }
    }

    /// Passes over a string, from behind its opening quote on. Its surrogates need not be pairs.
    fn ignore_string(&mut self) -> Result {
        loop {
            self.at += self.plain_len();
            let special = self.byte();
            self.at += 1;
            match special {
                Some(b'"') => return Ok(()),
                Some(b'\\') => {}
                _ => return Err(Refused),
            }
            let escape = self.byte();
            self.at += 1;
            match escape {
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {}
                Some(b'u') => {
                    self.four_digits()?;
                }
                _ => return Err(Refused),
            }
        }
    }
}
