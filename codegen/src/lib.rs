//! The model, the documents and the code generator of polywire.
//!
//! The crate has two faces. Without features it has the [`model`] (pure data), the [`transport`] plans and
//! the [`schema`] (documents made from the model). The runtime serves `.proto` files and reflection from
//! these. The feature `rust` reads Rust items with syn, checks them, and emits neutral Rust. The macros and
//! the build door are two thin doors to the same phases.

#[cfg(feature = "build")]
pub mod build;
pub mod civil;
mod comment;
#[cfg(any(feature = "build", feature = "import"))]
mod google;
#[cfg(feature = "import")]
pub mod import;
pub mod model;
pub mod names;
pub mod pattern;
pub mod schema;
pub mod transport;

#[cfg(feature = "rust")]
pub mod rust;
