//! Numbers (RFC 8259, section 6).

use super::{Parser, Refused, Result};

/// A number as it is written: whole, unless it has a fraction or an exponent, or is too large.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    Whole(u64),
    /// A whole number below zero.
    Negative(i64),
    Float(f64),
}

/// The most digits that always fit into 64 bits.
const DIGITS: usize = 19;

/// The powers of ten that are exact as doubles.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];
/// The number up to which every whole number is exact as a double.
const EXACT: u64 = 1 << 53;

impl Parser<'_> {
    /// Reads the number that begins here.
    pub(super) fn number(&mut self) -> Result<Number> {
        let start = self.at;
        let negative = self.byte() == Some(b'-');
        self.at += usize::from(negative);
        let (digits, significand) = self.whole()?;
        match self.byte() {
            Some(b'.' | b'e' | b'E') => self.fraction(start, negative, digits, significand),
            _ if digits > DIGITS => self.long(start, negative),
            _ if !negative => Ok(Number::Whole(significand)),
            _ => match 0_i64.checked_sub_unsigned(significand) {
                Some(0) => Ok(Number::Float(-0.0)),
                Some(number) => Ok(Number::Negative(number)),
                None => self.float(start),
            },
        }
    }

    /// Reads the rest of a number that is not whole, behind its first digits.
    fn fraction(
        &mut self,
        start: usize,
        negative: bool,
        digits: usize,
        mut significand: u64,
    ) -> Result<Number> {
        let mut fraction = 0;
        if self.byte() == Some(b'.') {
            self.at += 1;
            fraction = self.digits(&mut significand);
            if fraction == 0 {
                return Err(Refused);
            }
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.exponent()?;
            return self.float(start);
        }
        // Both numbers are exact, so their quotient is rounded once: it is the nearest double (Clinger).
        match POWERS.get(fraction) {
            Some(power) if digits + fraction <= DIGITS && significand <= EXACT => {
                let number = significand as f64 / power;
                Ok(Number::Float(if negative { -number } else { number }))
            }
            _ => self.float(start),
        }
    }

    /// Reads the digits before a fraction: their count, and their value if it fits. Several digits do not begin with 0.
    #[inline]
    fn whole(&mut self) -> Result<(usize, u64)> {
        let zero = self.byte() == Some(b'0');
        let mut significand = 0;
        match self.digits(&mut significand) {
            0 => Err(Refused),
            2.. if zero => Err(Refused),
            count => Ok((count, significand)),
        }
    }

    /// Reads digits, and returns their count.
    #[inline]
    fn digits(&mut self, significand: &mut u64) -> usize {
        let (bytes, start) = (self.text.as_bytes(), self.at);
        let (mut at, mut value) = (start, *significand);
        while let Some(digit) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10)
        {
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
            at += 1;
        }
        (self.at, *significand) = (at, value);
        at - start
    }

    fn exponent(&mut self) -> Result {
        self.at += 1;
        if matches!(self.byte(), Some(b'+' | b'-')) {
            self.at += 1;
        }
        if self.digits(&mut 0) == 0 { Err(Refused) } else { Ok(()) }
    }

    /// The whole number of many digits that ends here.
    #[cold]
    fn long(&self, start: usize, negative: bool) -> Result<Number> {
        let text = &self.text[start..self.at];
        let whole = match negative {
            false => text.parse().ok().map(Number::Whole),
            true => text.parse().ok().map(Number::Negative),
        };
        whole.map_or_else(|| self.float(start), Ok)
    }

    /// The nearest double to the number that ends here.
    #[cold]
    fn float(&self, start: usize) -> Result<Number> {
        let number: f64 = self.text[start..self.at].parse().map_err(|_| Refused)?;
        if number.is_finite() { Ok(Number::Float(number)) } else { Err(Refused) }
    }

    /// Passes over a number, however large.
    pub(super) fn ignore_number(&mut self) -> Result {
        self.at += usize::from(self.byte() == Some(b'-'));
        self.whole()?;
        if self.byte() == Some(b'.') {
            self.at += 1;
            if self.digits(&mut 0) == 0 {
                return Err(Refused);
            }
        }
        if matches!(self.byte(), Some(b'e' | b'E')) { self.exponent() } else { Ok(()) }
    }
}
