//! An answer of one message leaves its stream in one piece, though head and body are handed to HTTP/2 one after the other.
//!
//! Where streams are tasks, their connection may run beside them on another thread, and write a head whose body is not there yet.
//! A caller whose own deadline strikes between the two has an answer without content. So the two take turns: while a stream hands
//! over its answer, which takes no await, its connection waits, and while the connection runs, who has an answer waits.
//! Nobody blocks a thread, and a connection that waits goes before answers that come later.

use super::body::Body;
use super::watch::Link;
use crate::net::exchange::Answer;
use http::Response;
use pin_project_lite::pin_project;
use std::cell::Cell;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

thread_local! {
    /// Whether the stream that this thread polls hands over its answer.
    static HANDING_OVER: Cell<bool> = const { Cell::new(false) };
}

/// The turns of one connection.
#[derive(Default)]
pub(crate) struct Turns(Mutex<State>);

#[derive(Default)]
struct State {
    /// Whether the connection runs, or waits to.
    connection: bool,
    /// How many streams hand over an answer.
    streams: usize,
    /// Who is told when the last of them has.
    waiting_connection: Option<Waker>,
    /// Who is told when the connection has run.
    waiting_streams: Vec<Waker>,
}

impl Turns {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection's turn, once nobody hands over an answer.
    pub(crate) fn poll_connection(&self, cx: &mut Context<'_>) -> Poll<ConnectionsTurn<'_>> {
        let mut state = self.state();
        state.connection = true;
        if state.streams > 0 {
            state.waiting_connection = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(ConnectionsTurn(self))
    }

    /// The connection runs no more, for now or for ever.
    pub(crate) fn end_connection(&self) {
        let mut state = self.state();
        state.connection = false;
        let waiting = std::mem::take(&mut state.waiting_streams);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// A stream's turn, unless the connection has its own.
    fn poll_stream(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state();
        if state.connection {
            state.waiting_streams.push(cx.waker().clone());
            return Poll::Pending;
        }
        state.streams += 1;
        Poll::Ready(())
    }

    fn end_stream(&self) {
        let mut state = self.state();
        state.streams -= 1;
        let waiting = if state.streams == 0 { state.waiting_connection.take() } else { None };
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }
}

/// Held while the connection runs.
pub(crate) struct ConnectionsTurn<'a>(&'a Turns);

impl Drop for ConnectionsTurn<'_> {
    fn drop(&mut self) {
        self.0.end_connection();
    }
}

pin_project! {
    /// A stream that is a task of its own.
    pub(crate) struct InTurns<F> {
        #[pin]
        stream: F,
        turns: Arc<Turns>,
    }
}

impl<F> InTurns<F> {
    pub(crate) fn new(stream: F, turns: Arc<Turns>) -> Self {
        Self { stream, turns }
    }
}

impl<F: Future<Output = ()>> Future for InTurns<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let _end = StreamsTurn(this.turns);
        this.stream.poll(cx)
    }
}

/// Ends the turn of a stream, if this poll was one; panicking is an end.
struct StreamsTurn<'a>(&'a Turns);

impl Drop for StreamsTurn<'_> {
    fn drop(&mut self) {
        if HANDING_OVER.take() {
            self.0.end_stream();
        }
    }
}

/// An answer on its way to hyper.
pub(crate) struct Answering {
    answer: Answer,
    /// Until it is there.
    link: Option<Arc<Link>>,
    /// Of a stream that is a task.
    turns: Option<Arc<Turns>>,
    /// What waits for its turn.
    ready: Option<Box<Response<Body>>>,
}

impl Answering {
    pub(crate) fn new(answer: Answer, link: Arc<Link>, turns: Option<Arc<Turns>>) -> Self {
        Self { answer, link: Some(link), turns, ready: None }
    }
}

impl Future for Answering {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let response = match self.ready.take() {
            Some(response) => *response,
            None => {
                let response = ready!(self.answer.as_mut().poll(cx));
                match self.link.take() {
                    Some(link) => link.answered(response),
                    None => response,
                }
            }
        };
        if let Some(turns) = self.turns.as_ref().filter(|_| response.body().is_in_one_piece()) {
            if turns.poll_stream(cx).is_pending() {
                self.ready = Some(Box::new(response));
                return Poll::Pending;
            }
            HANDING_OVER.set(true);
        }
        Poll::Ready(Ok(response))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::future::poll_fn;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::task::Wake;
    use tokio_util::task::TaskTracker;

