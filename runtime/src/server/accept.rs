//! The accept loop: a bounded number of connections, limits on each one, and a drain that finishes running
//! calls.
//!
//! Some limits of HTTP/2 are h2's own. h2 counts resets: 20 before the accept, 128 of our own;
//! `scripts/faults` shows both. A window increment of 0 ends the connection at once: h2 treats it as a fault
//! of the whole connection, as RFC 9113, section 5.4.1, allows. h2 counts DATA frames of one byte or none
//! against the window of the connection. It answers PINGs and SETTINGS one at a time, and does not read on
//! from a peer that reads no answer.

use super::engine::Engine;
use crate::call::limits::Limits;
use crate::call::policy::GOODBYE;
use crate::log::Quoted;
use crate::net::body::RequestBody;
#[cfg(feature = "grpc")]
use crate::net::clock::Clock;
use crate::net::cork::Cork;
use crate::net::entrance::Entrance;
use crate::net::exchange::{Origin, ResponseFuture};
use crate::net::listen::{Accepted, Listener, Places};
use crate::net::proxies::Proxies;
use crate::net::proxies::preface::{self, Client};
use crate::net::streams::{Executor, Streams};
use crate::net::turns::Answering;
use crate::net::watch::{ConnectionNote, Connections, Link, Verdict, Watch, Watched};
use crate::waist::mounted::Mounted;
use crate::waist::supervise::{Supervisor, Trouble};
use http::Version;
use http_body::Body as _;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::Builder;
use std::future::{Future as _, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Poll, ready};
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;

/// The number of headers that hyper reads over HTTP/1.1 by default.
const HYPERS_HEADERS: usize = 100;

/// The parts that every connection of a listener starts with.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) engine: Arc<Engine>,
    /// The engine inside of its layers, if there are any.
    #[cfg(feature = "axum")]
    pub(crate) layered: Option<axum::Router>,
    pub(crate) mounted: Arc<Mounted>,
    /// Notes of the connections, if an operator may ask.
    pub(crate) noted: Option<Arc<Connections>>,
    /// The peers whose connections begin with a header of the PROXY protocol.
    pub(crate) prefaced: Option<Arc<Proxies>>,
    /// The TLS of TCP connections, if they use it.
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<crate::net::ServerTls>,
}

impl Door {
    /// Whether a connection begins with a TLS handshake.
    fn secures(&self, stream: &Accepted) -> bool {
        #[cfg(feature = "tls")]
        return self.tls.is_some() && matches!(stream, Accepted::Tcp(_));
        #[cfg(not(feature = "tls"))]
        {
            let _ = stream;
            false
        }
    }

    /// Does the TLS handshake, if there is to be one.
    async fn secure(&self, stream: Accepted) -> io::Result<Accepted> {
        #[cfg(feature = "tls")]
        let stream = match (&self.tls, stream) {
            (Some(tls), Accepted::Tcp(stream)) => {
                let acceptor = tokio_rustls::TlsAcceptor::from(tls.config());
                return Ok(Accepted::Tls(Box::new(acceptor.accept(stream).await?)));
            }
            (_, stream) => stream,
        };
        Ok(stream)
    }

    /// Answers a request, inside of the layers.
    fn answer(&self, request: http::Request<RequestBody>, origin: Origin) -> ResponseFuture {
        #[cfg(feature = "axum")]
        if let Some(router) = &self.layered {
            return self.engine.handle_in(router, request, origin);
        }
        self.engine.handle(request, origin)
    }
}

/// Serves one listener until the server drains. Its connections go on as tasks of the server.
pub(crate) async fn serve(listener: Listener, places: Places, door: Door) {
    let mut supervisor = Supervisor::new("accept loop", Trouble::told_by(&door.mounted.health));
    while supervisor.run(accept_all(&listener, &places, &door)).await.is_none() {}
}

async fn accept_all(listener: &Listener, places: &Places, door: &Door) {
    let mounted = &door.mounted;
    let entrance = listener.entrance();
    loop {
        let accepted = tokio::select! {
            biased;
            () = mounted.draining.cancelled() => return,
            accepted = accept(listener, places) => accepted,
        };
        let Some((stream, peer, place)) = accepted else { continue };
        let connection = Connection { door: door.clone(), peer, entrance, _place: place };
        mounted.tasks.spawn(connection.run(stream));
    }
}

