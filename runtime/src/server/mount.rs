//! A server beside axum: a router that it falls back to, and itself as a router.

use super::Server;
use crate::server::router::{self, Paths};
use std::io;
use std::sync::Arc;

impl Server {
    /// Hands requests that are not this server's own to `router`: its handlers find the peer as `ConnectInfo<SocketAddr>`, over
    /// TCP and TLS. Handlers under a Unix socket have none, as in axum.
    ///
    /// The services of this server go first, then its documents, `/ws`, health and reflection, then `router`, and last the
    /// page at `/` that names the documents. A path of this server under a method that it does not serve is the router's
    /// when it has it. A server without services has nothing of its own to say: there `router` goes before everything, so a
    /// router made by [`Server::into_router`] keeps its documents, `/ws`, health and reflection.
    ///
    /// Interceptors and limits on calls are for services: they do not stand before `router`. A `tower` layer on it does. A handler of
    /// it that panics is answered with 500.
    ///
    /// ```
    /// # use polywire::{Server, Service}; use axum::{Router, extract::ConnectInfo, routing::get}; use std::net::SocketAddr;
    /// # fn server(service: impl Service) -> Server {
    /// let pages = Router::new().route("/who", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() }));
    /// Server::new().service(service).merge(pages)
    /// # }
    /// ```
    pub fn merge(mut self, router: axum::Router) -> Self {
        self.router = Some(match self.router.take() {
            Some(before) => before.merge(router),
            None => router,
        });
        self
    }

    /// The HTTP transports as a router with a route for each path. Brokers and listeners are not part of it.
    ///
    /// It merges with other routers, with other servers' too, and nests under a prefix. It has no fallback that would
    /// be in the way of another: what has no route gets the fallback of the whole, and an answer in our words where there is none.
    /// Your own route on one of its paths may have the methods that this server does not serve there.
    ///
    /// - Documents, `/ws`, health and reflection are on the same paths in every server. Of several the router that was merged
    ///   last answers them; mount all services in one server to have one contract.
    /// - Layers see every path with [`Router::layer`](axum::Router::layer). `route_layer` panics: those shared paths take
    ///   any method. `method_not_allowed_fallback` has to be called before the merge, or it takes them over.
    /// - After [`Server::merge`] the merged router is this one's fallback.
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
    /// Where [`Server::try_into_router`] has an error, with its text.
    pub fn into_router(self) -> axum::Router {
        match self.try_into_router() {
            Ok(router) => router,
            Err(error) => panic!("{error}"),
        }
    }

    /// The same as [`Server::into_router`], without a panic.
    ///
    /// # Errors
    /// Whatever [`Server::serve`] refuses before it listens: two methods with the same HTTP route, a service that is there
    /// twice, two different types with the same name.
    pub fn try_into_router(mut self) -> io::Result<axum::Router> {
        let mounted = self.checked()?;
        let engine = Arc::new(self.engine(&mounted)?);
        Ok(router::build(&engine, &Paths::of(&mounted), &mounted))
    }
}
