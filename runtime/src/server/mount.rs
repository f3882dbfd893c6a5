//! A server together with axum: a router that it falls back to, and the server itself as a router.

use super::Server;
use super::checks::Checked;
use std::io;

impl Server {
    /// Passes requests that are not for this server to `router`. Its handlers find the peer as
    /// `ConnectInfo<SocketAddr>` over TCP and TLS. On a Unix socket there is none, as in axum.
    ///
    /// The server looks for an answer in this order: its services, its documents, `/ws`, health and
    /// reflection, `router`, and last the page at `/` that lists the documents. `router` also answers for a
    /// path of this server if only `router` has the method there. A server without services has no contract
    /// of its own, so there `router` goes before everything. A router made by [`Server::into_router`]
    /// therefore keeps its documents, `/ws`, health and reflection.
    ///
    /// Interceptors and limits on calls are for services. They do not apply to `router`; a `tower` layer on
    /// it does. A handler of `router` that panics is answered with 500.
    ///
    /// ```
    /// # use polywire::{Server, Service}; use axum::{Router, extract::ConnectInfo, routing::get}; use std::net::SocketAddr;
    /// # fn server(service: impl Service) -> Server {
    /// let pages = Router::new()
    ///     .route("/who", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() }));
    /// Server::new().service(service).merge(pages)
    /// # }
    /// ```
    pub fn merge(mut self, router: axum::Router) -> Self {
        self.sockets.router = Some(match self.sockets.router.take() {
            Some(before) => before.merge(router),
            None => router,
        });
        self
    }

    /// Makes a router of the HTTP transports, with a route for each path. Listeners are not part of it, and neither are
    /// brokers: for those see [`Server::into_parts`].
    ///
    /// The router merges with other routers, also with those of other servers, and nests under a prefix. It
    /// has no fallback that could conflict with another one. A path without a route gets the fallback of the
    /// whole, or an answer of ours if there is none. Your own route on one of its paths may have the methods
    /// that this server does not serve there.
    ///
    /// - Documents, `/ws`, health and reflection have the same paths in every server. Of several merged
    ///   routers, the last one answers them. Mount all services in one server to have one contract.
    /// - Layers see every path with [`Router::layer`](axum::Router::layer). `route_layer` panics, because
    ///   those shared paths take any method. Call `method_not_allowed_fallback` before the merge; otherwise
    ///   it takes over those paths.
    /// - After [`Server::merge`], the merged router is the fallback of this one.
    ///
    /// ```
    /// # use polywire::{Server, Service}; use axum::{Router, routing::get};
    /// # fn app(books: impl Service, orders: impl Service) -> Router {
    /// Router::new()
    ///     .route("/", get(|| async { "the shop" }))
    ///     .merge(Server::new().service(books).into_router())
    ///     .nest("/internal", Server::new().service(orders).into_router())
    ///     .fallback(|| async { "nothing here" })
    /// # }
    /// ```
    ///
    /// # Panics
    /// When [`Server::try_into_router`] returns an error, with its text.
    pub fn into_router(self) -> axum::Router {
        match self.try_into_router() {
            Ok(router) => router,
            Err(error) => panic!("{error}"),
        }
    }

    /// Makes the same router as [`Server::into_router`], without a panic.
    ///
    /// # Errors
    /// Everything that [`Server::serve`] refuses before it listens: two methods with the same HTTP route, a
    /// service that is there twice, two different types with the same name.
    pub fn try_into_router(mut self) -> io::Result<axum::Router> {
        #[cfg(feature = "_queue")]
        if self.brokers.are_there() {
            tracing::warn!("a router consumes from no broker; `Server::into_parts` gives what does");
        }
        let Checked { mounted, tables } = self.checked()?;
        self.sockets.router(&mounted, tables)
    }
}
