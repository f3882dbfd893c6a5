//! Contract documents made by hand: for types without a service, or for several services together.

use crate::call::spec::{self, ServiceSpec};
use crate::message::codec::{Message, Value};
use polywire_codegen::model::{Definitions, Element, File};
use polywire_codegen::schema::files::{self, Package};
use polywire_codegen::schema::{descriptor, proto};
use std::collections::BTreeMap;

/// A set of services and types for `.proto` files and descriptors. Types may be in it that no method reaches.
///
/// Imported modules have a function `schema` that makes one.
///
/// ```
/// use polywire::{Message, Schema};
/// #[derive(Message)]
/// struct Book {
///     id: i32,
///     title: String,
/// }
/// let protos = Schema::new().message::<Book>("books.v1").protos();
/// assert!(protos["books.v1.proto"].contains("message Book {"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Schema(BTreeMap<String, Package>);

impl Schema {
    /// Makes an empty schema.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a service, such as `BookServiceServer::<Shelf>::spec()`, and what it reaches.
    ///
    /// ```
    /// # use polywire::{Result, Schema, service};
    /// # #[service(package = "books.v1")]
    /// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
    /// # struct Shelf;
    /// # impl BookService for Shelf { async fn title(&self, id: i32) -> Result<String> { Ok(format!("book {id}")) } }
    /// let schema = Schema::new().service(BookServiceServer::<Shelf>::spec());
    /// assert!(schema.protos()["books.v1.proto"].contains("service BookService {"));
    /// ```
    #[must_use]
    pub fn service(mut self, service: &'static ServiceSpec) -> Self {
        service.add_to(&mut self.0);
        self
    }

    /// Adds a message, and what it reaches, to `package`. Types without a package of their own get this one too.
    ///
    /// ```
    /// # use polywire::{Message, Schema};
    /// /// A message in a file or in a cache, which no method carries.
    /// #[derive(Message)]
    /// struct Snapshot {
    ///     taken: u64,
    /// }
    /// let schema = Schema::new().message::<Snapshot>("books.backup");
    /// assert_eq!(schema.protos().keys().collect::<Vec<_>>(), ["books.backup.proto"]);
    /// ```
    #[must_use]
    pub fn message<M: Message>(self, package: &str) -> Self {
        self.value::<M>(package)
    }

    /// Adds a message or an enum.
    #[doc(hidden)]
    #[must_use]
    pub fn value<T: Value>(self, package: &str) -> Self {
        self.add(package, T::ELEMENT, T::register)
    }

    fn add(mut self, package: &str, element: Element, register: fn(&mut Definitions)) -> Self {
        let own = self.0.entry(package.to_owned()).or_default();
        register(&mut own.definitions);
        if let Element::Message(name) | Element::Enum(name) = element {
            own.types.push(name);
        }
        self
    }

    /// The `.proto` files by name, one for each package. Files of `google.protobuf` are left out: they are
    /// everywhere.
    ///
    /// # Panics
    /// When two different types have one name.
    pub fn protos(&self) -> BTreeMap<String, String> {
        let own = self.files().into_iter().filter(|(name, _)| !files::is_googles(name));
        own.map(|(name, file)| (name, proto::render(&file))).collect()
    }

    /// A `google.protobuf.FileDescriptorSet` of the same files and of the `google.protobuf` files that they
    /// import. It holds what `protoc --descriptor_set_out --include_imports` writes, without comments.
    ///
    /// ```
    /// # use polywire::{Message, Schema};
    /// # #[derive(Message)]
    /// # struct Book { id: i32 }
    /// let set = Schema::new().message::<Book>("books.v1").descriptor_set();
    /// // For `buf`, or `protoc --descriptor_set_in`.
    /// std::fs::write(std::env::temp_dir().join("books.binpb"), set)?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Panics
    /// When two different types have one name.
    pub fn descriptor_set(&self) -> Vec<u8> {
        descriptor::set(&self.files())
    }

    fn files(&self) -> BTreeMap<String, File> {
        spec::refuse(&files::clashes(&self.0));
        files::files(&self.0)
    }
}
