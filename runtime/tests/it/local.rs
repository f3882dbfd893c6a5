//! Calls in process: they have a server's limits and interceptors, and the default ones unless the test sets
//! others.
#![cfg(feature = "macros")]
#![allow(clippy::expect_used)]

mod sendable;

use bytes::Bytes;
use polywire::{
    BoxFuture, Caller, Channel, Code, Codec, Context, Interceptor, Limits, Method, Outcome, Payload, Result,
    Server, Status, Streaming, local, service,
};
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::Instant;

#[service(package = "desk.v1")]
trait Desk {
    /// Never answers.
    async fn hang(&self) -> Result<()>;
    /// Answers after so many seconds.
    async fn nap(&self, seconds: u32) -> Result<()>;
    /// One number, then silence.
    async fn drip(&self) -> Result<Streaming<Number>>;
}

#[derive(Debug, Clone, PartialEq, polywire::Message)]
struct Number {
    value: u32,
}

#[derive(Debug)]
struct Table;

impl Desk for Table {
    async fn hang(&self) -> Result<()> {
        pending().await
    }

    async fn nap(&self, seconds: u32) -> Result<()> {
        tokio::time::sleep(Duration::from_secs(seconds.into())).await;
        Ok(())
    }

    async fn drip(&self) -> Result<Streaming<Number>> {
        use futures_util::stream::{self, StreamExt};
        let first = stream::iter([Ok(Number { value: 1 })]);
        Ok(Streaming::new(first.chain(stream::pending())))
    }
}

/// The time that a call and a stream's pause may last, on a clock that jumps to the next timer.
async fn patience(desk: &DeskClient) -> (Duration, Duration) {
    let begun = Instant::now();
    let status = desk.hang().await.expect_err("too long");
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");
    let call = begun.elapsed();

    let begun = Instant::now();
    let mut numbers = desk.drip().await.expect("a stream");
    assert_eq!(numbers.next().await, Ok(Some(Number { value: 1 })));
    let status = numbers.next().await.expect_err("too long");
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");
    (call.round(), begun.elapsed().round())
}

trait Round {
    /// Rounds down to seconds: the clock has milliseconds.
    fn round(self) -> Self;
}

