//! The bytes of a JSON string that stand for themselves (RFC 8259, section 7), looked at eight at a time.
//!
//! The writer copies them, and the parser takes them as they are.

/// The number of bytes before the first special one: a quote, a backslash or a control character.
#[inline]
pub(super) fn plain_len(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((word, after)) = rest.split_first_chunk::<8>() {
        if let Some(at) = first_special(u64::from_le_bytes(*word)) {
            return bytes.len() - rest.len() + at;
        }
        rest = after;
    }
    // The last word overlaps with bytes that are known to be plain.
    match bytes.last_chunk::<8>() {
        Some(word) => match first_special(u64::from_le_bytes(*word)) {
            Some(at) => bytes.len() - 8 + at,
            None => bytes.len(),
        },
        None => short_plain_len(bytes),
    }
}

/// [`plain_len`] for fewer than eight bytes, as two halves of a word that overlap.
#[inline]
fn short_plain_len(bytes: &[u8]) -> usize {
    let (Some(low), Some(high)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) else {
        let special = bytes.iter().position(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\'));
        return special.unwrap_or(bytes.len());
    };
    let [low, high] = [low, high].map(|half| u64::from(u32::from_le_bytes(*half)));
    match first_special(low | high << 32) {
        Some(at @ ..4) => at,
        Some(at) => at + bytes.len() - 8,
        None => bytes.len(),
    }
}

/// The index of the first special byte among eight.
#[inline]
const fn first_special(word: u64) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    // A byte that is smaller than the subtracted value borrows, which sets its high bit. The borrow may also set high bits
    // in the bytes above, so only the lowest one counts.
    let control = word.wrapping_sub(ONES * 0x20);
    let quote = (word ^ (ONES * b'"' as u64)).wrapping_sub(ONES);
    let backslash = (word ^ (ONES * b'\\' as u64)).wrapping_sub(ONES);
    let special = (control | quote | backslash) & !word & HIGH;
    if special == 0 { None } else { Some(special.trailing_zeros() as usize / 8) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_plain_up_to_its_first_special_byte() {
        for len in 0..40 {
            let plain = [0x20, b'!', b'#', b'[', 0x7f, 0x80, 0xa0, 0xff].repeat(5);
            assert_eq!(plain_len(&plain[..len]), len);
            for at in 0..len {
                for special in [0, 1, 0x1f, b'"', b'\\'] {
                    let mut bytes = plain[..len].to_vec();
                    bytes[at] = special;
                    assert_eq!(plain_len(&bytes), at, "{bytes:?}");
                    bytes[len - 1] = b'"';
                    assert_eq!(plain_len(&bytes), at, "{bytes:?}");
                }
            }
        }
    }
}
