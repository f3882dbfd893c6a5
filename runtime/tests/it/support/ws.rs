//! A service with each kind of method, its server, and a stock client: tokio-tungstenite, used as its
//! documentation says.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "each test file is a crate of its own, and uses a part"
)]

pub mod client;

use super::{Serving, listen, start, until};
use polywire::{Code, Context, Detail, Limits, Message, Result, Server, Status, Streaming, service};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Note {
    pub id: i32,
    pub text: String,
}

#[service(package = "desk.v1")]
pub trait Desk {
    #[ws("/echo")]
    async fn echo(&self, note: Note) -> Result<Note>;

    #[ws("/notes/{id}")]
    async fn find(&self, id: i32, text: String) -> Result<Note>;

    async fn list(&self) -> Result<Vec<Note>>;

    async fn maybe(&self, there: bool) -> Result<Option<i64>>;

    /// Fails with this code, and a detail when it is 9.
    #[ws("/fail/{code}")]
    async fn fail(&self, code: i32) -> Result<()>;

    /// Fails with this message, and with a note of so many bytes, if of any.
    #[ws("/refuse")]
    async fn refuse(&self, message: String, detail: i32) -> Result<()>;

    #[ws("/panic/{when}")]
    async fn panic(&self, when: String) -> Result<Streaming<Note>>;

    /// Answers when the gate opens; counted when it does, and when it is dropped before.
    #[ws("/wait/{id}")]
    async fn wait(&self, id: i32) -> Result<Note>;

    /// As `wait`, but it reads only.
    #[idempotent]
    async fn look(&self, id: i32) -> Result<Note>;

    async fn context(&self, cx: Context) -> Result<Note>;

    #[ws("/count/{upto}")]
    async fn count(&self, cx: Context, upto: i32) -> Result<Streaming<Note>>;

    /// Items without end, each at hand and counted.
    #[ws("/flood")]
    async fn flood(&self) -> Result<Streaming<Note>>;

    /// An item, then silence.
    #[ws("/watch")]
    async fn watch(&self, note: Note) -> Result<Streaming<Note>>;

    #[ws("/sum")]
    async fn sum(&self, notes: Streaming<Note>) -> Result<Note>;

    #[ws("/chat")]
    async fn chat(&self, notes: Streaming<Note>) -> Result<Streaming<Note>>;

    /// Speaks first, then as `chat`.
    #[ws("/greet")]
    async fn greet(&self, notes: Streaming<Note>) -> Result<Streaming<Note>>;

    /// Does not return before it has an item.
    async fn shy(&self, cx: Context, notes: Streaming<Note>) -> Result<Streaming<Note>>;

    /// Takes an item whenever the gate lets it.
    #[ws("/slow")]
    async fn slow(&self, notes: Streaming<Note>) -> Result<Note>;
}

/// The tests' view of the handlers, and their hold on them.
#[derive(Debug)]
pub struct Hands {
    pub begun: AtomicU32,
    pub done: AtomicU32,
    pub dropped: AtomicU32,
    /// Items that streams handed out.
    pub made: AtomicU32,
    pub gate: Semaphore,
}

impl Hands {
    /// Lets that many calls or items through.
    pub fn open(&self, count: usize) {
        self.gate.add_permits(count);
    }

    async fn pass(&self) {
        self.gate.acquire().await.expect("an open gate").forget();
    }
}

/// The status with which [`Desk::refuse`] fails.
pub fn refusal(message: &str, detail: i32) -> Status {
    let status = Status::new(Code::FailedPrecondition, message.to_owned());
    match usize::try_from(detail) {
        Ok(0) | Err(_) => status,
        Ok(length) => status.with_detail(Detail::new(&note(1, &"d".repeat(length)))),
    }
}

/// Waits until `counter` is at least `count`.
pub async fn reaches(counter: &AtomicU32, count: u32) {
    until(&format!("{count} counted"), async || counter.load(Ordering::SeqCst) >= count).await;
}

