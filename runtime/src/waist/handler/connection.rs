//! The decisions of interceptors about a connection that carries calls: whether it opens, and what its calls
//! know of it.

use crate::call::context::Context;
use crate::call::interceptor::Interceptor;
use crate::call::policy::Policy;
use crate::call::status::{Result, Status};
use crate::call::unwind::caught;
use futures_core::future::BoxFuture;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;

/// A connection that every interceptor let pass. At its end these interceptors are told, the last one first.
pub(crate) struct Connection {
    policy: Arc<Policy>,
    cx: Context,
    /// The number of interceptors that let it pass.
    passed: usize,
}

impl Connection {
    /// Asks the interceptors. They have as much time as a handshake.
    ///
    /// # Errors
    /// The status of an interceptor that refuses; `deadline_exceeded` when they take too long, and `internal`
    /// when one panics.
    pub(crate) async fn open(policy: &Arc<Policy>, cx: Context, limit: Duration) -> Result<Self> {
        let mut connection = Self { policy: Arc::clone(policy), cx, passed: 0 };
        if !policy.interceptors.is_empty() {
            let late =
                |_| Status::deadline_exceeded("the interceptors took too long to accept the handshake");
            tokio::time::timeout(limit, connection.ask()).await.map_err(late)??;
        }
        Ok(connection)
    }

    async fn ask(&mut self) -> Result<()> {
        let policy = Arc::clone(&self.policy);
        for interceptor in policy.interceptors.iter() {
            let cx = self.cx.clone();
            let asked = Asked(Some(Box::pin(async move { interceptor.connect(cx).await })));
            self.cx = self.cx.scope(asked).await?;
            self.passed += 1;
        }
        Ok(())
    }

    /// The context that the interceptors made from the handshake.
    pub(crate) const fn cx(&self) -> &Context {
        &self.cx
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        for interceptor in self.policy.interceptors[..self.passed].iter().rev() {
            let interceptor: &Arc<dyn Interceptor> = interceptor;
            // The log has the panic. Nobody else is left to be told.
            let _ = caught(
                || "Interceptor::disconnect",
                || self.cx.sync_scope(|| interceptor.disconnect(&self.cx)),
            );
        }
    }
}

/// The answer of an interceptor about a connection. A panic of the interceptor, or of its drop, is a refusal.
struct Asked<'a>(Option<BoxFuture<'a, Result<Context>>>);

impl Future for Asked<'_> {
    type Output = Result<Context>;

    fn poll(mut self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<Result<Context>> {
        let Some(asked) = &mut self.0 else { return Poll::Pending };
        caught(|| "Interceptor::connect", || asked.as_mut().poll(task))
            .unwrap_or_else(|status| Poll::Ready(Err(status)))
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        let asked = self.0.take();
        // The log has the panic. Nobody else is left to be told.
        let _ = caught(|| "Interceptor::connect", || drop(asked));
    }
}
