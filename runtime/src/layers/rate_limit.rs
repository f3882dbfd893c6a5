//! [`RateLimit`]: so many calls in a time, for each caller.

use super::is_health;
use crate::call::context::Context;
use crate::call::interceptor::Interceptor;
use crate::call::spec::{Attr, Method};
use crate::call::status::{Result, Status};
use futures_core::future::BoxFuture;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use std::fmt;
use std::future::ready;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The calls between two clean-ups of callers that were not seen for a while.
const CLEAN_UP: u32 = 4_096;

/// Refuses calls beyond a rate (`resource_exhausted`), and says when to try again (`Retry-After`, `grpc-retry-pushback-ms`).
///
/// A call takes one unit, or as many as `#[attr(cost = 5)]` says. Each caller has a bucket of its own (GCRA): by its
/// address, unless a key is told. Health checks are free. Callers behind one proxy share an address, so key them by
/// identity, inside of [`Authenticate`](super::Authenticate). The buckets are in this process: each server counts for
/// itself. A caller that was away long enough to be whole again takes no memory.
///
/// ```
/// use polywire::Server;
/// use polywire::layers::RateLimit;
///
/// let by_tenant = RateLimit::per_second(50).burst(200).key(|cx| cx.metadata().get("x-tenant").unwrap_or("").to_owned());
/// let server = Server::new().interceptor(by_tenant);
/// # drop(server);
/// ```
pub struct RateLimit {
    quota: Quota,
    buckets: DefaultKeyedRateLimiter<String>,
    key: Arc<dyn Fn(&Context) -> String + Send + Sync>,
    since: AtomicU32,
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimit")
            .field("quota", &self.quota)
            .field("callers", &self.buckets.len())
            .finish_non_exhaustive()
    }
}

/// The address without its port; nothing for callers in process, who share one bucket.
fn address(cx: &Context) -> String {
    cx.peer().map(|peer| peer.ip().to_string()).unwrap_or_default()
}

fn at_least_one(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN)
}

impl RateLimit {
    fn of(quota: Quota) -> Self {
        Self {
            quota,
            buckets: DefaultKeyedRateLimiter::keyed(quota),
            key: Arc::new(address),
            since: AtomicU32::new(0),
        }
    }

    /// Allows so many units a second, and as many at once. Zero is taken for one.
    #[must_use]
    pub fn per_second(count: u32) -> Self {
        Self::of(Quota::per_second(at_least_one(count)))
    }

    /// Allows so many units a minute, and as many at once. Zero is taken for one.
    #[must_use]
    pub fn per_minute(count: u32) -> Self {
        Self::of(Quota::per_minute(at_least_one(count)))
    }

    /// The most units at once, after a pause.
    #[must_use]
    pub fn burst(self, count: u32) -> Self {
        let key = Arc::clone(&self.key);
        Self { key, ..Self::of(self.quota.allow_burst(at_least_one(count))) }
    }

    /// Gives each key a bucket of its own, in place of each address.
    #[must_use]
    pub fn key(mut self, key: impl Fn(&Context) -> String + Send + Sync + 'static) -> Self {
        self.key = Arc::new(key);
        self
    }

    fn check(&self, cx: &Context, method: &Method) -> Result<()> {
        if self.since.fetch_add(1, Ordering::Relaxed) % CLEAN_UP == CLEAN_UP - 1 {
            self.buckets.retain_recent();
        }
        let cost = match method.attr("cost") {
            Some(Attr::Int(cost)) => at_least_one(u32::try_from(cost.max(1)).unwrap_or(u32::MAX)),
            Some(Attr::Flag | Attr::Bool(_) | Attr::Text(_)) | None => NonZeroU32::MIN,
        };
        let key = (self.key)(cx);
        match self.buckets.check_key_n(&key, cost) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(refused)) => {
                let after = refused.wait_time_from(DefaultClock::default().now());
                Err(Status::resource_exhausted("too many calls").with_retry_after(after))
            }
            Err(most) => Err(Status::resource_exhausted(format!(
                "the call costs {cost}, and no caller may ever spend more than {} at once",
                most.0
            ))),
        }
    }
}

impl Interceptor for RateLimit {
    fn before<'a>(&'a self, cx: Context, method: &'static Method) -> BoxFuture<'a, Result<Context>> {
        let admitted = if is_health(method) { Ok(()) } else { self.check(&cx, method) };
        Box::pin(ready(admitted.map(|()| cx)))
    }
}
