//! A schema with every kind of field: as our types ([`ours`]), and as prost's ([`theirs`]), made from the
//! `.proto` that our types render.

pub mod judge;
pub mod ours;

/// The output of prost-build for proto/codec_v1.proto.
#[allow(missing_docs, unreachable_pub, clippy::all, rustdoc::all)]
pub mod theirs {
    include!(concat!(env!("OUT_DIR"), "/codec.v1.rs"));
}

/// The schema as a `google.protobuf.FileDescriptorSet`.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/codec_v1.bin"));
