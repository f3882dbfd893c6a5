//! The codecs behind their features. All read and write as streams, so that the size of unpacked data can be
//! limited meanwhile.

#![cfg_attr(
    not(all(feature = "gzip", feature = "brotli", feature = "zstd", feature = "snappy")),
    allow(
        unreachable_code,
        unused_imports,
        unused_mut,
        unused_variables,
        reason = "each codec needs a part"
    )
)]

use super::Compression;
use std::io::{self, Read, Write};

/// How far back a zstd message may refer, in bytes. RFC 8878 asks this of a decoder, and we spend no more memory.
#[cfg(feature = "zstd")]
const ZSTD_WINDOW: u64 = 8 << 20;

/// Unpacks `packed` while it is read.
///
/// # Errors
/// When the head of `packed` is not of this encoding, or the encoding is not built in.
pub(crate) fn unpacking(compression: Compression, packed: &[u8]) -> io::Result<Box<dyn Read + '_>> {
    Ok(match compression {
        #[cfg(feature = "gzip")]
        Compression::Gzip => Box::new(flate2::read::GzDecoder::new(packed)),
        #[cfg(feature = "gzip")]
        Compression::Deflate => Box::new(flate2::read::ZlibDecoder::new(packed)),
        #[cfg(feature = "brotli")]
        Compression::Brotli => Box::new(brotli::Decompressor::new(packed, 4096)),
        #[cfg(feature = "zstd")]
        Compression::Zstd => {
            let decoder = ruzstd::decoding::StreamingDecoder::new_with_max_window_size(packed, ZSTD_WINDOW);
            Box::new(decoder.map_err(io::Error::other)?)
        }
        #[cfg(feature = "snappy")]
        Compression::Snappy => Box::new(snap::read::FrameDecoder::new(packed)),
        #[allow(unreachable_patterns, reason = "some features are off in some builds")]
        _ => return Err(io::ErrorKind::Unsupported.into()),
    })
}

/// Packs `message`, for speed rather than for size.
///
/// # Errors
/// When the encoding is not built in.
pub(crate) fn pack(compression: Compression, message: &[u8]) -> io::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(message.len() / 2 + 32);
    match compression {
        #[cfg(feature = "gzip")]
        Compression::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(&mut out, flate2::Compression::fast());
            encoder.write_all(message)?;
            encoder.finish()?;
        }
        #[cfg(feature = "gzip")]
        Compression::Deflate => {
            let mut encoder = flate2::write::ZlibEncoder::new(&mut out, flate2::Compression::fast());
            encoder.write_all(message)?;
            encoder.finish()?;
        }
        #[cfg(feature = "brotli")]
        Compression::Brotli => {
            // HTTP servers use quality 4 of 11 on the fly. A window of 2^18 spares memory, and most messages fit.
            let params = brotli::enc::BrotliEncoderParams { quality: 4, lgwin: 18, ..Default::default() };
            brotli::BrotliCompress(&mut &message[..], &mut out, &params)?;
        }
        #[cfg(feature = "zstd")]
        Compression::Zstd => {
            ruzstd::encoding::compress(message, &mut out, ruzstd::encoding::CompressionLevel::Fastest);
        }
        #[cfg(feature = "snappy")]
        Compression::Snappy => {
            let mut encoder = snap::write::FrameEncoder::new(&mut out);
            encoder.write_all(message)?;
            encoder.flush()?;
        }
        #[allow(unreachable_patterns, reason = "some features are off in some builds")]
        _ => return Err(io::ErrorKind::Unsupported.into()),
    }
    Ok(out)
}

/// A stream that is packed piece by piece. The peer can unpack each piece as soon as it has it.
pub(crate) trait Packing: Send {
    /// The next piece.
    fn pack(&mut self, piece: &[u8]) -> io::Result<Vec<u8>>;
    /// The end of the stream.
    fn finish(self: Box<Self>) -> io::Result<Vec<u8>>;
}

/// Begins to pack a stream.
///
/// # Errors
/// When the encoding is not built in.
pub(crate) fn packing(compression: Compression) -> io::Result<Box<dyn Packing>> {
    Ok(match compression {
        #[cfg(feature = "gzip")]
        Compression::Gzip => Box::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast())),
        #[cfg(feature = "gzip")]
        Compression::Deflate => {
            Box::new(flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast()))
        }
        #[cfg(feature = "brotli")]
        Compression::Brotli => Box::new(brotli::CompressorWriter::new(Vec::new(), 4096, 4, 18)),
        // Frames one after another make one stream (RFC 8878, section 3.1; snappy's framing format, section 4.1).
        _ if compression.is_built_in() => Box::new(Frames(compression)),
        _ => return Err(io::ErrorKind::Unsupported.into()),
    })
}

/// Packs each piece as a frame of its own.
struct Frames(Compression);

impl Packing for Frames {
    fn pack(&mut self, piece: &[u8]) -> io::Result<Vec<u8>> {
        pack(self.0, piece)
    }

    fn finish(self: Box<Self>) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }
}

#[cfg(feature = "gzip")]
macro_rules! deflating {
    ($($encoder:ident),*) => {$(
        impl Packing for flate2::write::$encoder<Vec<u8>> {
            fn pack(&mut self, piece: &[u8]) -> io::Result<Vec<u8>> {
                self.write_all(piece)?;
                self.flush()?;
                Ok(std::mem::take(self.get_mut()))
            }

            fn finish(self: Box<Self>) -> io::Result<Vec<u8>> {
                (*self).finish()
            }
        }
    )*};
}
#[cfg(feature = "gzip")]
deflating!(GzEncoder, ZlibEncoder);

#[cfg(feature = "brotli")]
impl Packing for brotli::CompressorWriter<Vec<u8>> {
    fn pack(&mut self, piece: &[u8]) -> io::Result<Vec<u8>> {
        self.write_all(piece)?;
        self.flush()?;
        Ok(std::mem::take(self.get_mut()))
    }

    fn finish(self: Box<Self>) -> io::Result<Vec<u8>> {
        Ok((*self).into_inner())
    }
}
