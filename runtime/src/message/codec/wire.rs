//! The primitives of the protobuf encoding: tags, varints, wire types.

use bytes::{BufMut, BytesMut};

/// A wire type (protobuf, "Encoding", "Message Structure"). Groups are skipped, never written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs, reason = "each variant is the wire type of that name")]
pub enum Wire {
    Varint = 0,
    I64 = 1,
    Len = 2,
    StartGroup = 3,
    EndGroup = 4,
    I32 = 5,
}

impl Wire {
    pub(crate) const fn from_tag(tag: u64) -> Option<Self> {
        Some(match tag & 7 {
            0 => Self::Varint,
            1 => Self::I64,
            2 => Self::Len,
            3 => Self::StartGroup,
            4 => Self::EndGroup,
            5 => Self::I32,
            _ => return None,
        })
    }
}

#[inline]
pub(crate) const fn varint_len(value: u64) -> usize {
    // One byte for every seven bits, at least one: nine sixty-fourths of the significant bits, rounded up.
    ((64 - (value | 1).leading_zeros() as usize) * 9 + 64) / 64
}

/// Writes a varint. Most tags, lengths and numbers are one byte, which is written inline.
#[inline]
pub(crate) fn put_varint(value: u64, out: &mut BytesMut) {
    match value {
        0..0x80 => out.put_u8(value as u8),
        _ => put_longer_varint(value, out),
    }
}

/// Writes two or three bytes as an array: a copy of a length known only at run time would cost a call.
fn put_longer_varint(value: u64, out: &mut BytesMut) {
    let low = |shift: u32| (value >> shift) as u8 | 0x80;
    match value {
        0..0x4000 => out.extend_from_slice(&[low(0), (value >> 7) as u8]),
        0x4000..0x20_0000 => out.extend_from_slice(&[low(0), low(7), (value >> 14) as u8]),
        _ => put_long_varint(value, out),
    }
}

fn put_long_varint(mut value: u64, out: &mut BytesMut) {
    let mut bytes = [0u8; 10];
    let mut len = 0;
    while value >= 0x80 {
        bytes[len] = value as u8 | 0x80;
        value >>= 7;
        len += 1;
    }
    bytes[len] = value as u8;
    out.extend_from_slice(&bytes[..=len]);
}

#[inline]
pub(crate) const fn tag_len(number: u32) -> usize {
    varint_len((number as u64) << 3)
}

#[inline]
pub(crate) fn put_tag(number: u32, wire: Wire, out: &mut BytesMut) {
    put_varint(u64::from(number) << 3 | wire as u64, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_varint_is_as_long_as_it_says() {
        for bits in 0..64 {
            for value in [(1u64 << bits) - 1, 1 << bits, (1 << bits) + 1] {
                let mut out = BytesMut::new();
                put_varint(value, &mut out);
                assert_eq!(out.len(), varint_len(value), "{value}");
            }
        }
        assert_eq!(varint_len(u64::MAX), 10);
    }
}
