//! A request stream that fails ends its call, as it does over a wire. The handler sees a cancelled call.

use crate::call::status::{Result, Status};
use crate::channel::Messages;
use bytes::Bytes;
use futures_core::Stream;
use futures_util::future::Fuse;
use futures_util::{FutureExt, StreamExt};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use tokio::sync::oneshot;

/// The status that the stream fails with, once it does.
/// A handler may drop the stream and go on: then it never comes.
pub(super) struct Failure(Fuse<oneshot::Receiver<Status>>);

/// The stream as the handler sees it, and its failure.
pub(super) fn watched(requests: Messages) -> (impl Stream<Item = Result<Bytes>> + Send + 'static, Failure) {
    let (tell, failure) = oneshot::channel();
    let mut tell = Some(tell);
    let seen = requests.map(move |item| {
        item.map_err(|status| {
            // Nobody listens any more once the call has ended.
            let _ = tell.take().map(|tell| tell.send(status));
            Status::cancelled("the caller gave up")
        })
    });
    (seen, Failure(failure.fuse()))
}

impl Failure {
    /// Ready when the stream has failed.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Status> {
        match Pin::new(&mut self.0).poll(cx) {
            Poll::Ready(Ok(status)) => Poll::Ready(status),
            Poll::Ready(Err(_)) | Poll::Pending => Poll::Pending,
        }
    }

    /// The result of `run`, unless the stream fails before; and the failure that may still come.
    ///
    /// # Errors
    /// The error of `run`, or that of the stream.
    pub(super) async fn before<T>(mut self, run: impl Future<Output = Result<T>>) -> Result<(T, Self)> {
        let mut run = pin!(run);
        let given = poll_fn(|cx| {
            let given = run.as_mut().poll(cx);
            match self.poll(cx) {
                Poll::Ready(status) => Poll::Ready(Err(status)),
                Poll::Pending => given,
            }
        });
        let given = given.await?;
        Ok((given, self))
    }

    /// The messages of the response, until the stream fails.
    pub(super) fn among(mut self, mut messages: Messages) -> Messages {
        let mut ended = false;
        Box::pin(futures_util::stream::poll_fn(move |cx| {
            if ended {
                return Poll::Ready(None);
            }
            let mut next = messages.as_mut().poll_next(cx);
            if let Poll::Ready(status) = self.poll(cx) {
                next = Poll::Ready(Some(Err(status)));
            }
            if !matches!(next, Poll::Pending | Poll::Ready(Some(Ok(_)))) {
                ended = true;
                messages = Box::pin(futures_util::stream::empty());
            }
            next
        }))
    }
}
