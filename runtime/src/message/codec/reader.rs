//! A bounded reader over protobuf bytes: no copy, a limited depth, a limited number of elements.
//!
//! A field of another wire type is refused by name, as prost does, rather than passed over as unknown. The sender
//! meant something by it.

use super::extent::{Extent, Unknown};
use super::left_out::{Kept, Stranger};
use super::wire::Wire;
use crate::message::error::DecodeError;
use bytes::Bytes;

/// The bytes that may be read a second time, even of the smallest message.
const MIN_AGAIN: usize = 4 << 10;

/// A cursor over one encoded message. `bytes` fields share its buffer.
#[derive(Debug)]
pub struct Reader<'a> {
    whole: &'a Bytes,
    /// The unread bytes of the innermost message that is being read.
    rest: &'a [u8],
    /// The end of that message in `whole`.
    end: usize,
    /// The levels that are left.
    depth: u32,
    /// The elements that are left.
    elements: u32,
    extent: Extent,
    /// The bytes that may still be read a second time, when messages come in pieces.
    again: usize,
    /// The values that were left out, until the message around them has been read.
    pub(super) kept: Vec<Kept>,
    /// The index in `kept` of the first value that was left out of the current message.
    pub(super) mark: usize,
    /// The last value that was left out.
    pub(super) stranger: Option<Stranger>,
    /// The last field that was passed over.
    pub(super) passed: Option<u32>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(whole: &'a Bytes) -> Self {
        Self::within(whole, Extent::DEFAULT)
    }

    pub(crate) fn within(whole: &'a Bytes, extent: Extent) -> Self {
        // Two halves of a message are read again once, so honest senders need no more than its size. Hostile ones would
        // need the square of the size.
        let again = MIN_AGAIN.max(4 * whole.len());
        Self::with(whole, extent, (extent.nesting, extent.elements, again))
    }

    /// Makes a reader. The tuple has the levels, the elements, and the bytes to read again that are left.
    fn with(whole: &'a Bytes, extent: Extent, (depth, elements, again): (u32, u32, usize)) -> Self {
        let (kept, mark, stranger, passed) = (Vec::new(), 0, None, None);
        let (rest, end) = (whole, whole.len());
        Self { whole, rest, end, depth, elements, extent, again, kept, mark, stranger, passed }
    }

    pub(super) fn unknown(&self) -> Unknown {
        self.extent.unknown
    }

    /// The unread bytes of the current message.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Passes over the rest of the current message.
    pub(super) fn pass_the_rest(&mut self) {
        self.rest = &[];
    }

    fn position(&self) -> usize {
        self.end - self.rest.len()
    }

    /// An error at the current position.
    #[cold]
    pub fn error(&self, what: impl Into<String>) -> DecodeError {
        DecodeError::at_byte(self.position(), what)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next tag, or `None` at the end.
    #[inline]
    pub(crate) fn tag(&mut self) -> Result<Option<(u32, Wire)>, DecodeError> {
        if self.is_empty() {
            return Ok(None);
        }
        let tag = match self.rest {
            [byte @ ..0x80, rest @ ..] => {
                self.rest = rest;
                u64::from(*byte)
            }
            _ => self.long_tag()?,
        };
        let number = u32::try_from(tag >> 3).ok().filter(|n| (1..1 << 29).contains(n));
        match (number, Wire::from_tag(tag)) {
            (Some(number), Some(wire)) => Ok(Some((number, wire))),
            _ => Err(self.error("malformed tag")),
        }
    }

    /// Reads a tag of several bytes. A tag has 32 bits, so more than five bytes are malformed, however small the value.
    fn long_tag(&mut self) -> Result<u64, DecodeError> {
        let before = self.rest.len();
        let tag = self.long_varint()?;
        if before - self.rest.len() > 5 { Err(self.error("a tag of more than five bytes")) } else { Ok(tag) }
    }

    /// Reads a varint.
    ///
    /// # Errors
    /// When the bytes end inside of the number, or it has more than 64 bits.
    #[inline]
    pub fn varint(&mut self) -> Result<u64, DecodeError> {
        match self.rest {
            [byte @ ..0x80, rest @ ..] => {
                self.rest = rest;
                Ok(u64::from(*byte))
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0u64;
        for (at, byte) in self.rest.iter().take(10).enumerate() {
            value |= u64::from(byte & 0x7f) << (7 * at);
            if *byte < 0x80 {
                // The tenth byte holds the 64th bit alone.
                if at == 9 && *byte > 1 {
                    break;
                }
                self.rest = &self.rest[at + 1..];
                return Ok(value);
            }
        }
        Err(self.error(if self.rest.len() < 10 {
            "the bytes end within a number"
        } else {
            "a number of more than 64 bits"
        }))
    }

    #[inline]
    pub(super) fn fixed<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        match self.rest.split_first_chunk::<N>() {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(*bytes)
            }
            None => Err(self.error("the bytes end within a fixed-size number")),
        }
    }

    /// Reads the bytes of a length-delimited value, and moves past it.
    #[inline]
    fn delimited(&mut self) -> Result<&'a [u8], DecodeError> {
        let len = self.varint()?;
        match usize::try_from(len).ok().and_then(|len| self.rest.split_at_checked(len)) {
            Some((value, rest)) => {
                self.rest = rest;
                Ok(value)
            }
            None => Err(self.error(format!("a length of {len} reaches past the end"))),
        }
    }

    /// Reads a length-delimited value, which shares the buffer.
    ///
    /// # Errors
    /// When the length reaches past the end.
    pub fn length_delimited(&mut self) -> Result<Bytes, DecodeError> {
        let value = self.delimited()?;
        let end = self.position();
        Ok(self.whole.slice(end - value.len()..end))
    }

    pub(super) fn text(&mut self) -> Result<&'a str, DecodeError> {
        let value = self.delimited()?;
        std::str::from_utf8(value).map_err(|error| {
            let start = self.position() - value.len();
            DecodeError::at_byte(start + error.valid_up_to(), "is not UTF-8")
        })
    }

    /// Runs `read` on a length-delimited value, one level deeper.
    pub(super) fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        self.count()?;
        let value = self.delimited()?;
        let Some(depth) = self.depth.checked_sub(1) else { return Err(self.too_deep()) };
        let outer = (self.rest, self.end, self.depth);
        (self.rest, self.end, self.depth) = (value, self.position(), depth);
        let value = read(self)?;
        (self.rest, self.end, self.depth) = outer;
        Ok(value)
    }

    /// Runs `read` on other bytes with this reader's limits.
    pub(super) fn detached<T>(
        &mut self,
        whole: &Bytes,
        read: impl FnOnce(&mut Reader<'_>) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let Some(depth) = self.depth.checked_sub(1) else { return Err(self.too_deep()) };
        let Some(again) = self.again.checked_sub(whole.len()) else {
            return Err(self.error("comes in too many pieces"));
        };
        let mut inner = Reader::with(whole, self.extent, (depth, self.elements, again));
        let value = read(&mut inner);
        (self.elements, self.again) = (inner.elements, inner.again);
        value
    }

    #[cold]
    fn too_deep(&self) -> DecodeError {
        self.error(format!("nests deeper than {} levels", self.extent.nesting))
    }

    /// Takes one element from the budget.
    #[inline]
    pub(super) fn count(&mut self) -> Result<(), DecodeError> {
        match self.elements.checked_sub(1) {
            Some(left) => {
                self.elements = left;
                Ok(())
            }
            None => Err(self.error(format!("holds more than {} elements", self.extent.elements))),
        }
    }

    #[inline]
    pub(super) fn expect(&self, expected: Wire, found: Wire) -> Result<(), DecodeError> {
        if expected == found {
            return Ok(());
        }
        Err(self.error(format!("has wire type {found:?}, not {expected:?}")))
    }

    /// Passes over a value of an unknown field.
    ///
    /// # Errors
    /// When the bytes are malformed.
    pub fn skip(&mut self, number: u32, wire: Wire) -> Result<(), DecodeError> {
        self.passed = Some(number);
        match wire {
            Wire::Varint => self.varint().map(drop),
            Wire::I64 => self.fixed::<8>().map(drop),
            Wire::I32 => self.fixed::<4>().map(drop),
            Wire::Len => self.delimited().map(drop),
            Wire::StartGroup => self.skip_group(number),
            Wire::EndGroup => Err(self.error("a group ends that did not begin")),
        }
    }

    /// Passes over a value, as [`Reader::skip`] does, and returns its bytes.
    pub(super) fn skipped(&mut self, number: u32, wire: Wire) -> Result<&'a [u8], DecodeError> {
        let before = self.rest;
        self.skip(number, wire)?;
        Ok(&before[..before.len() - self.rest.len()])
    }

    fn skip_group(&mut self, number: u32) -> Result<(), DecodeError> {
        let mut open = vec![number];
        while let Some(innermost) = open.last().copied() {
            match self.tag()? {
                None => return Err(self.error("the bytes end within a group")),
                Some((_, Wire::StartGroup)) if open.len() >= self.extent.nesting as usize => {
                    return Err(self.too_deep());
                }
                Some((number, Wire::StartGroup)) => open.push(number),
                Some((number, Wire::EndGroup)) if number == innermost => drop(open.pop()),
                Some((number, wire)) => self.skip(number, wire)?,
            }
        }
        Ok(())
    }
}
