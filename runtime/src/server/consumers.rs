//! [`Consumers`]: the part of a server that a router cannot be.

#[cfg(feature = "_queue")]
use super::brokers::Brokers;
use super::stop::Signals;
use super::{Operation, Server, Started, operation};
use crate::server::checks::Checked;
use crate::waist::mounted::Mounted;
use std::future::Future;
use std::io;
use std::sync::Arc;

/// The part of a server that its router cannot be: it consumes from the brokers, listens for its operator
/// ([`Operation::listen`]), and drains calls and WebSockets when the server stops. [`Server::into_parts`] makes it.
///
/// Both parts share limits, health and interceptors. A server without brokers has this part too, because WebSockets
/// and health must learn of the stop.
///
/// ```
/// # use polywire::{Server, Service}; use std::future::IntoFuture as _;
/// # async fn run(books: impl Service, listener: tokio::net::TcpListener) -> std::io::Result<()> {
/// let (router, consumers) = Server::new().service(books).amqp("amqp://localhost").into_parts()?;
/// let stop = tokio_util::sync::CancellationToken::new(); // cancelled when the program is to end
/// let http = axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned());
/// let (consumed, served) = tokio::join!(consumers.serve_until(stop.cancelled()), http.into_future());
/// consumed.and(served)
/// # }
/// ```
#[must_use = "nothing is consumed until `serve_until` is awaited"]
pub struct Consumers {
    mounted: Arc<Mounted>,
    operation: Option<Operation>,
    #[cfg(feature = "_queue")]
    brokers: Brokers,
}

impl std::fmt::Debug for Consumers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Consumers({} services)", self.mounted.of_user().len())
    }
}

impl Server {
    /// Makes a router as [`Server::try_into_router`] does, and keeps what a router cannot be: the brokers and the
    /// drain. Whoever serves the router starts and stops the [`Consumers`] beside it.
    ///
    /// ```
    /// # use polywire::{Server, Service};
    /// # fn parts(books: impl Service) -> std::io::Result<()> {
    /// let (router, consumers) = Server::new().service(books).amqp("memory:shop").into_parts()?;
    /// let app = axum::Router::new().nest("/api", router);
    /// # drop((app, consumers)); Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Server::try_into_router`].
    pub fn into_parts(mut self) -> io::Result<(axum::Router, Consumers)> {
        let Checked { mounted, tables } = self.checked()?;
        let router = self.sockets.router(&mounted, tables)?;
        let consumers = Consumers {
            mounted,
            operation: self.operation,
            #[cfg(feature = "_queue")]
            brokers: self.brokers,
        };
        Ok((router, consumers))
    }
}

impl Consumers {
    /// Consumes until SIGTERM or Ctrl-C, then drains as [`Server::serve`] does. Another signal may be waited for
    /// elsewhere as well: axum needs one for its graceful shutdown.
    ///
    /// ```no_run
    /// # async fn run(consumers: polywire::Consumers) -> std::io::Result<()> {
    /// consumers.serve().await // until Ctrl-C
    /// # }
    /// ```
    ///
    /// # Errors
    /// When an address does not name a broker, or one of operation's own cannot be bound.
    pub async fn serve(self) -> io::Result<()> {
        let signals = Signals::new();
        self.start().await?.until_signal(signals).await;
        Ok(())
    }

    /// Consumes until `stop` is ready, then drains as [`Server::serve_until`] does. Health tells of the stop for
    /// [`Limits::drain_delay`](crate::Limits::drain_delay). Then WebSockets are closed with 1001, and running calls
    /// and messages are finished. Requests of the router that are no WebSocket are those of its server.
    ///
    /// ```
    /// # use polywire::{Limits, Server}; use std::time::Duration;
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// let limits = Limits::default().drain_delay(Duration::ZERO);
    /// let (router, consumers) = Server::new().limits(limits).amqp("memory:parts-example").into_parts()?;
    /// consumers.serve_until(async {}).await?;
    /// # drop(router); Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When an address does not name a broker, or one of operation's own cannot be bound.
    pub async fn serve_until(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        self.start().await?.until(stop).await;
        Ok(())
    }

    async fn start(self) -> io::Result<Started> {
        let own = operation::bind(self.operation, &self.mounted.health).await?;
        #[cfg(feature = "_queue")]
        self.brokers.consume(&self.mounted)?;
        let operation = own.map(operation::Ready::start).transpose()?;
        Ok(Started { mounted: self.mounted, cores: None, operation })
    }
}
