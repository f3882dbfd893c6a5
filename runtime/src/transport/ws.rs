//! WebSocket (RFC 6455), served two ways over the same upgrade.
//!
//! # A method's own endpoint: `#[ws("/chat")]`
//! One connection is one call. Each text message is one item as JSON, each binary message one item as protobuf.
//! Answers come in the kind of message that the client sent first, and as text when it sent none.
//!
//! - *The request* of a method that takes one is read from the URL in three cases: the path has variables, the URL
//!   has a query, or the request has no field. Otherwise it is the first message, due within 10 s.
//! - *The end of the client's items* is an **empty text message**. No item is empty, and stock clients stop reading
//!   once they send a Close. A Close of code 1000 also ends the items: the handler sees every item and the end, but
//!   its answer reaches nobody.
//! - *The end of the answer* is Close 1000. An error is Close 4000 + code, and its reason is the Status as JSON. A
//!   Close has room for 123 bytes of it (RFC 6455, 5.5). A longer Status goes without all of its details, and without
//!   the member `details`. If it is still too long, the message is cut after the last character that fits, and ends
//!   with `…`. The code is always there. A client that needs details of any length, such as typed errors, calls over
//!   `/ws`, as our own client does.
//!
//! # The multiplexed endpoint: `/ws`
//! JSON-RPC 2.0, one JSON-RPC message in each text message. The subprotocol `polywire.v1+proto` is the same in
//! protobuf ([`dialect::proto`]). Methods are named `books.v1.BookService.GetBook` (or with a slash before the method).
//! Params are the request by name, or its fields by position. A well-known type that is no object in JSON, such as a
//! `Timestamp`, is the only param: `["2026-01-02T03:04:05Z"]`. A result is the same JSON as over HTTP. Batches are
//! accepted for calls with one response each.
//!
//! - *Beside `params`*: `timeoutMs`, `metadata` (an object of texts or lists of texts), and `window`, see below. Beside
//!   `result` or `error`: `metadata` and `trailers`, when the handler set any.
//! - *Errors*: the number is JSON-RPC's where it has one (-32601 unimplemented, -32602 invalid_argument, -32603
//!   internal), else -32000 minus gRPC's (not_found, 5, is -32005). `data` is the whole Status.
//! - *A response stream* begins with `{"result":{"subscription":S}}`. Then come notifications named as the method:
//!   `{"subscription":S,"result":…}`, and last `"end":true` or `"error":{…}`. S is the id of the call.
//! - *Other JSON-RPC clients*, such as jsonrpsee, expect the subscription itself as the result, and a method that
//!   ends it. Each method with a response stream has two more names for them.
//!   `books.v1.BookService.Watch/subscribe` answers `{"result":S}`. The notifications are the same, and the last has
//!   `"end":true,"error":null`, or the error. `books.v1.BookService.Watch/unsubscribe` takes `[S]`, and answers `true`
//!   if there was such a subscription. After that the subscription is silent.
//! - *A request stream* is `$/stream/item {"id":1,"item":…}` any number of times, then `$/stream/end {"id":1}`.
//! - *Cancel* is `$/cancelRequest {"id":1}`; the call is answered with code cancelled.
//! - *Credit* is `$/stream/grant {"subscription":S,"items":N}`. A client that never grants is sent items as fast as its
//!   socket takes them. Once it grants, the stream waits for credit, and only the stream. With `"window":W` in the call
//!   the stream waits from the start, with credit for W items. A client that said `window` keeps to it for its own
//!   items, too: it sends W items at first, and more as the server grants them, `$/stream/grant {"id":1,"items":N}`. The
//!   server grants when the handler has taken half of W, or 32 KiB.
//! - *Back-pressure on a client without a window*: the server stops reading its socket while 256 KiB of one call's
//!   items wait for their handler. The client sees a socket that takes no more, and all that it sends later waits, a
//!   cancel too. The server waits for a slow handler as long as the handler takes items. A call whose handler takes
//!   none for 40 s fails with `resource_exhausted`, so that the other calls go on. With `window`, no call waits for
//!   another.
//! - *Messages without an answer*: notifications, even malformed ones, and responses (JSON-RPC, section 4.1). A
//!   malformed `$/stream/item` or `$/stream/grant` fails the call that it names. A message that is no request at all is
//!   answered with id `null`.
//!
//! # The connection
//! The handshake must be sound, and its `Origin` must be our own or one that [`Cors`] lets in. A page of another origin
//! opens without its user's cookies, unless [`Cors`] lets these in too. A browser can send its token as a subprotocol or
//! in the URL, see [`credentials`]. Interceptors may refuse the handshake
//! ([`Interceptor::connect`](crate::Interceptor::connect)).
//!
//! Every call has the headers of the handshake as metadata, and its URL as an extension ([`http::Uri`]). It also has the
//! extensions of the request: the identity of the client, and what layers and interceptors found out. A call's own
//! metadata goes before the handshake's of the same name. Names that browsers and proxies set (`cookie`, `origin`,
//! `forwarded`, `x-forwarded-…`) are taken from the handshake alone.
//!
//! The server pings silent clients, and drops them in the end. It also drops clients that take nothing for 40 s, even if
//! they send pings. Until then their calls are cancelled as they ask, and end at their deadlines. When the server drains,
//! calls with one response run to their end, streams end with `unavailable`, then the Close is 1001. When the client is
//! gone, its calls end. Calls of methods that may have changed something run on, within their deadline.

