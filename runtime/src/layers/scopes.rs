//! [`Scopes`]: a method says what its callers must be allowed to do.

use super::Identity;
use crate::call::context::Context;
use crate::call::interceptor::Interceptor;
use crate::call::spec::{Attr, Method};
use crate::call::status::{Result, Status};
use futures_core::future::BoxFuture;
use std::future::ready;

/// Refuses callers without the scopes of the method (`permission_denied`), as `#[attr(scope = "books:write")]` names them.
///
/// Several scopes have a space between them, and all are needed. A server with a method that says neither `scope` nor
/// `public` does not start, so that no method is open by mistake. It belongs inside of
/// [`Authenticate`](super::Authenticate).
///
/// ```
/// use polywire::layers::{ApiKeys, Authenticate, Identity, Scopes};
/// use polywire::{Result, Server, service};
///
/// #[service(package = "books.v1")]
/// #[attr(scope = "books:read")]
/// pub trait BookService {
///     async fn title(&self, id: i32) -> Result<String>;
///     #[attr(scope = "books:read books:write")]
///     async fn burn(&self, id: i32) -> Result<()>;
/// }
/// # fn server(books: impl BookService) -> Server {
/// let keys = ApiKeys::new([("k-7f3a", Identity::new("reader").with_scopes(["books:read"]))]);
/// Server::new()
///     .service(BookServiceServer::new(books))
///     .interceptor(Authenticate::bearer(keys))
///     .interceptor(Scopes::new())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Scopes(());

impl Scopes {
    /// Reads the scopes of each method.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

/// The scopes of a method; `None` when it says nothing. A public one has none.
fn needed(method: &Method) -> Option<&'static str> {
    let public = || method.attr("public").filter(|public| public.is_set()).map(|_| "");
    method.attr("scope").and_then(Attr::text).or_else(public)
}

fn check(cx: &Context, method: &Method) -> Result<()> {
    // Health and reflection, which the server brings, say nothing.
    let mut needed = needed(method).unwrap_or_default().split_whitespace().peekable();
    if needed.peek().is_none() {
        return Ok(());
    }
    let Some(identity) = cx.extension::<Identity>() else {
        return Err(Status::unauthenticated("the caller is not known"));
    };
    match needed.find(|scope| !identity.has_scope(scope)) {
        None => Ok(()),
        Some(missing) => Err(Status::permission_denied(format!("the scope `{missing}` is missing"))),
    }
}

impl Interceptor for Scopes {
    fn mount(&self, method: &'static Method) -> Result<()> {
        match needed(method) {
            Some(_) => Ok(()),
            None => Err(Status::failed_precondition(
                "it says neither `#[attr(scope = \"…\")]` nor `#[attr(public)]`; write one on it, or on its service",
            )),
        }
    }

    fn before<'a>(&'a self, cx: Context, method: &'static Method) -> BoxFuture<'a, Result<Context>> {
        Box::pin(ready(check(&cx, method).map(|()| cx)))
    }
}
