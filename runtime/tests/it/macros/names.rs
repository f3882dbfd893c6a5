//! Names that meet others: of errors of another package, of messages called as Rust's own types, and names in
//! letters that protobuf does not have.

mod letters;
mod option;
#[cfg(all(feature = "grpc", feature = "http", feature = "ws"))]
mod passed_on;
