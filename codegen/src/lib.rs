//! The model, the documents and the code generator of polywire.
//!
//! Two faces. Without features: [`model`] (pure data), [`transport`] plans and [`schema`] (documents from the
//! model); the runtime serves `.proto` files and reflection from these. With the feature `rust`: reading Rust
//! items with syn, checking them, and emitting neutral Rust. The macros and the build door are both thin doors
//! onto the same phases.

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
