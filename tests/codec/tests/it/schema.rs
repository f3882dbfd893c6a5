//! proto/codec_v1.proto is what the types render. prost's types and Python's descriptors are made from it.
//! They have no `buf/validate/validate.proto` for the lengths of arrays.

use polywire::Result;
use polywire_codec_tests::ours::{Codec, CodecServer, Everything};

struct Nobody;

impl Codec for Nobody {
    async fn everything(&self, request: Everything) -> Result<Everything> {
        Ok(request)
    }
}

#[test]
fn the_proto_file_is_what_the_types_render() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/proto/codec_v1.proto");
    let rendered = CodecServer::<Nobody>::spec().plain_proto();
    // `POLYWIRE_BLESS=1 cargo test -p polywire-codec-tests` writes it.
    if std::env::var_os("POLYWIRE_BLESS").is_some() {
        std::fs::write(path, &rendered).expect("proto/codec_v1.proto is written");
    }
    assert_eq!(std::fs::read_to_string(path).expect(path), rendered);
}
