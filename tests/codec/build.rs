//! prost's types and a descriptor set, made from proto/codec_v1.proto. A test checks this file against our
//! types.
#![allow(clippy::expect_used, reason = "a build script that cannot go on says why and ends")]

use prost::Message;
use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=proto/codec_v1.proto");
    let files = protox::compile(["codec_v1.proto"], ["proto"]).expect("proto/codec_v1.proto compiles");
    let out = std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    std::fs::write(Path::new(&out).join("codec_v1.bin"), files.encode_to_vec()).expect("OUT_DIR is writable");
    // Ordered maps, as in our types, so that both write the same bytes.
    prost_build::Config::new().btree_map(["."]).compile_fds(files).expect("prost-build writes the types");
}
