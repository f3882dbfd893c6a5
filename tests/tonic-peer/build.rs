//! Stock prost and tonic stubs, by the build door, from the source of the contract: no protoc, and no copy of
//! a schema.

fn main() -> Result<(), polywire_codegen::build::Error> {
    polywire_codegen::build::Builder::new().source("../e2e/src/contract.rs").tonic_stubs(true).run()
}
