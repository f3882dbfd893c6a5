//! What interceptors decide of a connection that carries calls: whether it opens, and what its calls know of it.

use crate::context::Context;
use crate::interceptor::Interceptor;
use crate::policy::Policy;
use crate::status::{Result, Status};
use futures_util::FutureExt;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

/// A connection that every interceptor let pass. Those that did hear of its end, the last one first.
pub(crate) struct Connection {
    policy: Arc<Policy>,
    cx: Context,
    /// How many interceptors let it pass.
    passed: usize,
}

impl Connection {
    /// Asks the interceptors, for as long as a handshake may take.
    ///
    /// # Errors
    /// What an interceptor refuses with; `deadline_exceeded` when they take too long, and `internal` when one panics.
    pub(crate) async fn open(policy: &Arc<Policy>, cx: Context, limit: Duration) -> Result<Self> {
        let mut connection = Self { policy: Arc::clone(policy), cx, passed: 0 };
        if !policy.interceptors.is_empty() {
            let late = |_| Status::deadline_exceeded("the handshake took too long to be let in");
            tokio::time::timeout(limit, connection.ask()).await.map_err(late)??;
        }
        Ok(connection)
    }

    async fn ask(&mut self) -> Result<()> {
        let policy = Arc::clone(&self.policy);
        for interceptor in &policy.interceptors {
            let cx = self.cx.clone();
            let asked = AssertUnwindSafe(async { interceptor.connect(cx).await }).catch_unwind().await;
            self.cx = asked.map_err(|panic| panicked(&*panic))??;
            self.passed += 1;
        }
        Ok(())
    }

    /// What the interceptors made of the handshake.
    pub(crate) const fn cx(&self) -> &Context {
        &self.cx
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        for interceptor in self.policy.interceptors[..self.passed].iter().rev() {
            let interceptor: &Arc<dyn Interceptor> = interceptor;
            let told = catch_unwind(AssertUnwindSafe(|| interceptor.disconnect(&self.cx)));
            told.unwrap_or_else(|panic| drop(panicked(&*panic)));
        }
    }
}

fn panicked(panic: &(dyn Any + Send)) -> Status {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    tracing::error!(panic = text, "an interceptor panicked at a connection");
    Status::internal("internal error")
}
