//! Rules that hold for every call on every wire: its deadline, its place, its guard.

#![allow(clippy::expect_used)]

mod aging;
mod current;
mod drain;
mod guard;
mod message;
mod parts;
mod places;
mod proxies;
mod taking;
mod times;
mod uploads;

use crate::support::listen;
use futures_util::stream::{self, StreamExt};
use polywire::{
    BoxFuture, Caller, Context, Endpoint, Interceptor, Limits, Message, Metadata, Method, Outcome, Result,
    Server, Streaming, service,
};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use tokio_util::sync::CancellationToken;

#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Note {
    pub text: String,
}

#[service(package = "ward.v1")]
pub trait Ward {
    /// The same text.
    #[http(POST "/ask")]
    #[ws("/ask")]
    async fn ask(&self, note: Note) -> Result<Note>;

    /// Never answers.
    #[http(POST "/hang")]
    #[ws("/hang")]
    async fn hang(&self, note: Note) -> Result<Note>;

    /// One note, then silence.
    #[http(GET "/watch")]
    #[ws("/watch")]
    async fn watch(&self) -> Result<Streaming<Note>>;

    /// The same, for a minute.
    #[method(idle = "1m")]
    async fn glance(&self) -> Result<Streaming<Note>>;

    /// Large notes without an end.
    #[http(GET "/flood")]
    #[ws("/flood")]
    async fn flood(&self) -> Result<Streaming<Note>>;

    /// All texts in one.
    #[http(POST "/gather")]
    #[ws("/gather")]
    async fn gather(&self, notes: Streaming<Note>) -> Result<Note>;

    /// Takes notes until their end, however it comes, and never answers.
    async fn outlast(&self, notes: Streaming<Note>) -> Result<Note>;

    /// Every note back.
    #[http(POST "/talk")]
    #[ws("/talk")]
    async fn talk(&self, notes: Streaming<Note>) -> Result<Streaming<Note>>;

    /// What its current context says.
    #[http(POST "/tell")]
    #[ws("/tell")]
    async fn tell(&self, note: Note) -> Result<Note>;

    /// The same, from within the stream.
    #[http(GET "/tell_all")]
    #[ws("/tell_all")]
    async fn tell_all(&self) -> Result<Streaming<Note>>;

    /// What the next one is told, without and with something added.
    async fn pass_on(&self, note: Note) -> Result<Note>;
}

/// Counts the handlers that live.
#[derive(Debug, Clone, Default)]
pub struct Nurse {
    living: Arc<AtomicUsize>,
    /// The service that it calls in turn.
    next: Arc<OnceLock<WardClient>>,
}

