//! The words that a method gives interceptors: `#[attr(…)]`.

/// The value of one word in `#[attr(…)]`, on a method or on its service.
///
/// ```
/// use polywire::{Attr, Result, service};
///
/// #[service(package = "books.v1")]
/// #[attr(scope = "books:read")]
/// pub trait BookService {
///     async fn title(&self, id: i32) -> Result<String>;
///
///     #[attr(scope = "books:write", audit, cost = 5)]
///     async fn burn(&self, id: i32) -> Result<()>;
/// }
/// # struct Shelf;
/// # impl BookService for Shelf {
/// #     async fn title(&self, _: i32) -> Result<String> { Ok("Dune".to_owned()) }
/// #     async fn burn(&self, _: i32) -> Result<()> { Ok(()) }
/// # }
///
/// let [title, burn] = BookServiceServer::<Shelf>::spec().methods else { unreachable!() };
/// assert_eq!(title.attr("scope").and_then(Attr::text), Some("books:read"));
/// assert_eq!(burn.attr("scope").and_then(Attr::text), Some("books:write"));
/// assert!(burn.attr("audit").is_some_and(Attr::is_set));
/// assert_eq!(burn.attr("cost"), Some(Attr::Int(5)));
/// assert_eq!(title.attr("cost"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attr {
    /// The word alone: `audit`.
    Flag,
    /// `audit = true`.
    Bool(bool),
    /// `cost = 5`.
    Int(i64),
    /// `scope = "books:write"`.
    Text(&'static str),
}

impl Attr {
    /// The text, if it is one.
    pub const fn text(self) -> Option<&'static str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Flag | Self::Bool(_) | Self::Int(_) => None,
        }
    }

    /// Whether it says yes. A word alone does, and so does every value but `false`.
    pub const fn is_set(self) -> bool {
        !matches!(self, Self::Bool(false))
    }
}