/// Waits until no more items are asked for.
pub async fn until_nothing_is_made(hands: &Hands) {
    let (mut before, mut same) = (0, 0);
    while same < 10 {
        tokio::time::sleep(Duration::from_millis(30)).await;
        let made = hands.made.load(Ordering::SeqCst);
        same = if made > 0 && made == before { same + 1 } else { 0 };
        before = made;
    }
}

#[derive(Debug, Clone)]
pub struct Table(pub Arc<Hands>);

/// Counts a handler that is dropped before its end.
struct Running(Arc<Hands>, bool);

impl Drop for Running {
    fn drop(&mut self) {
        let counter = if self.1 { &self.0.done } else { &self.0.dropped };
        counter.fetch_add(1, Ordering::SeqCst);
    }
}

impl Table {
    fn begin(&self) -> Running {
        self.0.begun.fetch_add(1, Ordering::SeqCst);
        Running(Arc::clone(&self.0), false)
    }

    async fn wait(&self, id: i32) -> Result<Note> {
        let mut running = self.begin();
        self.0.pass().await;
        running.1 = true;
        Ok(Note { id, text: "waited".to_owned() })
    }
}

pub fn note(id: i32, text: &str) -> Note {
    Note { id, text: text.to_owned() }
}

fn echo(note: Note) -> Note {
    Note { text: format!("Echo: {}", note.text), ..note }
}

impl Desk for Table {
    async fn echo(&self, note: Note) -> Result<Note> {
        Ok(note)
    }

    async fn find(&self, id: i32, text: String) -> Result<Note> {
        Ok(Note { id, text })
    }

    async fn list(&self) -> Result<Vec<Note>> {
        Ok(vec![note(1, "one"), note(2, "two")])
    }

    async fn maybe(&self, there: bool) -> Result<Option<i64>> {
        Ok(there.then_some(7))
    }

    async fn fail(&self, code: i32) -> Result<()> {
        let code = Code::from_number(code).unwrap_or(Code::Unknown);
        let status = Status::new(code, format!("failed: {code}"));
        Err(if code == Code::FailedPrecondition {
            status.with_detail(Detail::new(&note(7, "why")))
        } else {
            status
        })
    }

    async fn refuse(&self, message: String, detail: i32) -> Result<()> {
        Err(refusal(&message, detail))
    }

    async fn panic(&self, when: String) -> Result<Streaming<Note>> {
        assert!(when != "call", "a secret");
        Ok(Streaming::from_items([note(1, ""), note(2, "")]).map(|note| {
            assert!(note.id < 2, "a secret");
            note
        }))
    }

    async fn wait(&self, id: i32) -> Result<Note> {
        self.wait(id).await
    }

    async fn look(&self, id: i32) -> Result<Note> {
        self.wait(id).await
    }

    async fn context(&self, cx: Context) -> Result<Note> {
        cx.append_header("x-reply", "one").expect("a header");
        cx.append_trailer("x-trail", "two").expect("a trailer");
        let seen: Vec<String> = cx.metadata().iter().map(|(key, value)| format!("{key}={value}")).collect();
        let left = cx.remaining().map_or(0, |left| left.as_millis());
        Ok(Note {
            id: i32::try_from(left).expect("a while"),
            text: format!("{} {}", cx.transport(), seen.join(" ")),
        })
    }

    async fn count(&self, cx: Context, upto: i32) -> Result<Streaming<Note>> {
        if upto < 0 {
            return Err(Status::invalid_argument("field `upto`: must not be negative"));
        }
        cx.append_header("x-reply", "one").expect("a header");
        cx.append_trailer("x-trail", "two").expect("a trailer");
        let hands = Arc::clone(&self.0);
        let running = self.begin();
        Ok(Streaming::new(futures_util::stream::iter(1..=upto).map_items(move |id| {
            let _held = &running;
            hands.made.fetch_add(1, Ordering::SeqCst);
            if id == 13 { Err(Status::data_loss("unlucky")) } else { Ok(note(id, "")) }
        })))
    }

    async fn flood(&self) -> Result<Streaming<Note>> {
        let (running, text) = (self.begin(), "again and again ".repeat(64));
        let hands = Arc::clone(&self.0);
        Ok(Streaming::new(futures_util::stream::repeat(()).map_items(move |()| {
            let _held = &running;
            hands.made.fetch_add(1, Ordering::SeqCst);
            Ok(note(1, &text))
        })))
    }

