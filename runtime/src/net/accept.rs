//! The accept loop: bounded connections, limits on every connection, a drain that finishes what runs.

use super::body::RequestBody;
use super::engine::{Engine, Origin};
use super::watch::{Link, Verdict, Watch, Watched};
use crate::limits::Limits;
use crate::mounted::Mounted;
use futures_util::FutureExt;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Serves one listener until the server drains; its connections go on as tasks of the server.
pub(crate) async fn serve(listener: TcpListener, engine: Arc<Engine>, mounted: Arc<Mounted>) {
    let builder = Arc::new(builder(&mounted.policy.limits));
    let places = Arc::new(Semaphore::new(mounted.policy.limits.connections));
    loop {
        let accepted = tokio::select! {
            biased;
            () = mounted.draining.cancelled() => return,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some((stream, peer, place)) = accepted else { continue };
        let connection =
            Connection { engine: Arc::clone(&engine), mounted: Arc::clone(&mounted), peer, _place: place };
        mounted.tasks.spawn(connection.run(stream, Arc::clone(&builder)));
    }
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            // Small frames must not wait for each other's acknowledgement; a socket that cannot is served all the same.
            let _ = stream.set_nodelay(true);
            Some((stream, peer, place))
        }
        Err(error) => {
            // Out of file descriptors, mostly: existing connections must get the time to end.
            tracing::warn!(%error, "cannot accept a connection");
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

fn builder(limits: &Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        // The connection's own watch knows of heads that never begin, too.
        .header_read_timeout(None)
        .max_headers(limits.h1_headers)
        .max_buf_size(limits.h1_buffer.max(8 << 10))
        .pipeline_flush(true);
    #[cfg(feature = "grpc")]
    builder
        .http2()
        .timer(TokioTimer::new())
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
    engine: Arc<Engine>,
    mounted: Arc<Mounted>,
    peer: SocketAddr,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    async fn run(self, stream: TcpStream, builder: Arc<Builder<TokioExecutor>>) {
        let engine = &self.engine;
        let link = Link::new(self.mounted.tasks.clone());
        let origin = Origin { peer: Some(self.peer), link: Some(Arc::clone(&link)) };
        let service = service_fn(|request: http::Request<hyper::body::Incoming>| {
            link.busy();
            let link = Arc::clone(&link);
            let answer = engine.handle(RequestBody::of(request), origin.clone());
            answer.map(move |response| Ok::<_, Infallible>(link.answered(response)))
        });
        let socket = TokioIo::new(Watched::new(stream, Arc::clone(&link)));
        let connection = builder.serve_connection_with_upgrades(socket, service);
        let mut connection = std::pin::pin!(connection);
        let limits = &self.mounted.policy.limits;
        let mut watch = Watch::new(Arc::clone(&link), limits);
        let mut draining = false;
        loop {
            tokio::select! {
                biased;
                () = self.mounted.closing.cancelled() => return,
                () = self.mounted.draining.cancelled(), if !draining => {
                    draining = true;
                    connection.as_mut().graceful_shutdown();
                }
                result = connection.as_mut() => {
                    if let Err(error) = result {
                        tracing::debug!(peer = %self.peer, error, "connection ended");
                    }
                    return;
                }
                verdict = poll_fn(|cx| watch.poll(cx, limits)) => match verdict {
                    Verdict::Retire => connection.as_mut().graceful_shutdown(),
                    Verdict::Cut(why) => {
                        tracing::debug!(peer = %self.peer, why, "connection cut");
                        return;
                    }
                },
            }
        }
    }
}
