//! A caller's own stream of requests that fails, panics or is dropped: only that call ends.

use super::{Note, Open, Ward, Wire, note, open};
use futures_util::stream::{self, Stream, StreamExt};
use polywire::{Code, Endpoint, HttpVersion, Limits, Result, Status, Streaming};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

/// Longer than any step takes. The calls have no deadlines, so no test waits for one.
const PATIENCE: Duration = Duration::from_secs(10);

/// The place where a stream goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The first poll.
    AtOnce,
    /// A poll after an item and a wait.
    Later,
    /// The drop, after the last item.
    AtTheEnd,
    /// An error from the stream itself.
    Refused,
}

/// A stream whose drop is counted, and may panic.
struct Items {
    items: Pin<Box<dyn Stream<Item = Result<Note>> + Send>>,
    dropped: Arc<AtomicUsize>,
    panics: bool,
}

impl Stream for Items {
    type Item = Result<Note>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Result<Note>>> {
        self.items.as_mut().poll_next(task)
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        self.dropped.fetch_add(1, Ordering::SeqCst);
        assert!(!self.panics, "a secret");
    }
}

fn streaming(
    items: impl Stream<Item = Result<Note>> + Send + 'static,
    panics: bool,
) -> (Streaming<Note>, Arc<AtomicUsize>) {
    let dropped = Arc::new(AtomicUsize::new(0));
    let items = Items { items: Box::pin(items), dropped: Arc::clone(&dropped), panics };
    (Streaming::new(items), dropped)
}

fn faulty(fault: Fault) -> Streaming<Note> {
    let first = stream::iter([Ok(note("first"))]);
    let wait = || tokio::time::sleep(Duration::from_millis(50));
    match fault {
        Fault::AtOnce => Streaming::new(stream::poll_fn(|_| panic!("a secret"))),
        Fault::Later => Streaming::new(first.chain(stream::once(Box::pin(async move {
            wait().await;
            panic!("a secret")
        })))),
        Fault::AtTheEnd => streaming(first, true).0,
        Fault::Refused => Streaming::new(first.chain(stream::once(Box::pin(async move {
            wait().await;
            Err(Status::data_loss("the disk is broken"))
        })))),
    }
}

async fn soon<T>(what: &str, call: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, call).await.unwrap_or_else(|_| panic!("{what}: it hangs"))
}

/// The call that sends them.
#[derive(Debug, Clone, Copy)]
enum To {
    Gather,
    Outlast,
    Talk,
}

/// The status of a call whose requests are `notes`.
async fn status_of(ward: &impl Ward, to: To, notes: Streaming<Note>) -> Status {
    let answers = match to {
        To::Gather => return ward.gather(notes).await.expect_err("a failure"),
        To::Outlast => return ward.outlast(notes).await.expect_err("a failure"),
        To::Talk => ward.talk(notes).await,
    };
    match answers {
        Ok(answers) => answers.collect().await.expect_err("a failure"),
        Err(status) => status,
    }
}

async fn try_all(name: &str, ward: &impl Ward, carries: bool) {
    let mut beside = ward.watch().await.expect("a stream");
    assert_eq!(beside.next().await, Ok(Some(note("first"))), "{name}");
    for fault in [Fault::AtOnce, Fault::Later, Fault::AtTheEnd, Fault::Refused] {
        for to in [To::Gather, To::Outlast, To::Talk] {
            let what = format!("{name}, {fault:?}, {to:?}");
            let status = soon(&what, status_of(ward, to, faulty(fault))).await;
            match fault {
                _ if !carries => assert_eq!(status.code(), Code::Unimplemented, "{what}"),
                Fault::Refused => assert_eq!(status, Status::data_loss("the disk is broken"), "{what}"),
                _ => assert_eq!(status, Status::internal("internal error"), "{what}"),
            }
            assert_eq!(soon(&what, ward.ask(note("after"))).await, Ok(note("after")), "{what}");
        }
    }
    let next = futures_util::poll!(Box::pin(beside.next()).as_mut());
    assert!(next.is_pending(), "{name}: its neighbour lives, {next:?}");
}

#[tokio::test]
async fn a_panic_of_a_callers_stream_is_its_calls_failure() {
    for wire in Wire::ALL {
        let Open { ward, nurse, .. } = open(wire, Limits::default()).await;
        try_all(&format!("{wire:?}"), &ward, wire != Wire::Memory).await;
        soon("handlers", nurse.lives(0)).await;
    }
}

#[tokio::test]
async fn so_it_is_where_a_call_has_a_connection_to_itself() {
    let Open { address, .. } = open(Wire::Connect, Limits::default()).await;
    for scheme in ["http", "grpcweb"] {
        let endpoint = Endpoint::new(format!("{scheme}://{address}")).http_version(HttpVersion::Http1);
        let ward = super::WardClient::connect(endpoint).await.expect("a connection");
        try_all(scheme, &ward, true).await;
    }
}

/// The call is dropped in the middle, and with it the caller's stream, wherever it runs. A panic in its drop
/// harms nobody.
#[tokio::test]
async fn a_call_that_is_dropped_drops_its_requests() {
    for wire in Wire::with_uploads() {
        for panics in [false, true] {
            let Open { ward, nurse, .. } = open(wire, Limits::default()).await;
            let mut beside = ward.watch().await.expect("a stream");
            assert_eq!(beside.next().await, Ok(Some(note("first"))), "{wire:?}");
            let endless = stream::iter([Ok(note("first"))]).chain(stream::pending());
            let (notes, dropped) = streaming(endless, panics);
            let mut call = Box::pin(ward.gather(notes));
            tokio::select! {
                biased;
                answer = &mut call => panic!("{wire:?}: {answer:?}"),
                () = nurse.lives(2) => {}
            }
            drop(call);
            soon(&format!("{wire:?}"), nurse.lives(1)).await;
            soon(&format!("{wire:?}"), async {
                while dropped.load(Ordering::SeqCst) == 0 {
                    tokio::task::yield_now().await;
                }
            })
            .await;
            assert_eq!(ward.ask(note("after")).await, Ok(note("after")), "{wire:?}");
            let next = futures_util::poll!(Box::pin(beside.next()).as_mut());
            assert!(next.is_pending(), "{wire:?}: its neighbour lives");
        }
    }
}
