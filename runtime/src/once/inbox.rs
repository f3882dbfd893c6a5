//! [`Inbox`]: which messages were handled, kept so that the mark and the handler's effect are one.

mod automatic;
mod memory;
#[cfg(feature = "_sql")]
mod table;

#[cfg(feature = "_queue")]
pub(crate) use automatic::Automatic;
pub use automatic::Handling;
pub use memory::{MemoryInbox, MemoryTransaction};
#[cfg(feature = "_sql")]
pub use table::SqlInbox;

use crate::call::context::Context;
use crate::call::status::{Result, Status};
use futures_core::future::BoxFuture;
use std::fmt;

/// The longest message id, and the longest name of a queue, in bytes. AMQP's short strings end there.
const LONGEST: usize = 255;

/// The identity of a message to its consumer: the queue that it was taken from, and its message id.
///
/// The queue is part of it because every group of consumers gets its own copy of an event, under the same id.
///
/// ```
/// use polywire::MessageKey;
/// let key = MessageKey::new("payments", "018f-7")?;
/// assert_eq!(key.to_string(), "018f-7 on payments");
/// # Ok::<(), polywire::Status>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageKey {
    queue: String,
    id: String,
}

impl MessageKey {
    /// Names a message by parts of your own, such as an order's number from the body.
    ///
    /// # Errors
    /// `invalid_argument` for a part that is empty, has a NUL, or is longer than 255 bytes.
    pub fn new(queue: impl Into<String>, id: impl Into<String>) -> Result<Self> {
        let key = Self { queue: queue.into(), id: id.into() };
        for (what, part) in [("queue", &key.queue), ("message id", &key.id)] {
            if part.is_empty() || part.len() > LONGEST || part.contains('\0') {
                return Err(Status::invalid_argument(format!(
                    "a {what} of {} bytes: an inbox takes 1 to {LONGEST}, without NUL",
                    part.len()
                )));
            }
        }
        Ok(key)
    }

    /// The key of the message behind a call.
    ///
    /// # Errors
    /// - `failed_precondition` when the call came by a wire without a broker. Use [`MessageKey::new`] there.
    /// - `invalid_argument` when the message has no id: a second delivery could not be told from a new message. The
    ///   message becomes a dead letter. Its publisher has to set the AMQP property `message_id`, as polywire's clients do.
    pub fn of(cx: &Context) -> Result<Self> {
        let Some(message) = cx.message() else {
            return Err(Status::failed_precondition(format!(
                "a call over {} has no message id; use `MessageKey::new` with an id of your own",
                cx.transport()
            )));
        };
        let Some(id) = message.id() else {
            return Err(Status::invalid_argument(
                "the message has no id, so it cannot be handled once; its publisher must set `message_id`",
            ));
        };
        Self::new(message.queue(), id)
    }

    /// The queue.
    pub fn queue(&self) -> &str {
        &self.queue
    }

    /// The message id.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Display for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.id, self.queue)
    }
}

/// The messages that were handled (inbox, idempotent consumer). A message that was handled is not handled again.
///
/// A handler begins a transaction, does its work in it, and commits: mark and effect are one. It returns `Ok` at once
/// when there is no transaction to be had, because the message was handled before. A crash before the commit leaves
/// neither mark nor effect, and the broker delivers again. A crash after it leaves both.
///
/// Effects outside of the transaction are not part of this, such as a call to another service. Publish
/// through an outbox (feature `sqlite` or `postgres`), and give other services the message id as their idempotency key.
///
/// [`MemoryInbox`] is for tests and for effects in memory. `SqlInbox` keeps the marks in SQLite or PostgreSQL.
///
/// ```
/// use polywire::{Context, Inbox, MemoryInbox, MessageKey, Result, service};
///
/// #[service(package = "pay.v1", transports(amqp))]
/// pub trait Payments {
///     #[amqp(task, queue = "charges")]
///     async fn charge(&self, cx: Context, order_id: i64) -> Result<()>;
/// }
///
/// struct Desk {
///     inbox: MemoryInbox,
/// }
///
/// impl Payments for Desk {
///     async fn charge(&self, cx: Context, order_id: i64) -> Result<()> {
///         let Some(handling) = self.inbox.begin(&cx).await? else { return Ok(()) };
///         println!("order {order_id} is charged");
///         self.inbox.commit(handling).await
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// # let inbox = MemoryInbox::new();
/// # let key = MessageKey::new("charges", "1")?;
/// # let handling = inbox.begin_as(key.clone()).await?.expect("new");
/// # inbox.commit(handling).await?;
/// # assert!(inbox.begin_as(key).await?.is_none());
/// # drop(Desk { inbox }); Ok(()) }
/// ```
pub trait Inbox: Send + Sync + 'static {
    /// The transaction that the handler works in. Dropping it takes mark and effect back.
    type Transaction: Send + 'static;

    /// Begins to handle the message of this key. `None` when it was handled before.
    ///
    /// While another delivery of the same message is handled, this waits for its end: for `None` if that succeeds, for a
    /// transaction if it fails. The deadline of the call bounds the wait.
    ///
    /// # Errors
    /// The failure of the store. A task is then tried again, as its method says.
    fn begin_as(&self, key: MessageKey) -> BoxFuture<'_, Result<Option<Self::Transaction>>>;

    /// Ends the handling: the message counts as handled, and what was done in the transaction is kept.
    ///
    /// # Errors
    /// The failure of the store. Nothing is kept then, or, if the connection is lost in that moment, all of it.
    fn commit(&self, transaction: Self::Transaction) -> BoxFuture<'_, Result<()>>;

    /// Begins to handle the message behind a call. `None` when it was handled before: return `Ok(())`.
    ///
    /// # Errors
    /// The errors of [`MessageKey::of`] and of [`Inbox::begin_as`].
    fn begin<'a>(&'a self, cx: &Context) -> BoxFuture<'a, Result<Option<Self::Transaction>>> {
        match MessageKey::of(cx) {
            Ok(key) => self.begin_as(key),
            Err(status) => Box::pin(async { Err(status) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::status::Code;

    #[test]
    fn a_key_has_a_queue_and_an_id() {
        assert!(MessageKey::new("q", "x".repeat(255)).is_ok());
        for (queue, id) in [("", "1"), ("q", ""), ("q", "a\0b"), ("q\0", "1"), ("q", &*"x".repeat(256))] {
            let code = MessageKey::new(queue, id).map_err(|status| status.code());
            assert_eq!(code, Err(Code::InvalidArgument), "{queue:?} {id:?}");
        }
    }

    #[test]
    fn a_call_without_a_broker_has_no_key() {
        let status = MessageKey::of(&Context::new()).expect_err("no message");
        assert_eq!(status.code(), Code::FailedPrecondition);
        assert!(status.message().contains("MessageKey::new"), "{status}");
    }
}
