//! The socket that lapin works with. It is opened like every other wire's (`dial`), with a [`Screened`]
//! around it. So TCP and TLS are those of every other client, with the same roots, names, certificates and
//! errors. lapin's own TLS was 54 crates, PKCS#12 with DES and RC2 among them.
//!
//! lapin takes the type of a connection from its runtime. So this runtime is tokio's, with another type of
//! connection.

use super::screen::Screened;
use crate::channel::dial::Io;
use async_rs::traits::{Executor, Reactor, RuntimeKit};
use async_rs::util::Task;
use async_rs::{Runtime, Tokio};
use futures_core::Stream;
use futures_io::{AsyncRead, AsyncWrite};
use lapin::tcp::AsyncTcpStream;
use lapin::uri::AMQPUri;
use lapin::{Connection, ConnectionProperties};
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::compat::{Compat, TokioAsyncReadCompatExt};

/// Speaks AMQP over an open socket. lapin asks for the socket once, since its own recovery is off.
pub(super) async fn speak(
    io: Io,
    uri: AMQPUri,
    properties: ConnectionProperties,
) -> lapin::Result<Connection> {
    let socket = Mutex::new(Some(io));
    let open = async move |_: AMQPUri, _: Runtime<Kit>| {
        let io = socket.lock().unwrap_or_else(PoisonError::into_inner).take();
        let io = io.ok_or_else(unsupported)?;
        Ok(AsyncTcpStream::Plain(Screened::new(io.compat())))
    };
    Connection::connector(uri, Runtime::new(Kit(Tokio::current())), open, properties).await
}

fn unsupported() -> io::Error {
    io::ErrorKind::Unsupported.into()
}

#[derive(Clone, Debug)]
struct Kit(Tokio);

impl RuntimeKit for Kit {}

impl Executor for Kit {
    type Task<T: Send + 'static> = <Tokio as Executor>::Task<T>;

    fn block_on<T, F: Future<Output = T>>(&self, future: F) -> T {
        self.0.block_on(future)
    }

    fn spawn<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
        &self,
        future: F,
    ) -> Task<Self::Task<T>> {
        self.0.spawn(future)
    }

    fn spawn_blocking<T: Send + 'static, F: FnOnce() -> T + Send + 'static>(
        &self,
        work: F,
    ) -> Task<Self::Task<T>> {
        self.0.spawn_blocking(work)
    }
}

impl Reactor for Kit {
    type TcpStream = Screened<Compat<Io>>;
    type Sleep = <Tokio as Reactor>::Sleep;

    /// Refuses sockets of other libraries. lapin uses none here.
    fn register<H: Read + Write + Send + 'static>(
        &self,
        _: H,
    ) -> io::Result<impl AsyncRead + AsyncWrite + Send + Unpin + 'static> {
        Err::<Self::TcpStream, _>(unsupported())
    }

    fn sleep(&self, time: Duration) -> Self::Sleep {
        self.0.sleep(time)
    }

    fn interval(&self, time: Duration) -> impl Stream<Item = Instant> + Send + 'static {
        self.0.interval(time)
    }

    /// Refuses to open a socket. lapin never opens one by itself here.
    fn tcp_connect_addr(
        &self,
        _: SocketAddr,
    ) -> impl Future<Output = io::Result<Self::TcpStream>> + Send + 'static {
        std::future::ready(Err(unsupported()))
    }
}
