//! The handler behind every method of a [`World`]: it does what the body of its message says.

use super::*;
use crate::waist::handler::{Frame, Outgoing};
use std::pin::Pin;
use std::task::{Context as Task, Poll};

/// A handler that does what the body says.
#[derive(Clone)]
pub(super) struct Handler {
    pub(super) name: &'static str,
    pub(super) seen: Arc<Mutex<Vec<Seen>>>,
    pub(super) messages: Arc<Mutex<Vec<Delivered>>>,
    pub(super) news: Arc<Notify>,
    pub(super) dropped: Arc<AtomicUsize>,
    pub(super) running: Arc<(AtomicUsize, AtomicUsize)>,
    pub(super) gate: Arc<Notify>,
}

/// Counts a handler that did not come to its end.
struct Unfinished(Option<Arc<AtomicUsize>>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(dropped) = &self.0 {
            dropped.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl Handler {
    fn saw(&self, cx: &Context, input: &Input) -> String {
        let Input::Encoded(codec, bytes) = input else { panic!("not from a broker") };
        let body = String::from_utf8_lossy(bytes).into_owned();
        let seen = Seen {
            method: self.name,
            body: body.clone(),
            codec: *codec,
            attempt: cx.attempt(),
            transport: cx.transport(),
        };
        self.seen.lock().unwrap().push(seen);
        self.messages.lock().unwrap().extend(cx.message().cloned());
        self.news.notify_waiters();
        body
    }

    pub(super) async fn run(self, cx: Context, input: Input) -> Result<BytesMut> {
        let body = self.saw(&cx, &input);
        let mut unfinished = Unfinished(Some(Arc::clone(&self.dropped)));
        let (running, most) = &*self.running;
        most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let result = self.answer(&cx, &body).await;
        running.fetch_sub(1, Ordering::SeqCst);
        unfinished.0 = None;
        result
    }

    async fn answer(&self, cx: &Context, body: &str) -> Result<BytesMut> {
        // A batch has a line for each message.
        let body = body.lines().next().unwrap_or_default();
        let (verb, rest) = body.trim_matches('"').split_once(' ').unwrap_or((body.trim_matches('"'), ""));
        match verb {
            "fail" => Err(Status::new(Code::from_name(rest).unwrap(), "as told")),
            "twice" if cx.attempt() <= 2 => Err(Status::unavailable("not yet")),
            "later" if cx.attempt() == 1 => {
                let after = Duration::from_millis(rest.parse().unwrap());
                Err(Status::unavailable("not yet").with_retry_after(after))
            }
            "detail" => {
                Err(Status::not_found("gone")
                    .with_detail(Detail::from_proto("a.B", Bytes::from_static(b"x"))))
            }
            "patient" => match cx.remaining() {
                Some(left) if left < Duration::from_secs(60) => Err(Status::invalid_argument("no time")),
                _ => Ok(BytesMut::new()),
            },
            "until_late" => {
                tokio::time::sleep_until(cx.deadline().unwrap()).await;
                Err(Status::deadline_exceeded("late"))
            }
            "alone" => {
                sleep(Duration::from_millis(100)).await;
                match self.running.0.load(Ordering::SeqCst) {
                    1 => Ok(BytesMut::new()),
                    others => Err(Status::invalid_argument(format!("{others} run"))),
                }
            }
            "huge" => Err(Status::not_found("huge")
                .with_detail(Detail::from_proto("a.B", Bytes::from(vec![0; 100 << 10])))),
            "fail_after_gate" if cx.attempt() == 1 => {
                self.gate.notified().await;
                Err(Status::unavailable("as told"))
            }
            "wait" => {
                self.gate.notified().await;
                Ok(BytesMut::from("waited"))
            }
            "sleep" => {
                sleep(Duration::from_millis(rest.parse().unwrap())).await;
                Ok(BytesMut::from("slept"))
            }
            "meta" => {
                cx.append_header("early", "1").unwrap();
                cx.append_trailer("late", "2").unwrap();
                Ok(BytesMut::from(cx.metadata().get("tenant").unwrap_or("nobody")))
            }
            "left" => Ok(BytesMut::from(&*cx.remaining().map_or(0, |left| left.as_millis()).to_string())),
            "big" => Ok(BytesMut::zeroed(rest.parse().unwrap())),
            _ => Ok(BytesMut::from(body)),
        }
    }

    pub(super) fn count(&self, cx: &Context, input: &Input) -> Result<BoxOutgoing> {
        let body = self.saw(cx, input);
        cx.append_header("early", "1").unwrap();
        cx.append_trailer("late", "2").unwrap();
        match body.strip_prefix("fail ") {
            Some(code) => Err(Status::new(Code::from_name(code).unwrap(), "as told")),
            None => {
                let upto = body.trim_end_matches('!').parse().unwrap();
                let end = if body.ends_with('!') { Err(Status::data_loss("broke")) } else { Ok(()) };
                let unfinished = Unfinished(Some(Arc::clone(&self.dropped)));
                Ok(Box::pin(Counting {
                    next: 0,
                    upto,
                    end: Some(end),
                    pulled: Arc::clone(&self.seen),
                    unfinished,
                }))
            }
        }
    }
}

/// A stream that counts. Each item is its number, and the item 0 is empty.
struct Counting {
    next: usize,
    upto: usize,
    end: Option<Result<()>>,
    pulled: Arc<Mutex<Vec<Seen>>>,
    unfinished: Unfinished,
}

impl Outgoing for Counting {
    fn poll_fill(
        mut self: Pin<&mut Self>,
        _: &mut Task<'_>,
        buf: &mut BytesMut,
        _: usize,
        _: &mut dyn Frame,
    ) -> Poll<Option<Result<()>>> {
        if self.next == self.upto {
            self.unfinished.0 = None;
            return Poll::Ready(self.end.take().and_then(|end| end.err().map(Err)));
        }
        let pulled = Seen {
            method: "pulled",
            body: self.next.to_string(),
            codec: Codec::Json,
            attempt: 0,
            transport: Transport::Local,
        };
        self.pulled.lock().unwrap().push(pulled);
        if self.next > 0 {
            buf.extend_from_slice(self.next.to_string().as_bytes());
        }
        self.next += 1;
        Poll::Ready(Some(Ok(())))
    }
}