    async fn watch(&self, note: Note) -> Result<Streaming<Note>> {
        let running = self.begin();
        let (sender, items) = Streaming::channel(1);
        sender.send(note).await?;
        tokio::spawn(async move {
            sender.closed().await;
            drop(running);
        });
        Ok(items)
    }

    async fn sum(&self, mut notes: Streaming<Note>) -> Result<Note> {
        let mut running = self.begin();
        let mut sum = Note::default();
        while let Some(note) = notes.next().await? {
            sum.id += note.id;
            sum.text += &note.text;
        }
        running.1 = true;
        Ok(sum)
    }

    async fn chat(&self, notes: Streaming<Note>) -> Result<Streaming<Note>> {
        let mut running = self.begin();
        running.1 = true;
        Ok(notes.map(move |note| {
            let _held = &running;
            echo(note)
        }))
    }

    async fn greet(&self, notes: Streaming<Note>) -> Result<Streaming<Note>> {
        use futures_util::StreamExt;
        let hello = futures_util::stream::iter([Ok(note(0, "hello"))]);
        Ok(Streaming::new(hello.chain(notes.map(echo))))
    }

    async fn shy(&self, cx: Context, mut notes: Streaming<Note>) -> Result<Streaming<Note>> {
        let Some(first) = notes.next().await? else { return Err(Status::failed_precondition("no item")) };
        cx.append_header("x-reply", "late").expect("a header");
        Ok(Streaming::from_items([first]))
    }

    async fn slow(&self, mut notes: Streaming<Note>) -> Result<Note> {
        let mut count = 0;
        loop {
            self.0.pass().await;
            match notes.next().await? {
                Some(_) => count += 1,
                None => return Ok(note(count, "")),
            }
            self.0.made.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Maps a plain iterator's items to a stream.
trait MapItems: futures_util::Stream + Sized {
    fn map_items<T>(self, change: impl FnMut(Self::Item) -> T) -> impl futures_util::Stream<Item = T> {
        futures_util::StreamExt::map(self, change)
    }
}

impl<S: futures_util::Stream> MapItems for S {}

/// A server that runs, and the hands on its handlers.
#[derive(Debug)]
pub struct Served {
    pub address: SocketAddr,
    pub hands: Arc<Hands>,
    serving: Option<Serving>,
}

impl Served {
    /// A server that another function runs.
    pub fn at(address: SocketAddr, hands: Arc<Hands>) -> Self {
        Self { address, hands, serving: None }
    }

    fn serving(&mut self) -> &mut Serving {
        self.serving.as_mut().expect("a server of ours")
    }

    /// Tells the server to drain.
    pub fn stop(&mut self) {
        self.serving().stop();
    }

    /// Waits until the server has ended.
    pub async fn ended(&mut self) {
        self.serving().ended().await;
    }

    pub fn url(&self) -> String {
        format!("ws://{}", self.address)
    }
}

pub fn hands() -> Arc<Hands> {
    let zero = || AtomicU32::new(0);
    Arc::new(Hands { begun: zero(), done: zero(), dropped: zero(), made: zero(), gate: Semaphore::new(0) })
}

pub fn server(hands: &Arc<Hands>) -> Server {
    Server::new().service(DeskServer::new(Table(Arc::clone(hands))))
}

/// Serves [`Desk`] with the default limits.
pub async fn serve_desk() -> Served {
    serve_desk_with(Limits::default()).await
}

/// Serves [`Desk`] on a free port.
pub async fn serve_desk_with(limits: Limits) -> Served {
    serve_desk_on(listen().await.0, limits)
}

pub fn serve_desk_on(listener: TcpListener, limits: Limits) -> Served {
    let address = listener.local_addr().expect("an address");
    let hands = hands();
    let server = server(&hands).limits(limits.drain_delay(Duration::ZERO)).listener(listener);
    let server = server.trusted_proxies(["127.0.0.1"]);
    Served { address, hands, serving: Some(start(server)) }
}
