//! A call that is made at a second address while the first is slow (gRPC proposal A6). The first answer wins.

use super::Inner;
use super::peer::Peer;
use crate::call::context::Context;
use crate::call::spec::Method;
use crate::call::status::Result;
use crate::channel::{Hedge, Payload};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The addresses that a call has asked.
#[derive(Default)]
pub(super) struct Asked(Mutex<Vec<Arc<Peer>>>);

impl Asked {
    fn peers(&self) -> MutexGuard<'_, Vec<Arc<Peer>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, peer: &Arc<Peer>) {
        self.peers().push(Arc::clone(peer));
    }

    pub(super) fn has(&self, peer: &Arc<Peer>) -> bool {
        self.peers().iter().any(|asked| asked.is(peer))
    }
}

/// Makes the call, and returns the first answer. The other attempts are dropped, which cancels them.
///
/// # Errors
/// The first failure that ends the call, or the last one when every attempt failed.
pub(super) async fn run(
    inner: &Inner,
    rule: &Hedge,
    method: &'static Method,
    cx: &Context,
    message: Bytes,
) -> Result<Payload> {
    let asked = Asked::default();
    let attempt = |number: u32| {
        // Answers of two attempts must not mix their metadata.
        let own = cx.clone().with_attempt(number).with_own_response();
        let request = Payload::One(message.clone());
        let asked = &asked;
        async move { (number, own.clone(), inner.attempt(method, own, request, Some(asked)).await) }
    };
    let mut running = FuturesUnordered::new();
    running.push(attempt(1));
    let (mut made, mut may_follow) = (1, rule.attempts > 1);
    let mut next = pin!(sleep(rule.delay));
    let (mut failure, mut is_paid) = (None, false);
    loop {
        let ended = tokio::select! {
            biased;
            Some(ended) = running.next() => Some(ended),
            () = &mut next, if may_follow => None,
            else => return Err(failure.unwrap_or_else(|| crate::Status::internal("no attempt was made"))),
        };
        match ended {
            Some((number, own, result)) => {
                let fails_softly = matches!(&result, Err(status) if rule.codes.contains(&status.code()));
                if !fails_softly {
                    take_metadata(cx, &own);
                    if result.is_ok() {
                        inner.retries.succeeded();
                        inner.counters.won(number);
                    }
                    return result;
                }
                if let Err(status) = result {
                    is_paid = inner.retries.spend();
                    may_follow &= is_paid;
                    match status.retry_after() {
                        Some(Duration::MAX) => may_follow = false,
                        Some(after) => match Instant::now().checked_add(after) {
                            Some(at) => next.as_mut().reset(at),
                            None => may_follow = false,
                        },
                        None => next.as_mut().reset(Instant::now()),
                    }
                    failure = Some(status);
                }
            }
            // The budget has paid for an attempt that follows a failure.
            None if std::mem::take(&mut is_paid) || inner.retries.spend() => {
                made += 1;
                inner.counters.hedged();
                running.push(attempt(made));
                may_follow = made < rule.attempts;
                next.as_mut().reset(Instant::now() + rule.delay);
            }
            None => may_follow = false,
        }
    }
}

/// Gives the caller the metadata of the answer.
fn take_metadata(cx: &Context, own: &Context) {
    let (headers, trailers) = (own.take_headers(), own.take_trailers());
    if !headers.is_empty() {
        cx.edit_headers(|all| all.extend(&headers));
    }
    if !trailers.is_empty() {
        cx.edit_trailers(|all| all.extend(&trailers));
    }
}