mod alive;
mod batch;
mod call;
pub(crate) mod channel;
mod close;
mod credentials;
mod credit;
mod dialect;
mod endpoint;
#[cfg(feature = "fuzzing")]
pub(in crate::transport) mod fuzzing;
mod handshake;
mod inbox;
mod leaving;
mod methods;
mod peer;
mod session;
mod signals;
mod socket;
mod stall;

use crate::call::budget::Reservation;
use crate::call::context::{Context, Inner, Transport};
use crate::call::form::HttpInput;
use crate::call::metadata::Metadata;
use crate::call::spec::Method;
use crate::log::Quoted;
use crate::net::cors::Cors;
use crate::net::exchange::Origin;
use crate::net::{Body, RequestBody};
use crate::transport::paths::{Conflict, Matcher, variables};
use crate::waist::handler::Connection;
use crate::waist::mounted::Mounted;
use dialect::json::Json;
use dialect::proto::Proto;
use endpoint::Endpoint;
use handshake::{Handshake, Refusal, Subprotocol, wants_websocket};
use http::{Response, request::Parts};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use methods::{Methods, Served};
use peer::Peer;
use polywire_codegen::transport::http::{Template, Verb};
use polywire_codegen::transport::ws::MULTIPLEXED;
use session::Session;
use socket::{Bounds, Kind, Socket};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The endpoints of a server.
pub(crate) struct Table {
    shared: Arc<Shared>,
    paths: Matcher<'static>,
    endpoints: Vec<(Arc<Served>, &'static Template)>,
    /// Places in the accept loop: it no longer counts a connection that was upgraded.
    places: Arc<Semaphore>,
}

/// The state that every connection needs.
struct Shared {
    mounted: Arc<Mounted>,
    methods: Methods,
}

/// The method whose endpoint a client asked for, and the part of its call that the URL holds.
struct Asked {
    at: usize,
    url: Option<HttpInput>,
    /// The kind of message to answer in when the client sends none.
    kind: Kind,
}

/// The endpoint that a request asks for.
pub(crate) enum Found {
    Multiplexed,
    Method(usize),
}

impl Table {
    /// Collects the endpoints of all methods.
    ///
    /// # Errors
    /// The endpoints that two methods have.
    pub(crate) fn new(mounted: &Arc<Mounted>) -> Result<Self, Vec<Conflict>> {
        let methods = Methods::new(mounted);
        let (mut paths, mut endpoints, mut conflicts) = (Matcher::new(), Vec::new(), Vec::new());
        for served in mounted.routes.iter().filter_map(|route| methods.get(route.method.full_name())) {
            let Some(template) = endpoint(served.method()) else { continue };
            match paths.add(Verb::Get, template, endpoints.len()) {
                Ok(()) => endpoints.push((Arc::clone(served), template)),
                Err(first) => {
                    conflicts.push(conflict(template, served.method(), endpoints[first].0.method()))
                }
            }
        }
        if !conflicts.is_empty() {
            return Err(conflicts);
        }
        let places = Arc::new(Semaphore::new(mounted.policy.limits.connections));
        let shared = Arc::new(Shared { mounted: Arc::clone(mounted), methods });
        Ok(Self { shared, paths, endpoints, places })
    }

    fn at(&self, path: &str) -> Option<Found> {
        // No endpoint has this path, but a variable in an endpoint's path may match it.
        if path == MULTIPLEXED {
            return Some(Found::Multiplexed);
        }
        self.paths.find(Verb::Get, path).map(Found::Method)
    }

    pub(crate) fn find(&self, parts: &Parts) -> Option<Found> {
        if wants_websocket(parts) { self.at(parts.uri.path()) } else { None }
    }

    /// The answer to a request without a handshake for one of our paths, when nobody else takes it.
    pub(crate) fn unknown(&self, parts: &Parts) -> Option<Response<Body>> {
        self.at(parts.uri.path()).map(|_| Refusal::not_websocket().into_response())
    }

    pub(crate) async fn call(
        &self,
        found: Found,
        parts: Parts,
        _: RequestBody,
        origin: Origin,
        cors: Option<&Cors>,
    ) -> Response<Body> {
        let (path, peer) = (parts.uri.path().to_owned(), origin.peer);
        self.open(found, parts, origin, cors).await.unwrap_or_else(|refusal| {
            let (policy, from) = (&self.shared.mounted.policy, (Transport::WebSocket, peer));
            policy.refused(from, || format!("GET {path}"), None, refusal.status());
            refusal.into_response()
        })
    }

