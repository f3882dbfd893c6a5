//! The encodings of a message. An unpacked message has the same limit as one that was never packed.

use crate::call::coding::codings;
use crate::call::compression::{Compression, Compressions, codecs};
use crate::call::status::{Result, Status};
use bytes::Bytes;
use http::header::GetAll;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::io::Read;

/// The way in which messages are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Encoding {
    #[default]
    Identity,
    Packed(Compression),
}

/// The accepted encodings, for `grpc-accept-encoding` and the similar headers.
pub(super) fn accepted(compressions: Compressions) -> HeaderValue {
    let names: Vec<&str> = compressions.iter().map(Compression::name).collect();
    match names.as_slice() {
        [] => HeaderValue::from_static("identity"),
        // Names and commas are always a valid header value.
        names => HeaderValue::try_from(names.join(",")).unwrap_or(HeaderValue::from_static("identity")),
    }
}

impl Encoding {
    /// The encoding that a header names, if it is accepted.
    ///
    /// # Errors
    /// `unimplemented`, with the accepted encodings in its text.
    #[inline]
    pub(super) fn of(headers: &HeaderMap, name: &HeaderName, taken: Compressions) -> Result<Self> {
        if headers.contains_key(name) {
            Self::listed(headers.get_all(name), taken)
        } else {
            Ok(Self::Identity)
        }
    }

    fn listed(values: GetAll<'_, HeaderValue>, taken: Compressions) -> Result<Self> {
        let values: Vec<_> = values.iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        Self::parse(&values.join(","), taken)
    }

    /// The encoding that a list names, if it is accepted.
    ///
    /// # Errors
    /// As [`Encoding::of`].
    pub(super) fn parse(list: &str, taken: Compressions) -> Result<Self> {
        let names: Vec<&str> = codings(list).collect();
        match names.as_slice() {
            [] => Ok(Self::Identity),
            [name] => taken.named(name).map(Self::Packed).ok_or_else(|| not_taken(name, taken)),
            several => Err(not_taken(&several.join(", "), taken)),
        }
    }

    /// The encoding's name in a header; none for identity, which is the default.
    pub(super) fn header(self) -> Option<HeaderValue> {
        match self {
            Self::Identity => None,
            Self::Packed(compression) => Some(HeaderValue::from_static(compression.name())),
        }
    }

    /// The encoding of the answer to a request with this encoding: the same, if the caller accepts it.
    /// Packing answers that nobody asked to be packed would cost more than it saves on most networks.
    pub(super) fn in_kind(self, accept: Option<&HeaderValue>) -> Self {
        let Self::Packed(compression) = self else { return self };
        let listed = |accept: &HeaderValue| {
            let name = |item: &str| item.split(';').next().map(str::trim) == Some(compression.name());
            accept.to_str().is_ok_and(|list| list.split(',').any(name))
        };
        if accept.is_none_or(listed) { self } else { Self::Identity }
    }

    /// Unpacks a message of at most `limit` bytes.
    ///
    /// # Errors
    /// `resource_exhausted` as soon as it is known to be larger; `invalid_argument` when it does not have
    /// this encoding.
    pub(super) fn unpack(self, packed: Bytes, limit: usize) -> Result<Bytes> {
        match self {
            Self::Identity => Ok(packed),
            // Peers do not pack an empty message, with or without the flag.
            Self::Packed(_) if packed.is_empty() => Ok(packed),
            Self::Packed(compression) => {
                let mut whole = Vec::new();
                let unpacked = codecs::unpacking(compression, &packed)
                    .and_then(|packed| packed.take(limit as u64 + 1).read_to_end(&mut whole));
                match unpacked {
                    Ok(size) if size > limit => Err(too_large(limit)),
                    Ok(_) => Ok(whole.into()),
                    Err(error) => Err(Status::invalid_argument(format!(
                        "the message is not valid {compression}: {error}"
                    ))),
                }
            }
        }
    }

    /// Packs a message; `None` when it stays as it is.
    #[inline]
    pub(super) fn pack(self, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Identity => None,
            Self::Packed(_) if message.is_empty() => None,
            Self::Packed(compression) => pack(compression, message),
        }
    }

    /// Packs a whole body, even an empty one. A header says that it is packed, and no flag could say that it
    /// is not.
    pub(super) fn pack_body(self, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Identity => None,
            Self::Packed(compression) => pack(compression, message),
        }
    }
}

