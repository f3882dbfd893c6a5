//! gRPC-Web's text form: base64 in pieces, each of which may end with padding.

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, PAD};
use base64::prelude::BASE64_STANDARD;
use bytes::{Bytes, BytesMut};

const ENGINE: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, PAD);

/// Decodes base64 whose chunks are cut anywhere.
#[derive(Debug, Default)]
pub(super) struct TextDecoder {
    /// Up to three characters that wait for the rest of their group.
    group: Vec<u8>,
}

impl TextDecoder {
    /// Decodes the groups that are complete with this chunk.
    pub(super) fn decode(&mut self, chunk: &[u8]) -> Result<Bytes, String> {
        self.group.extend(chunk.iter().filter(|byte| !byte.is_ascii_whitespace()));
        let whole = self.group.len() / 4 * 4;
        let mut out = BytesMut::with_capacity(whole / 4 * 3);
        let mut rest = &self.group[..whole];
        while !rest.is_empty() {
            // A padded group ends a piece. A new piece of base64 follows.
            let end = rest.iter().position(|byte| *byte == b'=').map_or(rest.len(), |at| at / 4 * 4 + 4);
            let piece =
                ENGINE.decode(&rest[..end]).map_err(|error| format!("the body is not base64: {error}"))?;
            out.extend_from_slice(&piece);
            rest = &rest[end..];
        }
        self.group.drain(..whole);
        Ok(out.freeze())
    }

    /// Whether every group that has begun is complete.
    pub(super) fn is_complete(&self) -> bool {
        self.group.is_empty()
    }
}

/// Encodes one piece.
pub(super) fn encode(bytes: &[u8]) -> Bytes {
    BASE64_STANDARD.encode(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_decode_however_they_are_cut() {
        let text = [encode(b"a"), encode(b"hello"), encode(b"abc")].concat();
        for size in 1..=text.len() {
            let mut decoder = TextDecoder::default();
            let parts: Vec<Bytes> =
                text.chunks(size).map(|chunk| decoder.decode(chunk).expect("base64")).collect();
            assert_eq!(parts.concat(), b"ahelloabc", "in chunks of {size}");
            assert!(decoder.is_complete());
        }
    }

    #[test]
    fn what_is_not_base64_is_refused() {
        assert!(TextDecoder::default().decode(b"!!!!").is_err());
        assert!(TextDecoder::default().decode(b"a=bc").is_err());
        let mut decoder = TextDecoder::default();
        assert_eq!(decoder.decode(b"YWJ"), Ok(Bytes::new()));
        assert!(!decoder.is_complete());
    }
}
