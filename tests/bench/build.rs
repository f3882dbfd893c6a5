//! The stubs of the hand-written gRPC peer, by stock tonic-prost-build. protox reads the .proto, so no protoc
//! is needed.
#![allow(clippy::expect_used, reason = "a build script that cannot go on says why and ends")]

fn main() {
    let files = protox::compile(["proto/bench.proto"], ["proto"]).expect("proto/bench.proto compiles");
    tonic_prost_build::configure().compile_fds(files).expect("stubs are written to OUT_DIR");
    println!("cargo:rerun-if-changed=proto/bench.proto");
}
