//! The encodings of a message. Whatever is unpacked is bounded by the limit of a message that was never packed.

use crate::status::{Result, Status};
use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use http::HeaderValue;
use std::io::{Read, Write};

/// How messages are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Encoding {
    #[default]
    Identity,
    Gzip,
}

/// What we take, for `grpc-accept-encoding` and its kin.
pub(super) const ACCEPTED: HeaderValue = HeaderValue::from_static("gzip");

impl Encoding {
    /// The encoding that a header names.
    ///
    /// # Errors
    /// `unimplemented` with those that there are.
    pub(super) fn parse(header: Option<&HeaderValue>) -> Result<Self> {
        match header.map_or(&b"identity"[..], HeaderValue::as_bytes) {
            b"" | b"identity" => Ok(Self::Identity),
            b"gzip" => Ok(Self::Gzip),
            other => Err(Status::unimplemented(format!(
                "compression `{}` is not supported: use gzip or identity",
                String::from_utf8_lossy(other)
            ))),
        }
    }

    /// Its name in a header; none for identity, which goes without saying.
    pub(super) fn header(self) -> Option<HeaderValue> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some(ACCEPTED),
        }
    }

    /// How to answer a request that was packed so: in kind, when the caller takes it. Packing what nobody asked to be
    /// packed would cost more than it saves on most networks.
    pub(super) fn in_kind(self, accept: Option<&HeaderValue>) -> Self {
        let listed = |accept: &HeaderValue| {
            accept.to_str().is_ok_and(|list| {
                list.split(',').any(|name| name.split(';').next().map(str::trim) == Some("gzip"))
            })
        };
        match self {
            Self::Gzip if accept.is_none_or(listed) => Self::Gzip,
            _ => Self::Identity,
        }
    }

    /// Unpacks a message of at most `limit` bytes.
    ///
    /// # Errors
    /// `resource_exhausted` as soon as it is known to be larger; `invalid_argument` when it is not of this encoding.
    pub(super) fn unpack(self, packed: Bytes, limit: usize) -> Result<Bytes> {
        match self {
            Self::Identity => Ok(packed),
            // Peers leave an empty message as it is, flag or not.
            Self::Gzip if packed.is_empty() => Ok(packed),
            Self::Gzip => {
                let mut whole = Vec::new();
                let unpacked = GzDecoder::new(&packed[..]).take(limit as u64 + 1).read_to_end(&mut whole);
                match unpacked {
                    Ok(size) if size > limit => Err(too_large(limit)),
                    Ok(_) => Ok(whole.into()),
                    Err(error) => {
                        Err(Status::invalid_argument(format!("the message is not sound gzip: {error}")))
                    }
                }
            }
        }
    }

    /// Packs a message; `None` when it stays as it is.
    pub(super) fn pack(self, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Identity => None,
            Self::Gzip if message.is_empty() => None,
            Self::Gzip => gzip(message),
        }
    }
}

/// Apart from [`Encoding::pack`], which runs for every item of every stream and must not pay for the stack of an encoder.
#[inline(never)]
fn gzip(message: &[u8]) -> Option<Vec<u8>> {
    let mut out = GzEncoder::new(Vec::with_capacity(message.len() / 2 + 32), Compression::fast());
    // Writing into a Vec does not fail; if it did, the plain message would be right too.
    out.write_all(message).and_then(|()| out.finish()).ok()
}

pub(super) fn too_large(limit: usize) -> Status {
    Status::resource_exhausted(format!("the message is larger than {limit} bytes, the limit"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::Code;

    #[test]
    fn gzip_reads_back() {
        let packed = Encoding::Gzip.pack(b"hello hello hello").expect("packed");
        assert_eq!(Encoding::Gzip.unpack(packed.into(), 17), Ok(Bytes::from_static(b"hello hello hello")));
    }

    #[test]
    fn a_bomb_is_refused_at_the_limit() {
        let packed = Encoding::Gzip.pack(&vec![0; 10 << 20]).expect("packed");
        let status = Encoding::Gzip.unpack(packed.into(), 1 << 20).expect_err("a status");
        assert_eq!(status.code(), Code::ResourceExhausted);
    }

    #[test]
    fn what_is_not_gzip_is_the_callers_fault() {
        let status = Encoding::Gzip.unpack(Bytes::from_static(b"plain"), 100).expect_err("a status");
        assert_eq!(status.code(), Code::InvalidArgument);
        let status = Encoding::parse(Some(&HeaderValue::from_static("br"))).expect_err("a status");
        assert_eq!(status.code(), Code::Unimplemented);
    }

    #[test]
    fn answers_are_packed_for_those_who_pack_and_take_it() {
        let header = |text| HeaderValue::from_static(text);
        assert_eq!(Encoding::Gzip.in_kind(Some(&header("br;q=1, gzip;q=0.5"))), Encoding::Gzip);
        assert_eq!(Encoding::Gzip.in_kind(None), Encoding::Gzip);
        assert_eq!(Encoding::Gzip.in_kind(Some(&header("br"))), Encoding::Identity);
        assert_eq!(Encoding::Identity.in_kind(Some(&header("gzip"))), Encoding::Identity);
    }
}
