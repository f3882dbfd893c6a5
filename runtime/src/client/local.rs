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
use crate::channel::{Channel, Messages, Payload};
use crate::waist::handler::{BoxOutgoing, Call, Incoming, NoFrame, Route, Service};
use crate::waist::mounted::{Mounted, Services, Settings};
use bytes::{Bytes, BytesMut};
use futures_core::future::BoxFuture;
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
    let mut services = Services::default();
    services.add(service);
    Local::of(&Mounted::new(Settings::default(), services, Services::default()))
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
    fn context(&self, route: &Route, cx: &Context) -> Context {
        let metadata = sent(cx.metadata().clone());
        let inner = Inner { metadata, deadline: cx.deadline(), ..Inner::default() };
        self.policy.context(route.ruled(), Instant::now(), inner)
    }

    /// Starts a call on its route. `None` when no method has this path and this kind of request.
    fn start(
        &self,
        method: &'static Method,
        cx: Context,
        request: Payload,
    ) -> Option<BoxFuture<'static, Result<Payload>>> {
        let route = self.routes.get(method.path)?;
        let inner = self.context(route, &cx);
        let ends = Ends { inner: inner.clone(), outer: cx };
        Some(match (&route.call, request) {
            (Call::Unary(call), Payload::One(request)) => {
                let run = call(inner, Input::Encoded(Codec::Proto, request).into(), REPLY);
                Box::pin(async move { Ok(ends.whole(ends.answered(run).await?)) })
            }
            (Call::ServerStream(call), Payload::One(request)) => {
                let run = call(inner, Input::Encoded(Codec::Proto, request).into(), REPLY);
                Box::pin(async move { Ok(Payload::Many(messages(ends.answered(run).await?, ends))) })
            }
            (Call::ClientStream(call), Payload::Many(requests)) => {
                let (requests, failure) = requests::watched(requests);
                let run = call(inner, Incoming::new(Codec::Proto, requests), REPLY);
                Box::pin(async move { Ok(ends.whole(failure.before(ends.answered(run)).await?.0)) })
            }
            (Call::Bidi(call), Payload::Many(requests)) => {
                let (requests, failure) = requests::watched(requests);
                let run = call(inner, Incoming::new(Codec::Proto, requests), REPLY);
                Box::pin(async move {
                    let (given, failure) = failure.before(ends.answered(run)).await?;
                    Ok(Payload::Many(failure.among(messages(given, ends))))
                })
            }
            (Call::Unary(_) | Call::ServerStream(_), Payload::Many(_))
            | (Call::ClientStream(_) | Call::Bidi(_), Payload::One(_)) => return None,
        })
    }
}

/// A call's context on each side. Metadata of the response goes from one to the other.
struct Ends {
    /// The service's.
    inner: Context,
    /// The caller's.
    outer: Context,
}

impl Ends {
    /// Waits for the service, and hands over its headers. A failure hands over the trailers too.
    async fn answered<T>(&self, run: BoxFuture<'static, Result<T>>) -> Result<T> {
        let result = run.await;
        self.outer.edit_headers(|headers| headers.extend(&sent(self.inner.take_headers())));
        if result.is_err() {
            self.hand_over_trailers();
        }
        result
    }

    fn hand_over_trailers(&self) {
        self.outer.edit_trailers(|trailers| trailers.extend(&sent(self.inner.take_trailers())));
    }

    /// The response of one message, which ends the call.
    fn whole(&self, message: BytesMut) -> Payload {
        self.hand_over_trailers();
        Payload::One(message.freeze())
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

    fn call(
        &self,
        method: &'static Method,
        cx: Context,
        request: Payload,
    ) -> BoxFuture<'static, Result<Payload>> {
        self.start(method, cx, request).unwrap_or_else(|| {
            Box::pin(async { Err(Status::unimplemented(format!("no method {}", method.full_name()))) })
        })
    }
}

/// The response messages, one for each fill. The trailers are handed over at the end.
fn messages(mut source: BoxOutgoing, ends: Ends) -> Messages {
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
                ends.hand_over_trailers();
                last.map(|failed| failed.map(|()| Bytes::new()))
            }
        })
    }))
}