/// Accepts the next connection, once there is a place for it.
async fn accept(
    listener: &Listener,
    places: &Places,
) -> Option<(Accepted, Option<SocketAddr>, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, place)),
        Err(error) => {
            // Mostly the process is out of file descriptors. Existing connections must get the time to end.
            tracing::warn!(%error, "cannot accept a connection");
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

fn builder(limits: &Limits, executor: Executor) -> Builder<Executor> {
    let mut builder = Builder::new(executor);
    builder
        .http1()
        // The connection's own watch also covers heads that never begin.
        .header_read_timeout(None)
        // `pipeline_flush` stays off. With it, hyper buffers answers without a limit for a peer that reads
        // none.
        .max_buf_size(limits.h1_buffer.max(8 << 10));
    // If hyper is told its own default, it clears room for that many headers at every request.
    if limits.h1_headers != HYPERS_HEADERS {
        builder.http1().max_headers(limits.h1_headers);
    }
    #[cfg(feature = "grpc")]
    builder
        .http2()
        .timer(Clock)
        .max_concurrent_streams(limits.streams)
        .initial_stream_window_size(limits.stream_window)
        .initial_connection_window_size(limits.connection_window)
        .max_header_list_size(limits.header_size)
        .max_send_buf_size(limits.send_buffer)
        .max_pending_accept_reset_streams(limits.pending_resets)
        .max_local_error_reset_streams(limits.local_resets)
        .keep_alive_interval(limits.keepalive_interval)
        .keep_alive_timeout(limits.keepalive_timeout);
    builder
}

struct Connection {
    door: Door,
    peer: Option<SocketAddr>,
    /// The entrance of the listener.
    entrance: Entrance,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    async fn run(mut self, stream: Accepted) {
        let Some(stream) = self.begin(stream).await else { return };
        let door = &self.door;
        let mounted = &door.mounted;
        let link = Link::new(mounted.tasks.clone());
        let mut streams = Streams::new();
        let turns = streams.turns().cloned();
        let origin = Origin {
            peer: self.peer,
            link: Some(Arc::clone(&link)),
            entrance: stream.entrance(self.entrance),
        };
        #[cfg(feature = "tls")]
        let identity = stream.identity();
        #[cfg_attr(not(feature = "tls"), allow(unused_mut, reason = "who the client is comes by TLS"))]
        let service = service_fn(|mut request: http::Request<hyper::body::Incoming>| {
            link.busy(!request.body().is_end_stream());
            #[cfg(feature = "tls")]
            if let Some(identity) = &identity {
                request.extensions_mut().insert(identity.clone());
            }
            let turns = turns.as_ref().filter(|_| request.version() == Version::HTTP_2).cloned();
            let answer = door.answer(RequestBody::of(request, &link), origin.clone());
            Answering::new(answer, Arc::clone(&link), turns)
        });
        let limits = &mounted.policy.limits;
        let builder = builder(limits, streams.executor());
        let note = self.door.noted.as_ref().map(|noted| {
            noted.enter(ConnectionNote {
                peer: self.peer,
                entrance: origin.entrance,
                link: Arc::clone(&link),
            })
        });
        let socket = Cork::new(Watched::new(stream, Arc::clone(&link), note));
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(socket.clone()), service);
        let mut connection = std::pin::pin!(connection);
        let mut watch = Watch::new(Arc::clone(&link), limits);
        let mut draining = false;
        // A peer that connected just before the drain has its request on the way. It gets a moment to come.
        let mut last_head: Option<Pin<Box<tokio::time::Sleep>>> = None;
        loop {
            // A server that closes has drained before.
            let told = if draining { &mounted.closing } else { &mounted.draining };
            tokio::select! {
                biased;
                () = told.cancelled() => {
                    if draining {
                        return;
                    }
                    draining = true;
                    if link.owes_head() {
                        last_head = Some(Box::pin(tokio::time::sleep(GOODBYE)));
                    } else {
                        connection.as_mut().graceful_shutdown();
                    }
                }
                result = poll_fn(|cx| {
                    let turn = ready!(streams.poll_turn(cx));
                    socket.hold();
                    let result = connection.as_mut().poll(cx);
                    drop(turn);
                    streams.poll(cx);
                    socket.release(cx);
                    match result {
                        Poll::Pending => socket.poll_lost(cx, link.is_listening()).map(|error| Err(error.into())),
                        done @ Poll::Ready(_) => done,
                    }
                }) => {
                    if let Err(error) = result {
                        tracing::debug!(peer = ?self.peer, error = %Quoted(error), "connection ended");
                    }
                    return;
                }
                () = poll_fn(|cx| match &mut last_head {
                    Some(late) if link.owes_head() => late.as_mut().poll(cx),
                    Some(_) => Poll::Ready(()),
                    None => Poll::Pending,
                }) => {
                    last_head = None;
                    connection.as_mut().graceful_shutdown();
                }
                verdict = poll_fn(|cx| watch.poll(cx, limits)) => match verdict {
                    Verdict::Retire => connection.as_mut().graceful_shutdown(),
                    Verdict::End => link.ending().begin(),
                    Verdict::Cut(why) => {
                        tracing::debug!(peer = ?self.peer, why, "connection cut");
                        return;
                    }
                },
            }
        }
    }

    /// Reads the header of a proxy if one is due, and does the TLS handshake if the listener uses TLS. Together they have
    /// the time of a handshake. `None` when that fails: there is no call to answer.
    async fn begin(&mut self, stream: Accepted) -> Option<Accepted> {
        let (peer, mounted) = (self.peer, Arc::clone(&self.door.mounted));
        let is_prefaced = self.door.prefaced.as_ref().is_some_and(|peers| peers.is_ours(peer, self.entrance));
        if !is_prefaced && !self.door.secures(&stream) {
            return Some(stream);
        }
        let begun = async {
            let mut stream = stream;
            if is_prefaced && let Client::At(client) = preface::read(&mut stream).await? {
                self.peer = Some(client);
            }
            self.door.secure(stream).await
        };
        let longest = mounted.policy.limits.handshake_timeout;
        let done = tokio::select! {
            biased;
            () = async {
                mounted.draining.cancelled().await;
                tokio::time::sleep(GOODBYE).await;
            } => return None,
            done = tokio::time::timeout(longest, begun) => done,
        };
        match done {
            Ok(Ok(stream)) => Some(stream),
            Ok(Err(error)) => {
                tracing::debug!(?peer, error = %Quoted(error), "a handshake failed");
                None
            }
            Err(_) => {
                tracing::debug!(?peer, "a handshake took too long");
                None
            }
        }
    }
}
