//! `tower` layers around everything that a server answers over HTTP: [`Server::layer`].
//!
//! Layers need to know the path that matched (axum's `MatchedPath`), so they go around the routes of the
//! server's router, as with [`Server::into_router`]. The engine checks a head before any layer sees it: the
//! word of an untrusted proxy must not reach one.

use super::Server;
use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::Route;
use std::convert::Infallible;
use tower_layer::Layer;
use tower_service::Service;

/// The layers of a server, in the order in which they were added.
#[derive(Default)]
pub(super) struct Layers(Vec<Wrap>);

/// Puts one layer around the routes and the fallback of a router.
type Wrap = Box<dyn Fn(Router) -> Router + Send + Sync>;

impl Layers {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts the layers around `router`, the first one outermost.
    pub(super) fn around(&self, router: Router) -> Router {
        self.0.iter().rev().fold(router, |router, wrap| wrap(router))
    }
}

impl Server {
    /// Puts a `tower` layer around everything that this server answers over HTTP, inside of those added before:
    /// calls on every HTTP wire, WebSocket handshakes, documents, health, reflection, and a router of
    /// [`Server::merge`].
    ///
    /// ```
    /// # use polywire::{Server, Service}; use axum::{extract::{MatchedPath, Request}, middleware::{Next, from_fn}};
    /// async fn log(request: Request, next: Next) -> axum::response::Response {
    ///     let path = request.extensions().get::<MatchedPath>().cloned(); // `/books/{id}`, not `/books/7`
    ///     let response = next.run(request).await;
    ///     println!("{path:?} {}", response.status());
    ///     response
    /// }
    ///
    /// # fn server(books: impl Service) -> Server {
    /// Server::new().service(books).layer(from_fn(log))
    /// # }
    /// ```
    ///
    /// - A layer finds the peer as `ConnectInfo<SocketAddr>` and the path of the route as `MatchedPath`. For gRPC
    ///   that is `/books.v1.Books/Title`. What a layer adds to the extensions of the request, a handler finds in
    ///   [`Context::extension`](crate::Context::extension).
    /// - [`Server::hosts`], [`Server::trusted_proxies`] and [`Server::cors`] go before the layers. A request that
    ///   they refuse, and a malformed one, reaches no layer.
    /// - gRPC tells its status in trailers, and streams. A layer must pass on both, and must not change the body
    ///   of a gRPC request. `CompressionLayer` of tower-http leaves gRPC alone. Messages of gRPC are packed by
    ///   [`Server::compression`].
    /// - A layer that panics is answered with 500.
    /// - The probes of an [`Operation`](crate::Operation) pass no layer.
    /// - Messages of brokers pass no layer, and neither do the calls of a WebSocket. An
    ///   [`Interceptor`](crate::Interceptor) is around those too.
    ///
    /// Without a layer nothing changes. With one, each request passes axum's router.
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.sockets.layers.0.push(Box::new(move |router| router.layer(layer.clone())));
        self
    }
}
