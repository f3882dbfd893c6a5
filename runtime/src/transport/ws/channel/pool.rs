//! The connections of a channel: one at first, and more as the calls of each are used up. All callers without
//! a connection wait for the same attempt, and fail with it.

use super::backoff::{Backoff, Wanted};
use super::dial::Dialer;
use super::driver::Driver;
use super::line::Line;
use super::lost;
use crate::call::status::{Result, Status};
use crate::channel::{Endpoint, WsOptions};
use crate::transport::ws::dialect::client::ClientDialect;
use crate::waist::supervise::caught;
use futures_core::future::BoxFuture;
use futures_util::FutureExt;
use futures_util::future::Shared;
use polywire_codegen::model::Shape;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The connections of one channel.
pub(super) struct Pool<D> {
    dialer: Dialer,
    most: WsOptions,
    state: Mutex<State>,
    dialect: PhantomData<fn() -> D>,
}

#[derive(Default)]
struct State {
    open: Vec<Open>,
    /// The connection on its way.
    attempt: Option<Attempt>,
    backoff: Backoff,
    /// The serial number of the next connection.
    next: u64,
}

type Attempt = Shared<BoxFuture<'static, Result<()>>>;

/// A connection that was up, and the number of its calls.
struct Open {
    serial: u64,
    line: Arc<Line>,
    load: Load,
}

#[derive(Debug, Clone, Copy, Default)]
struct Load {
    calls: usize,
    streams: usize,
}

impl Load {
    fn of(&mut self, kind: Kind) -> &mut usize {
        match kind {
            Kind::Call => &mut self.calls,
            Kind::Stream => &mut self.streams,
        }
    }

    const fn carries(self, kind: Kind) -> usize {
        match kind {
            Kind::Call => self.calls,
            Kind::Stream => self.streams,
        }
    }

    fn is_none(self) -> bool {
        self.calls == 0 && self.streams == 0
    }
}

/// Kinds of calls that a server counts separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Call,
    Stream,
}

impl Kind {
    fn of(shape: Shape) -> Self {
        match shape {
            Shape::Unary => Self::Call,
            Shape::ServerStream | Shape::ClientStream | Shape::Bidi => Self::Stream,
        }
    }

    fn most(self, most: &WsOptions) -> usize {
        match self {
            Self::Call => most.calls,
            Self::Stream => most.streams,
        }
    }
}

/// A call's place on a connection, until it is dropped.
pub(super) struct Place<D: ClientDialect> {
    pool: Arc<Pool<D>>,
    serial: u64,
    kind: Kind,
    line: Arc<Line>,
}

impl<D: ClientDialect> Place<D> {
    pub(super) fn line(&self) -> Arc<Line> {
        Arc::clone(&self.line)
    }
}

impl<D: ClientDialect> Drop for Place<D> {
    fn drop(&mut self) {
        self.pool.give_back(self.serial, self.kind);
    }
}

impl<D: ClientDialect> Pool<D> {
    pub(super) fn new(endpoint: &Endpoint) -> Result<Self> {
        Ok(Self {
            dialer: Dialer::new(endpoint, D::SUBPROTOCOL)?,
            most: endpoint.ws.clone(),
            state: Mutex::default(),
            dialect: PhantomData,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a connection is up.
    pub(super) fn is_up(&self) -> bool {
        self.lock().open.iter().any(|open| open.line.is_up())
    }

    /// Opens a connection, unless one is up.
    pub(super) async fn connect(self: &Arc<Self>) -> Result<()> {
        if self.is_up() {
            return Ok(());
        }
        let attempt = self.attempt(&mut self.lock());
        attempt.await
    }

    /// A place for a call, on a connection that is up or was up a moment ago.
    ///
    /// # Errors
    /// The reason why there is no connection, or that all connections that are allowed are full.
    pub(super) async fn place(self: &Arc<Self>, shape: Shape) -> Result<Place<D>> {
        let kind = Kind::of(shape);
        loop {
            let attempt = {
                let mut state = self.lock();
                state.open.retain(|open| open.line.is_up());
                if let Some(place) = self.take(&mut state, kind) {
                    return Ok(place);
                }
                if state.open.len() >= self.most.connections.max(1) {
                    return Err(self.full(kind));
                }
                self.attempt(&mut state)
            };
            attempt.await.map_err(Status::unsent)?;
        }
    }

    fn take(self: &Arc<Self>, state: &mut State, kind: Kind) -> Option<Place<D>> {
        let most = kind.most(&self.most).max(1);
        let open = state.open.iter_mut().find(|open| open.load.carries(kind) < most)?;
        *open.load.of(kind) += 1;
        Some(Place { pool: Arc::clone(self), serial: open.serial, kind, line: Arc::clone(&open.line) })
    }

    /// Takes a place back. Closes a connection without calls, unless it is the only one.
    fn give_back(&self, serial: u64, kind: Kind) {
        let mut state = self.lock();
        let Some(at) = state.open.iter().position(|open| open.serial == serial) else { return };
        let load = &mut state.open[at].load;
        *load.of(kind) = load.of(kind).saturating_sub(1);
        if load.is_none() && state.open.len() > 1 {
            state.open.remove(at);
        }
    }

    fn full(&self, kind: Kind) -> Status {
        let (most, what) = match kind {
            Kind::Call => (self.most.calls, "calls"),
            Kind::Stream => (self.most.streams, "streams"),
        };
        Status::resource_exhausted(format!(
            "each of {} connections carries {most} {what}, their limit; see `Endpoint::connections`",
            self.most.connections
        ))
    }

    /// The attempt under way, or a new one. It goes on even if nobody waits for it.
    fn attempt(self: &Arc<Self>, state: &mut State) -> Attempt {
        if let Some(attempt) = state.attempt.as_ref().filter(|attempt| attempt.peek().is_none()) {
            return attempt.clone();
        }
        let wanted = if state.open.is_empty() { Wanted::Any } else { Wanted::More };
        let (pool, pause) = (Arc::clone(self), state.backoff.pause(wanted));
        let dialling = tokio::spawn(async move {
            if let Some(pause) = pause {
                tokio::time::sleep_until(pause).await;
            }
            pool.dial().await
        });
        let attempt = async move { dialling.await.unwrap_or_else(|_| Err(lost())) }.boxed().shared();
        state.attempt = Some(attempt.clone());
        attempt
    }

    async fn dial(&self) -> Result<()> {
        let socket = self.dialer.dial().await;
        let mut state = self.lock();
        state.attempt = None;
        state.backoff.note(socket.is_ok());
        let (line, ends) = Line::new();
        // A panic ends only this connection: its calls fail, and the next call opens another one.
        tokio::spawn(caught("connection of a WebSocket client", Driver::<D>::new(socket?, ends).run()));
        let serial = state.next;
        state.next += 1;
        state.open.push(Open { serial, line: Arc::new(line), load: Load::default() });
        Ok(())
    }
}
