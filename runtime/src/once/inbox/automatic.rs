//! An inbox around every task and event of a server.

use super::{Inbox, MessageKey};
use crate::call::around::{Answer, AnyMessage, Next, Request};
use crate::call::context::{Context, Transport};
use crate::call::input::Codec;
use crate::call::interceptor::Interceptor;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use bytes::Bytes;
use futures_core::future::BoxFuture;
use polywire_codegen::transport::amqp::Kind;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

/// The interceptor behind `Server::inbox`: begin, handler, commit.
pub(crate) struct Automatic<I>(pub(crate) I);

impl<I: Inbox> Interceptor for Automatic<I> {
    fn call<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Answer>> {
        if !is_queued(request.method(), request.context().transport()) {
            return next.run(request);
        }
        Box::pin(async move {
            // A batch of several messages has no key. Its failure makes each of them run alone.
            let key = MessageKey::of(request.context())?;
            let Some(transaction) = self.0.begin_as(key).await? else {
                // Nobody waits for the answer, which has no fields.
                return Ok(AnyMessage::encoded(Codec::Proto, Bytes::new()).into());
            };
            let slot = Slot(Arc::new(Mutex::new(Some(transaction))));
            let shared = slot.clone();
            let answer = next.run(request.with_context(|cx| cx.with_extension(shared))).await?;
            self.0.commit(slot.take()?).await?;
            Ok(answer)
        })
    }
}

/// Whether a call is a task or an event from a broker.
fn is_queued(method: &Method, transport: Transport) -> bool {
    let is_from_broker = matches!(transport, Transport::Amqp | Transport::Memory);
    is_from_broker
        && method.plans.amqp.as_ref().is_some_and(|plan| match plan.kind {
            Kind::Task | Kind::Event => true,
            Kind::Rpc => false,
        })
}

/// The transaction of a message, until it is committed.
struct Slot<T>(Arc<Mutex<Option<T>>>);

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Slot<T> {
    /// Takes the transaction back from the handler.
    fn take(&self) -> Result<T> {
        let taken = self.0.try_lock().ok().and_then(|mut slot| slot.take());
        taken.ok_or_else(|| {
            Status::internal(
                "the handler has ended, and something that it started still holds its transaction",
            )
        })
    }
}

/// The transaction that [`Server::inbox`](crate::Server::inbox) began for a message. It is the handler's while this lives.
///
/// The server commits it after the handler has succeeded, and rolls it back otherwise. Work that the handler spawns must
/// not keep this: the message then fails with `internal`, and nothing of it is kept.
///
/// ```
/// use polywire::{Context, Handling, MemoryTransaction, Result};
///
/// async fn charge(cx: Context) -> Result<()> {
///     let handling = Handling::<MemoryTransaction>::of(&cx).await?;
///     println!("once: {handling:?}");
///     Ok(())
/// }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// assert!(charge(Context::new()).await.is_err(), "no server began one");
/// # }
/// ```
pub struct Handling<T>(OwnedMappedMutexGuard<Option<T>, T>);

impl<T: Send + 'static> Handling<T> {
    /// The transaction of the call. `T` is the [`Inbox::Transaction`] of the server's inbox.
    ///
    /// A second caller waits until the first has dropped its own.
    ///
    /// # Errors
    /// `failed_precondition` when no inbox of this kind is around the call: the server has none, or the call came by a wire
    /// without a broker.
    pub async fn of(cx: &Context) -> Result<Self> {
        let none = || {
            Status::failed_precondition(format!(
                "no inbox with such a transaction is around this call over {}; give the server one by `Server::inbox`",
                cx.transport()
            ))
        };
        let slot = cx.extension::<Slot<T>>().ok_or_else(none)?;
        let slot = Arc::clone(&slot.0).lock_owned().await;
        OwnedMutexGuard::try_map(slot, Option::as_mut).map(Self).map_err(|_| none())
    }
}

impl<T> Deref for Handling<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Handling<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> fmt::Debug for Handling<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handling")
    }
}
