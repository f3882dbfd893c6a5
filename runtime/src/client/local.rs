//! A channel straight to the routes of a service in the same process. It has no socket, but the whole waist.
//!
//! `…Client::local` answers as a server with the default limits would, deadline included. So a test in process fails
//! where a wire would. `Server::into_local` gives a server's own limits and interceptors.

mod requests;

use crate::call::context::{Context, Inner};
use crate::call::input::{Codec, Input, Reply};
use crate::call::metadata::{Metadata, reserved};
use crate::call::policy::Policy;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use crate::channel::{Channel, Messages};
use crate::waist::handler::{BoxOutgoing, Call, Incoming, NoFrame, Route, Service};
use crate::waist::mounted::Mounted;
use bytes::{Bytes, BytesMut};
use futures_core::future::BoxFuture;
use polywire_codegen::model::Shape;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::time::Instant;

/// Makes a channel that calls `service` in process.
///
/// It works like a server with the default [`Limits`](crate::Limits) and no interceptor: a unary call has 30 s,
/// and a stream has no time limit. Messages may have any size. For other limits or interceptors,
/// use [`Server::into_local`](crate::Server::into_local).
///
/// ```
/// # use polywire::{Caller, Result, local, service};
/// # #[service(package = "books.v1")]
/// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
/// # struct Shelf;
/// # impl BookService for Shelf {
/// #     async fn title(&self, _: i32) -> Result<String> { Ok("Django for APIs".to_owned()) }
/// # }
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let caller = Caller::new(local(BookServiceServer::new(Shelf)));
/// let books = BookServiceClient::from_caller(caller);
/// assert_eq!(books.title(7).await?, "Django for APIs");
/// # Ok(()) }
/// ```
pub fn local(service: impl Service) -> Arc<dyn Channel> {
    let mut mounted = Mounted::new(Policy::default());
    mounted.add(service);
    Local::of(&mounted)
}

pub(crate) struct Local {
    routes: HashMap<&'static str, Arc<Route>>,
    policy: Arc<Policy>,
}

impl Local {
    /// A channel to these services under their policy.
    pub(crate) fn of(mounted: &Mounted) -> Arc<dyn Channel> {
        let routes = mounted.routes.iter().map(|route| (route.method.path, Arc::clone(route))).collect();
        Arc::new(Self { routes, policy: Arc::clone(&mounted.policy) })
    }

    /// The context of a call as the service sees it: the caller's deadline and metadata, and nothing of the
    /// caller's own scope.
    fn context(&self, shape: Shape, cx: &Context) -> Context {
        let metadata = sent(cx.metadata().clone());
        let inner = Inner { metadata, deadline: cx.deadline(), ..Inner::default() };
        self.policy.context(shape, Instant::now(), inner)
    }

    /// Runs a call and hands its response metadata to the caller's context.
    fn run<T: Send + 'static>(
        &self,
        method: &'static Method,
        cx: &Context,
        call: impl FnOnce(&Call, Context) -> Option<BoxFuture<'static, Result<T>>>,
    ) -> BoxFuture<'static, Result<(T, Context)>> {
        let inner = self.context(method.shape(), cx);
        let running = self.routes.get(method.path).and_then(|route| call(&route.call, inner.clone()));
        let outer = cx.clone();
        Box::pin(async move {
            let Some(running) = running else {
                return Err(Status::unimplemented(format!("no method {}", method.full_name())));
            };
            let result = running.await;
            outer.edit_headers(|headers| headers.extend(&sent(inner.take_headers())));
            if result.is_err() {
                outer.edit_trailers(|trailers| trailers.extend(&sent(inner.take_trailers())));
            }
            Ok((result?, inner))
        })
    }
}

/// The metadata that a wire would carry.
fn sent(metadata: Metadata) -> Metadata {
    Metadata::from(reserved::strip(metadata.into_headers()))
}

const REPLY: Reply = Reply::new(Codec::Proto);

impl Channel for Local {
    fn codec(&self) -> Codec {
        Codec::Proto
    }

    fn unary(
        &self,
        method: &'static Method,
        cx: Context,
        request: Bytes,
    ) -> BoxFuture<'static, Result<Bytes>> {
        let run = self.run(method, &cx, |call, inner| match call {
            Call::Unary(call) => Some(call(inner, Input::Encoded(Codec::Proto, request), REPLY)),
            _ => None,
        });
        Box::pin(async move { whole(run.await?, &cx) })
    }

    fn server_stream(
        &self,
        method: &'static Method,
        cx: Context,
        request: Bytes,
    ) -> BoxFuture<'static, Result<Messages>> {
        let run = self.run(method, &cx, |call, inner| match call {
            Call::ServerStream(call) => Some(call(inner, Input::Encoded(Codec::Proto, request), REPLY)),
            _ => None,
        });
        Box::pin(async move { Ok(messages(run.await?, cx)) })
    }

    fn client_stream(
        &self,
        method: &'static Method,
        cx: Context,
        requests: Messages,
    ) -> BoxFuture<'static, Result<Bytes>> {
        let (requests, failure) = requests::watched(requests);
        let run = self.run(method, &cx, |call, inner| match call {
            Call::ClientStream(call) => Some(call(inner, Incoming::new(Codec::Proto, requests), REPLY)),
            _ => None,
        });
        Box::pin(async move { whole(failure.before(run).await?.0, &cx) })
    }

    fn bidi(
        &self,
        method: &'static Method,
        cx: Context,
        requests: Messages,
    ) -> BoxFuture<'static, Result<Messages>> {
        let (requests, failure) = requests::watched(requests);
        let run = self.run(method, &cx, |call, inner| match call {
            Call::Bidi(call) => Some(call(inner, Incoming::new(Codec::Proto, requests), REPLY)),
            _ => None,
        });
        Box::pin(async move {
            let (given, failure) = failure.before(run).await?;
            Ok(failure.among(messages(given, cx)))
        })
    }
}

fn whole((bytes, inner): (BytesMut, Context), outer: &Context) -> Result<Bytes> {
    outer.edit_trailers(|trailers| trailers.extend(&sent(inner.take_trailers())));
    Ok(bytes.freeze())
}

/// The response messages, one for each fill. The trailers are handed over at the end.
fn messages((mut source, inner): (BoxOutgoing, Context), outer: Context) -> Messages {
    let mut ended = false;
    Box::pin(futures_util::stream::poll_fn(move |task| {
        if ended {
            return std::task::Poll::Ready(None);
        }
        let mut buf = BytesMut::new();
        let poll = source.as_mut().poll_fill(task, &mut buf, 1, &mut NoFrame);
        poll.map(|fill| match fill {
            Some(Ok(())) => Some(Ok(buf.freeze())),
            last => {
                ended = true;
                outer.edit_trailers(|trailers| trailers.extend(&sent(inner.take_trailers())));
                last.map(|failed| failed.map(|()| Bytes::new()))
            }
        })
    }))
}