    /// Counts how often it is woken.
    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, SeqCst);
        }
    }

    fn waker() -> (Arc<Woken>, Waker) {
        let woken = Arc::new(Woken::default());
        (Arc::clone(&woken), Waker::from(woken))
    }

    fn answering(turns: &Arc<Turns>, body: Body) -> Answering {
        let answer = Box::pin(std::future::ready(Response::new(body)));
        Answering::new(answer, Link::new(TaskTracker::new()), Some(Arc::clone(turns)))
    }

    /// A stream as hyper's: it polls for the answer, sends the head, sends the body, all in one poll. `between` is what happens when
    /// only the head is sent.
    fn stream(turns: &Arc<Turns>, body: Body, mut between: impl FnMut()) -> impl Future<Output = ()> {
        let mut answering = answering(turns, body);
        let stream = poll_fn(move |cx| {
            let _response = ready!(Pin::new(&mut answering).poll(cx));
            between();
            Poll::Ready(())
        });
        InTurns::new(stream, Arc::clone(turns))
    }

    #[test]
    fn a_connection_does_not_run_between_the_head_and_the_body_of_an_answer() {
        let turns = Arc::new(Turns::default());
        let (woken, waker) = waker();
        let mut seen = Vec::new();
        let between = || {
            // As on another thread, whose connection something else has woken just now.
            let there = Arc::clone(&turns);
            let waker = waker.clone();
            let ran = std::thread::spawn(move || {
                there.poll_connection(&mut Context::from_waker(&waker)).is_ready()
            });
            seen.push((ran.join().expect("no panic"), woken.0.load(SeqCst)));
        };
        stream(&turns, Body::full("whole"), between).now_or_never().expect("an answer");
        assert_eq!(seen, [(false, 0)], "it waits");
        assert_eq!(woken.0.load(SeqCst), 1, "it is told when it may");
        assert!(turns.poll_connection(&mut Context::from_waker(&waker)).is_ready());
    }

    #[test]
    fn an_answer_waits_while_the_connection_runs() {
        let turns = Arc::new(Turns::default());
        let (woken, waker) = waker();
        let mut cx = Context::from_waker(&waker);
        let Poll::Ready(turn) = turns.poll_connection(&mut cx) else { panic!("nobody else has a turn") };
        let mut stream = Box::pin(stream(&turns, Body::full("whole"), || {}));
        assert!(stream.as_mut().poll(&mut cx).is_pending());
        drop(turn);
        assert_eq!(woken.0.load(SeqCst), 1);
        assert!(stream.as_mut().poll(&mut cx).is_ready());
    }

    #[test]
    fn a_connection_that_waits_goes_before_answers_that_come_later() {
        let turns = Arc::new(Turns::default());
        let (woken, waker) = waker();
        let mut cx = Context::from_waker(&waker);
        assert!(turns.poll_stream(&mut cx).is_ready());
        assert!(turns.poll_connection(&mut cx).is_pending());
        assert!(turns.poll_stream(&mut cx).is_pending());
        turns.end_stream();
        assert_eq!(woken.0.load(SeqCst), 1);
        assert!(turns.poll_connection(&mut cx).is_ready());
        assert_eq!(woken.0.load(SeqCst), 2);
    }

    #[test]
    fn a_stream_of_items_and_an_end_alone_wait_for_nobody() {
        let turns = Arc::new(Turns::default());
        let (_, waker) = waker();
        let mut cx = Context::from_waker(&waker);
        let _turn = turns.poll_connection(&mut cx);
        for body in [Body::empty(), Body::boxed(http_body_util::Full::new(bytes::Bytes::from("items")))] {
            assert!(Pin::new(&mut answering(&turns, body)).poll(&mut cx).is_ready());
        }
        assert!(!HANDING_OVER.get());
    }

    #[test]
    fn a_panic_ends_the_turn_of_a_stream() {
        let turns = Arc::new(Turns::default());
        let stream = stream(&turns, Body::full("whole"), || panic!("while the head is sent"));
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stream.now_or_never()));
        assert!(outcome.is_err());
        let (_, waker) = waker();
        assert!(turns.poll_connection(&mut Context::from_waker(&waker)).is_ready());
    }
}