fn not_taken(name: &str, taken: Compressions) -> Status {
    let names: Vec<&str> = taken.iter().map(Compression::name).chain(["identity"]).collect();
    Status::unimplemented(format!(
        "compression `{name}` is not accepted here: use one of {}",
        names.join(", ")
    ))
}

/// Packs bytes. This is apart from [`Encoding::pack`], which runs for every item of every stream and must not
/// need an encoder's stack.
#[inline(never)]
fn pack(compression: Compression, message: &[u8]) -> Option<Vec<u8>> {
    // Writing into a Vec does not fail. If it did, the plain message would be right too.
    codecs::pack(compression, message).ok()
}

pub(super) fn too_large(limit: usize) -> Status {
    Status::resource_exhausted(format!("the message is larger than {limit} bytes, the limit"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::status::Code;

    fn built_in() -> impl Iterator<Item = Encoding> {
        Compressions::built_in().iter().map(Encoding::Packed)
    }

    #[test]
    fn every_encoding_reads_back() {
        let noise: Vec<u8> = (0..300_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for message in [&b"hello hello hello"[..], b"x", &[7; 100_000], &noise] {
            for encoding in built_in() {
                let packed = encoding.pack(message).expect("packed");
                let unpacked = encoding.unpack(packed.into(), message.len()).expect("unpacked");
                assert!(unpacked == message, "{encoding:?}");
            }
        }
    }

    #[test]
    fn a_bomb_is_refused_at_the_limit() {
        for encoding in built_in() {
            let packed = encoding.pack(&vec![0; 10 << 20]).expect("packed");
            let status = encoding.unpack(packed.into(), 1 << 20).expect_err("a status");
            assert_eq!(status.code(), Code::ResourceExhausted, "{encoding:?}");
        }
    }

    #[test]
    fn what_is_no_such_encoding_is_the_callers_fault() {
        for encoding in built_in() {
            for text in [&b"plain"[..], b"\xff\xff\xff\xff\xff\xff\xff\xff\xff", &[0; 50]] {
                let status = encoding.unpack(Bytes::from_static(text), 100).expect_err("a status");
                assert_eq!(status.code(), Code::InvalidArgument, "{encoding:?} {text:?}");
            }
            let mut cut = encoding.pack(b"hello hello hello").expect("packed");
            cut.truncate(cut.len() - 3);
            let status = encoding.unpack(cut.into(), 100).expect_err("a status");
            assert_eq!(status.code(), Code::InvalidArgument, "{encoding:?}");
        }
    }

    #[test]
    fn only_what_is_taken_is_known() {
        let header = HeaderValue::from_static("gzip");
        let gzip = [Compression::Gzip].into_iter().collect();
        for list in ["gzip", "GZIP", "identity, gzip", "x-gzip"] {
            assert_eq!(Encoding::parse(list, gzip), Ok(Encoding::Packed(Compression::Gzip)), "{list}");
        }
        for list in ["", "identity", "Identity"] {
            assert_eq!(Encoding::parse(list, gzip), Ok(Encoding::Identity), "{list}");
        }
        for list in ["gzip, gzip", "gzip, br"] {
            let status = Encoding::parse(list, gzip).expect_err(list);
            assert!(
                status.message().starts_with(&format!("compression `{list}` is not accepted")),
                "{status}"
            );
        }
        let status = Encoding::parse("gzip", Compressions::default()).expect_err("a status");
        assert_eq!(status.code(), Code::Unimplemented);
        let status = Encoding::parse("br", gzip).expect_err("a status");
        assert_eq!(status.message(), "compression `br` is not accepted here: use one of gzip, identity");
        assert_eq!(
            (accepted(gzip), accepted(Compressions::default())),
            (header, "identity".parse().expect("a value"))
        );
    }

    #[test]
    fn answers_are_packed_for_those_who_pack_and_take_it() {
        let header = |text| HeaderValue::from_static(text);
        let gzip = Encoding::Packed(Compression::Gzip);
        assert_eq!(gzip.in_kind(Some(&header("br;q=1, gzip;q=0.5"))), gzip);
        assert_eq!(gzip.in_kind(None), gzip);
        assert_eq!(gzip.in_kind(Some(&header("br"))), Encoding::Identity);
        assert_eq!(Encoding::Identity.in_kind(Some(&header("gzip"))), Encoding::Identity);
    }
}