impl Round for Duration {
    fn round(self) -> Self {
        Self::from_secs(self.as_secs())
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_in_process_has_the_default_limits() {
    let defaults = Limits::default();
    let desk = DeskClient::local(Table);
    let begun = Instant::now();
    assert_eq!(desk.hang().await.expect_err("too long").code(), Code::DeadlineExceeded);
    assert_eq!(begun.elapsed().round(), Duration::from_secs(30));
    assert_eq!((defaults.unary_timeout.as_secs(), defaults.stream_idle_timeout), (30, None));
}

#[tokio::test(start_paused = true)]
async fn a_server_in_process_has_its_own() {
    let limits = Limits::default()
        .unary_timeout(Duration::from_secs(7))
        .stream_idle_timeout(Some(Duration::from_secs(11)))
        .calls_in_flight(1);
    let calls = Arc::new(AtomicU32::new(0));
    let server = Server::new().limits(limits).interceptor(Counting(Arc::clone(&calls)));
    let desk = DeskClient::from_caller(Caller::new(server.service(DeskServer::new(Table)).into_local()));
    assert_eq!(patience(&desk).await, (Duration::from_secs(7), Duration::from_secs(11)));
    assert_eq!(calls.load(Ordering::SeqCst), 2);

    // The caller's own deadline wins.
    let soon = Context::new().with_timeout(Duration::from_secs(2));
    let begun = Instant::now();
    assert_eq!(soon.scope(desk.hang()).await.expect_err("too long").code(), Code::DeadlineExceeded);
    assert_eq!(begun.elapsed().round(), Duration::from_secs(2));

    let (first, second) = tokio::join!(desk.hang(), desk.hang());
    assert_eq!(first.expect_err("too long").code(), Code::DeadlineExceeded);
    assert_eq!(second.expect_err("overload").code(), Code::ResourceExhausted);
}

/// On a machine that stands still for a while, an answer and the deadline before it are ready at once.
#[tokio::test(start_paused = true)]
async fn a_deadline_goes_before_an_answer_that_came_after_it() {
    let desk = DeskClient::local(Table);
    let mut late = Box::pin(desk.nap(31));
    assert!(futures_util::poll!(late.as_mut()).is_pending());
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(late.await.expect_err("too long").code(), Code::DeadlineExceeded);

    let mut soon = Box::pin(desk.nap(29));
    assert!(futures_util::poll!(soon.as_mut()).is_pending());
    tokio::time::advance(Duration::from_millis(29_500)).await;
    assert_eq!(soon.await, Ok(()));
}

struct Counting(Arc<AtomicU32>);

impl Interceptor for Counting {
    fn after(&self, _: &Context, _: &'static Method, outcome: &Outcome<'_>) {
        assert_eq!(outcome.error.map(Status::code), Some(Code::DeadlineExceeded));
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[service(package = "early.v1")]
trait Early {
    /// Takes one number, drops the rest, and answers later.
    async fn first(&self, numbers: Streaming<Number>) -> Result<Number>;
    /// The same, answered three times.
    async fn thrice(&self, numbers: Streaming<Number>) -> Result<Streaming<Number>>;
}

struct Hasty;

async fn one_of(mut numbers: Streaming<Number>) -> Result<Number> {
    numbers.next().await?.ok_or_else(|| Status::invalid_argument("no number"))
}

impl Early for Hasty {
    async fn first(&self, numbers: Streaming<Number>) -> Result<Number> {
        let number = one_of(numbers).await?;
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(number)
    }

    async fn thrice(&self, numbers: Streaming<Number>) -> Result<Streaming<Number>> {
        let number = one_of(numbers).await?;
        let (sender, answers) = Streaming::channel(1);
        tokio::spawn(async move {
            for _ in 0..3 {
                tokio::time::sleep(Duration::from_millis(1)).await;
                sender.send(number.clone()).await?;
            }
            Ok::<_, Status>(())
        });
        Ok(answers)
    }
}

#[tokio::test]
async fn a_handler_may_drop_its_requests_and_go_on() {
    let client = EarlyClient::local(Hasty);
    let numbers = || Streaming::from_items([Number { value: 7 }, Number { value: 8 }]);
    assert_eq!(client.first(numbers()).await, Ok(Number { value: 7 }));
    let mut answers = client.thrice(numbers()).await.expect("a stream");
    for _ in 0..3 {
        assert_eq!(answers.next().await, Ok(Some(Number { value: 7 })));
    }
    assert_eq!(answers.next().await, Ok(None));
}

/// A channel that answers a stream where its method has one message, and one message where it has a stream.
struct Misshapen;

impl Channel for Misshapen {
    fn codec(&self) -> Codec {
        Codec::Proto
    }

    fn call(&self, method: &'static Method, _: Context, _: Payload) -> BoxFuture<'static, Result<Payload>> {
        Box::pin(async {
            if method.shape().server_streams() {
                Ok(Payload::One(Bytes::new()))
            } else {
                Ok(Payload::Many(Box::pin(futures_util::stream::empty())))
            }
        })
    }
}

#[tokio::test]
async fn an_answer_of_the_wrong_shape_is_the_channels_fault() {
    let desk = DeskClient::from_caller(Caller::new(Arc::new(Misshapen)));
    for status in [desk.hang().await.expect_err("a stream"), desk.drip().await.expect_err("one message")] {
        assert_eq!(status.code(), Code::Internal, "{status}");
        assert!(status.message().contains("in the shape of the method"), "{status}");
    }
}

#[tokio::test]
async fn a_request_of_the_wrong_shape_has_no_method() {
    let channel = local(DeskServer::new(Table));
    let method = DeskServer::<Table>::spec().methods[0];
    let requests = Payload::Many(Box::pin(futures_util::stream::empty()));
    let status = channel.call(method, Context::new(), requests).await.expect_err("no such method");
    assert_eq!(status.code(), Code::Unimplemented, "{status}");
}
