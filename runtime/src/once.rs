//! Messages that count once: the inbox of a consumer (idempotent consumer), and the transactional outbox of a publisher.
//!
//! A broker delivers at least once. `inbox` keeps the ids of handled messages in the handler's own transaction, so a
//! second delivery changes nothing. `outbox` writes a message in the caller's transaction, and `relay` publishes it.
//! `sql` runs a statement on either database; all SQL of the tables is in `inbox/table` and `outbox/table`.

mod inbox;
#[cfg(feature = "_sql")]
mod outbox;
#[cfg(feature = "_sql")]
mod relay;
#[cfg(feature = "_sql")]
mod sql;

#[cfg(feature = "_queue")]
pub(crate) use inbox::Automatic;
#[cfg(feature = "_sql")]
pub use inbox::SqlInbox;
pub use inbox::{Handling, Inbox, MemoryInbox, MemoryTransaction, MessageKey};
#[cfg(feature = "_sql")]
pub use outbox::{SetAside, SqlOutbox};
#[cfg(feature = "_sql")]
pub use relay::Relay;
#[cfg(feature = "_sql")]
pub use sql::Sql;