    async fn open(
        &self,
        found: Found,
        mut parts: Parts,
        origin: Origin,
        cors: Option<&Cors>,
    ) -> Result<Response<Body>, Refusal> {
        let mounted = &self.shared.mounted;
        if mounted.draining.is_cancelled() {
            return Err(Refusal::unavailable("the server is shutting down"));
        }
        let mut handshake = Handshake::read(&mut parts, cors, origin.entrance)?;
        let url = match found {
            Found::Multiplexed => None,
            Found::Method(at) => self.url(at, &parts)?,
        };
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            Refusal::unavailable("the server has as many WebSocket connections as its limit allows")
        })?;
        let subprotocol = handshake.subprotocol();
        let headers = handshake.metadata(std::mem::take(&mut parts.headers));
        let peer = self.admit(headers, parts, &origin).await?;
        let (upgrade, accepted) = handshake.into_parts();
        match (found, subprotocol) {
            (Found::Method(at), subprotocol) => {
                let kind = match subprotocol {
                    Some(Subprotocol::Proto) => Kind::Binary,
                    Some(Subprotocol::Json) | None => Kind::Text,
                };
                self.spawn_endpoint(upgrade, peer, place, Asked { at, url, kind });
            }
            (Found::Multiplexed, Some(Subprotocol::Proto)) => {
                self.spawn_session::<Proto>(upgrade, peer, place)
            }
            (Found::Multiplexed, _) => self.spawn_session::<Json>(upgrade, peer, place),
        }
        Ok(accepted.into_response())
    }

    /// Asks the interceptors whether the connection may open. Extensions that they add are in each of its
    /// calls.
    async fn admit(&self, metadata: Metadata, parts: Parts, origin: &Origin) -> Result<Peer, Refusal> {
        let policy = &self.shared.mounted.policy;
        let mut extensions = parts.extensions;
        extensions.insert(parts.uri);
        let cx = Context::from_inner(Inner {
            metadata,
            extensions,
            transport: Transport::WebSocket,
            peer: origin.peer,
            policy: Some(Arc::clone(policy)),
            ..Inner::default()
        });
        let connection = Connection::open(policy, cx, policy.limits.header_timeout).await?;
        Ok(Peer::new(origin.peer, connection))
    }

    /// The request as the URL says it: when it has variables or a query, or when the request has no field.
    fn url(&self, at: usize, parts: &Parts) -> Result<Option<HttpInput>, Refusal> {
        let (served, template) = &self.endpoints[at];
        let variables = variables(template, parts.uri.path()).map_err(|error| Refusal::path(error.into()))?;
        // When the request has a field of this name, the parameter is that field, not a token.
        let has_field = served.position.has(credentials::PARAMETER);
        let query = parts.uri.query().and_then(|query| match has_field {
            true => Some(query.to_owned()),
            false => credentials::without_token(query),
        });
        let says = !variables.is_empty() || query.is_some() || served.position.most() == 0;
        Ok(says.then(|| HttpInput { variables, query, ..HttpInput::default() }))
    }

    fn spawn_session<D: dialect::Dialect>(
        &self,
        upgrade: OnUpgrade,
        peer: Peer,
        place: OwnedSemaphorePermit,
    ) {
        let shared = Arc::clone(&self.shared);
        self.shared.mounted.tasks.spawn(async move {
            if let Some(socket) = upgraded(upgrade, &shared).await {
                Session::<D, _>::new(shared, peer, socket).run().await;
            }
            drop(place);
        });
    }

    fn spawn_endpoint(&self, upgrade: OnUpgrade, peer: Peer, place: OwnedSemaphorePermit, asked: Asked) {
        let Asked { at, url, kind } = asked;
        let (shared, served) = (Arc::clone(&self.shared), Arc::clone(&self.endpoints[at].0));
        self.shared.mounted.tasks.spawn(async move {
            if let Some(socket) = upgraded(upgrade, &shared).await {
                let call = Endpoint::new(shared, served, peer, socket);
                call.begun(url, kind).run().await;
            }
            drop(place);
        });
    }
}

fn endpoint(method: &Method) -> Option<&Template> {
    method.plans.ws.as_ref().and_then(|plan| plan.endpoint.as_ref())
}

fn conflict(template: &Template, second: &Method, first: &Method) -> Conflict {
    let (first, second) = (first.full_name(), second.full_name());
    Conflict { route: template.to_string(), kind: "a WebSocket endpoint", first, second }
}

/// The connection, once our answer is out. `None` when the client went away before, or the server ends.
async fn upgraded(upgrade: OnUpgrade, shared: &Shared) -> Option<Socket<TokioIo<Upgraded>>> {
    let upgraded = tokio::select! {
        upgraded = upgrade => upgraded,
        () = shared.mounted.closing.cancelled() => return None,
    };
    match upgraded {
        Ok(io) => {
            let policy = &shared.mounted.policy;
            let (bounds, memory) = (Bounds::from(&*policy.limits), Reservation::of(policy));
            Some(Socket::server(TokioIo::new(io), &bounds, memory).await)
        }
        Err(error) => {
            tracing::debug!(error = %Quoted(error), "a WebSocket handshake was not finished");
            None
        }
    }
}
