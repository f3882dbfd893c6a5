//! All addresses of a name.

use super::Resolver;
use crate::call::status::{Result, Status};
use futures_core::future::BoxFuture;
use std::time::Duration;

/// All addresses of a name, such as those of a headless service of Kubernetes. The system looks it up.
///
/// [`Balance::LeastRequest`](crate::Balance::LeastRequest) has one for the host of the URL, so it is needed only for
/// another name, or for another time between two look-ups.
///
/// ```
/// use polywire::{Balance, DnsResolver, Endpoint};
/// use std::time::Duration;
/// let pods = DnsResolver::new("books-headless.default.svc:8080").every(Duration::from_secs(5));
/// let endpoint = Endpoint::new("grpc://books.default.svc:8080").resolver(pods).balance(Balance::LeastRequest);
/// # drop(endpoint);
/// ```
#[derive(Debug, Clone)]
pub struct DnsResolver {
    name: String,
    every: Duration,
}

impl DnsResolver {
    /// Looks up this `host:port`, every 30 s.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), every: Duration::from_secs(30) }
    }

    /// Sets the time between two look-ups.
    ///
    /// ```
    /// # use polywire::DnsResolver; use std::time::Duration;
    /// let often = DnsResolver::new("books.internal:8080").every(Duration::from_secs(2));
    /// # drop(often);
    /// ```
    #[must_use]
    pub fn every(mut self, every: Duration) -> Self {
        self.every = every;
        self
    }
}

#[cfg(any(feature = "_net", feature = "amqp"))]
async fn look_up(name: &str) -> std::io::Result<Vec<String>> {
    Ok(tokio::net::lookup_host(name).await?.map(|address| address.to_string()).collect())
}

#[cfg(not(any(feature = "_net", feature = "amqp")))]
async fn look_up(_: &str) -> std::io::Result<Vec<String>> {
    Err(std::io::Error::new(std::io::ErrorKind::Unsupported, "this build has no network"))
}

impl Resolver for DnsResolver {
    fn resolve(&self) -> BoxFuture<'_, Result<Vec<String>>> {
        Box::pin(async {
            look_up(&self.name).await.map_err(|error| {
                Status::unavailable(format!("cannot look up {}: {error}", self.name)).with_source(error)
            })
        })
    }

    fn changed(&self) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(self.every))
    }
}
