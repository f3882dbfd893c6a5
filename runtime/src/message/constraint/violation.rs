//! One field that is wrong, and why.

/// A field of the request that is wrong, and why.
///
/// ```
/// use polywire::{Result, service};
///
/// #[service(package = "books.v1")]
/// pub trait Catalog {
///     async fn add(&self, #[field(max_len = 100)] title: String) -> Result<i32>;
/// }
/// # struct Shelf;
/// # impl Catalog for Shelf { async fn add(&self, _: String) -> Result<i32> { Ok(1) } }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let catalog = CatalogClient::local(Shelf);
/// let status = catalog.add("x".repeat(101)).await.expect_err("too long");
/// let violation = &status.field_violations()[0];
/// assert_eq!((violation.field.as_str(), violation.reason.as_str()), ("title", "MAX_LEN"));
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldViolation {
    /// The path of the field, such as `lines[2].quantity` or `tags["k"]`.
    pub field: String,
    /// The fault, in words for a developer. The text follows the field's name.
    pub description: String,
    /// The word by which a program can tell the fault, in `UPPER_SNAKE_CASE`. A constraint has its name, such as `MAX_LEN`.
    pub reason: String,
}
