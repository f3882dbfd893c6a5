//! Makes the files that the examples of this package need, before they are compiled.

use polywire_codegen::build::Builder;
use polywire_codegen::import::Import;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // from_proto: OUT_DIR/polywire.rs, with the types and the trait of a .proto file.
    Import::new().include("proto").file("proto/weather/v1/weather.proto").run()?;
    // build_script: OUT_DIR/orders.v1.proto of the trait in that file.
    Builder::new().source("src/bin/build_script.rs").run()?;
    // tonic_interop: the .proto of the trait in that file, and tonic's stubs of that .proto.
    Builder::new().source("src/bin/tonic_interop.rs").tonic_stubs(true).run()?;
    Ok(())
}
