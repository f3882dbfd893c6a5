//! Sources of addresses: a list, a name, a file, or the program's own.

mod dns;
mod file;

pub use dns::DnsResolver;
pub use file::FileResolver;

use crate::call::status::Result;
use futures_core::future::BoxFuture;
use std::time::Duration;

/// A source of the addresses of a client ([`Endpoint::resolver`](crate::Endpoint::resolver)).
///
/// The client asks it when it connects. It asks again when [`changed`](Resolver::changed) returns, and after an address
/// was lost, at most every 2 s. Addresses that stay keep their connections. An address that goes gets no new call; its
/// running calls end by themselves.
///
/// ```
/// use polywire::{Balance, BoxFuture, Endpoint, Resolver, Result};
/// use std::sync::{Arc, Mutex};
/// use tokio::sync::Notify;
///
/// /// Addresses that the program sets.
/// #[derive(Clone, Default)]
/// struct Fleet {
///     addresses: Arc<Mutex<Vec<String>>>,
///     changed: Arc<Notify>,
/// }
///
/// impl Resolver for Fleet {
///     fn resolve(&self) -> BoxFuture<'_, Result<Vec<String>>> {
///         Box::pin(async { Ok(self.addresses.lock().expect("no panic").clone()) })
///     }
///
///     fn changed(&self) -> BoxFuture<'_, ()> {
///         Box::pin(self.changed.notified())
///     }
/// }
///
/// let endpoint = Endpoint::new("grpc://books.internal").resolver(Fleet::default()).balance(Balance::LeastRequest);
/// # drop(endpoint);
/// ```
pub trait Resolver: Send + Sync + 'static {
    /// The addresses now, each as `host:port` or `unix:/path`. An address that stands there several times has several
    /// connections. A list without addresses means that there is no server: calls fail with `unavailable`.
    ///
    /// # Errors
    /// The reason why nobody knows. The client keeps the addresses that it has.
    fn resolve(&self) -> BoxFuture<'_, Result<Vec<String>>>;

    /// Returns when it is worth asking again. Default: after 30 s.
    fn changed(&self) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(Duration::from_secs(30)))
    }
}

/// Addresses that never change.
pub(crate) struct Fixed(pub(crate) Vec<String>);

impl Resolver for Fixed {
    fn resolve(&self) -> BoxFuture<'_, Result<Vec<String>>> {
        Box::pin(async { Ok(self.0.clone()) })
    }

    fn changed(&self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::pending())
    }
}
