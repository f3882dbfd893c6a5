//! [`RequestId`]: a name for each call, the same in every service that it passes.

use crate::call::around::{Answer, Next, Request};
use crate::call::context::Context;
use crate::call::interceptor::Interceptor;
use crate::call::metadata::Metadata;
use crate::call::spec::Method;
use crate::call::status::Result;
use futures_core::future::BoxFuture;
use std::future::ready;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;

/// The header.
const NAME: &str = "x-request-id";
/// The longest id that is taken over from a caller, in bytes.
const LONGEST: usize = 128;

/// Gives each call an id: that of `x-request-id`, or a new one. The answer has it too.
///
/// On a server, [`RequestId::of`] finds it. On a client, it passes on the id of the call that runs, and makes one where
/// there is none. An id of more than 128 bytes, or with other characters than letters, digits and `-_.:/+=`, is not taken
/// over.
///
/// ```
/// use polywire::layers::RequestId;
/// use polywire::{Context, Result, Server, service};
///
/// #[service(package = "books.v1")]
/// pub trait BookService {
///     async fn title(&self, id: i32) -> Result<String>;
/// }
///
/// struct Shelf;
///
/// impl BookService for Shelf {
///     async fn title(&self, _: i32) -> Result<String> {
///         Ok(RequestId::of(&Context::current()).unwrap_or_default().to_owned())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let server = Server::new().service(BookServiceServer::new(Shelf)).interceptor(RequestId::new());
/// let books = BookServiceClient::from_caller(polywire::Caller::new(server.into_local()));
/// assert_eq!(books.title(7).await?.len(), 32);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Default)]
pub struct RequestId(());

#[derive(Clone)]
struct Id(Arc<str>);

impl RequestId {
    /// Makes the layer.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }

    /// The id of a call, if this layer is around it.
    pub fn of(cx: &Context) -> Option<&str> {
        cx.extension::<Id>().map(|id| &*id.0)
    }
}

/// The id that a caller sent, if it is fit for a log.
fn sent(cx: &Context) -> Option<Arc<str>> {
    let id = cx.metadata().get(NAME)?;
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(&byte);
    ((1..=LONGEST).contains(&id.len()) && id.bytes().all(sound)).then(|| id.into())
}

/// A random id of 32 digits.
fn fresh() -> Arc<str> {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random()).into()
}

impl Interceptor for RequestId {
    fn before<'a>(&'a self, cx: Context, _: &'static Method) -> BoxFuture<'a, Result<Context>> {
        let running = || cx.parent()?.extension::<Id>().map(|id| Arc::clone(&id.0));
        let id = sent(&cx).or_else(running).unwrap_or_else(fresh);
        // The value is sound, and a client has no answer to write to.
        let _ = cx.append_header(NAME, &id);
        Box::pin(ready(Ok(cx.with_extension(Id(id)))))
    }

    fn call<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Answer>> {
        if request.context().metadata().get(NAME).is_some() {
            return next.run(request);
        }
        let Some(id) = request.context().extension::<Id>().map(|id| Arc::clone(&id.0)) else {
            return next.run(request);
        };
        let mut metadata = Metadata::new();
        match metadata.append(NAME, &id) {
            Ok(()) => next.run(request.with_context(|cx| cx.with_metadata(&metadata))),
            Err(_) => next.run(request),
        }
    }
}