#[derive(Debug)]
struct Alive(Arc<AtomicUsize>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Nurse {
    fn alive(&self) -> Alive {
        self.living.fetch_add(1, Ordering::SeqCst);
        Alive(Arc::clone(&self.living))
    }

    /// Waits until so many handlers live.
    pub async fn lives(&self, count: usize) {
        while self.living.load(Ordering::SeqCst) != count {
            tokio::task::yield_now().await;
        }
    }
}

impl Ward for Nurse {
    async fn ask(&self, note: Note) -> Result<Note> {
        Ok(note)
    }

    async fn hang(&self, _: Note) -> Result<Note> {
        let _alive = self.alive();
        std::future::pending().await
    }

    async fn watch(&self) -> Result<Streaming<Note>> {
        let alive = self.alive();
        let rest = stream::once(async move {
            let _alive = alive;
            std::future::pending().await
        });
        Ok(Streaming::new(stream::iter([Ok(note("first"))]).chain(rest)))
    }

    async fn glance(&self) -> Result<Streaming<Note>> {
        self.watch().await
    }

    async fn flood(&self) -> Result<Streaming<Note>> {
        let alive = self.alive();
        let notes = stream::repeat_with(move || {
            let _alive = &alive;
            Ok(note(&"x".repeat(16 << 10)))
        });
        Ok(Streaming::new(notes))
    }

    async fn gather(&self, mut notes: Streaming<Note>) -> Result<Note> {
        let _alive = self.alive();
        let mut all = String::new();
        while let Some(note) = notes.next().await? {
            all.push_str(&note.text);
        }
        Ok(note(&all))
    }

    async fn outlast(&self, mut notes: Streaming<Note>) -> Result<Note> {
        let _alive = self.alive();
        while let Ok(Some(_)) = notes.next().await {}
        std::future::pending().await
    }

    async fn talk(&self, notes: Streaming<Note>) -> Result<Streaming<Note>> {
        Ok(notes)
    }

    async fn tell(&self, _: Note) -> Result<Note> {
        Ok(current::told())
    }

    async fn tell_all(&self) -> Result<Streaming<Note>> {
        let later = stream::once(async {
            tokio::task::yield_now().await;
            Ok(current::told())
        });
        Ok(Streaming::new(Box::pin(later)))
    }

    async fn pass_on(&self, _: Note) -> Result<Note> {
        current::pass_on(self.next.get().expect("another")).await
    }
}

pub fn note(text: &str) -> Note {
    Note { text: text.to_owned() }
}

/// Does what the call's metadata asks for.
#[derive(Debug)]
pub struct Trip;

/// The key that [`Trip`] reads.
pub const TRIP: &str = "x-trip";

impl Interceptor for Trip {
    fn before<'a>(&'a self, cx: Context, _: &'static Method) -> BoxFuture<'a, Result<Context>> {
        let trip = cx.metadata().get(TRIP).unwrap_or_default().to_owned();
        assert_ne!(trip, "at once", "a secret");
        Box::pin(async move {
            match trip.as_str() {
                "later" => {
                    tokio::task::yield_now().await;
                    panic!("a secret")
                }
                "never" => std::future::pending().await,
                _ => Ok(cx.with_extension(current::Guest("bob"))),
            }
        })
    }

    fn after(&self, cx: &Context, _: &'static Method, _: &Outcome<'_>) {
        assert_ne!(cx.metadata().get(TRIP), Some("at the end"), "a secret");
    }
}

/// A context whose metadata asks for `trip`.
pub fn tripping(trip: &str) -> Context {
    let mut metadata = Metadata::new();
    metadata.append(TRIP, trip).expect("sound");
    Context::new().with_metadata(&metadata)
}

/// A way to call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    Local,
    Grpc,
    GrpcWeb,
    Connect,
    Rpc,
    Memory,
}

impl Wire {
    pub const ALL: [Self; 6] =
        [Self::Local, Self::Grpc, Self::GrpcWeb, Self::Connect, Self::Rpc, Self::Memory];

    /// The wires that carry streams of requests.
    pub fn with_uploads() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|wire| *wire != Self::Memory)
    }
}

/// A running server, a client of it, and its living handlers.
pub struct Open {
    /// Begins the drain.
    pub stop: CancellationToken,
    pub ward: WardClient,
    pub nurse: Nurse,
    pub address: SocketAddr,
}

/// Serves under these limits, with [`Trip`] before every call.
pub async fn open(wire: Wire, limits: Limits) -> Open {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let broker = format!("memory:waist{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let nurse = Nurse::default();
    let server = || {
        let service = WardServer::new(nurse.clone());
        Server::new().limits(limits.clone()).interceptor(Trip).service(service)
    };
    let (listener, address) = listen().await;
    if wire == Wire::Local {
        let ward = WardClient::from_caller(Caller::new(server().into_local()));
        return Open { stop: CancellationToken::new(), ward, nurse, address };
    }
    let served = server().amqp(&broker).listener(listener);
    let stop = CancellationToken::new();
    tokio::spawn(served.serve_until(stop.clone().cancelled_owned()));
    let url = match wire {
        Wire::Grpc => format!("grpc://{address}"),
        Wire::GrpcWeb => format!("grpcweb://{address}"),
        Wire::Local | Wire::Connect => format!("http://{address}"),
        Wire::Rpc => format!("ws://{address}"),
        Wire::Memory => broker,
    };
    let ward = WardClient::connect(Endpoint::new(url)).await.expect("a connection");
    Open { stop, ward, nurse, address }
}
