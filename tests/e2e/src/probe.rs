//! A service for failures: calls that hang, panic, fail with any text, and hand metadata back.

use crate::serving::until;
use bytes::Bytes;
use polywire::{Code, Context, Message, Metadata, Result, Status, Streaming, service};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// One item.
#[derive(Debug, Clone, PartialEq, Message)]
pub struct Tick {
    /// From 1.
    pub number: u32,
}

/// Calls that hang, or streams that do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Message)]
pub struct Guards {
    /// How many there are now.
    pub held: u32,
    /// How many were dropped.
    pub dropped: u32,
    /// How many blocks were made for streams that always have another.
    pub made: u32,
}

/// An item that is not small.
#[derive(Debug, Clone, PartialEq, Message)]
pub struct Block {
    /// From 1.
    pub number: u32,
    /// [`BLOCK_SIZE`] of them.
    pub text: String,
}

/// Bytes of a block.
pub const BLOCK_SIZE: usize = 16 << 10;
/// Blocks of a stream that always has another: no buffer on the way holds as many.
pub const BLOCKS: u32 = 8_192;

/// The values of a metadata key.
#[derive(Debug, Clone, PartialEq, Message)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// As text; of a `-bin` key base64.
    pub texts: Vec<String>,
    /// Of a `-bin` key, decoded.
    pub bytes: Vec<Bytes>,
}

/// Whether a call ends well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Message)]
pub enum Ending {
    /// With an answer.
    Well,
    /// With `aborted`.
    Badly,
}

/// Where a panic falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Message)]
pub enum Place {
    /// Before the handler waits for anything.
    AtOnce,
    /// After it waited.
    AfterAnAwait,
}

/// What goes wrong.
#[service(package = "probe.v1")]
pub trait ProbeService {
    /// Never answers.
    #[read]
    #[http(GET "/hang")]
    #[ws("/live/hang")]
    async fn hang(&self, cx: Context) -> Result<()>;
    /// One tick, and then neither another nor an end.
    #[http(GET "/drip")]
    #[ws("/live/drip")]
    async fn drip(&self, cx: Context) -> Result<Streaming<Tick>>;
    /// Takes ticks, and answers at their end.
    #[http(POST "/swallow")]
    #[ws("/live/swallow")]
    async fn swallow(&self, cx: Context, ticks: Streaming<Tick>) -> Result<()>;
    /// Gives each tick back.
    #[http(POST "/exchange")]
    #[ws("/live/exchange")]
    async fn exchange(&self, cx: Context, ticks: Streaming<Tick>) -> Result<Streaming<Tick>>;
    /// Blocks, one after the other.
    #[http(GET "/pour")]
    #[ws("/live/pour")]
    async fn pour(&self, cx: Context) -> Result<Streaming<Block>>;
    /// What became of those, as far as the caller made them.
    async fn guards(&self, cx: Context) -> Result<Guards>;

    /// Fails with this code and text.
    async fn fail(&self, code: i32, message: String) -> Result<()>;
    /// Fails so after a tick.
    async fn fail_midway(&self, code: i32, message: String) -> Result<Streaming<Tick>>;

    /// Panics.
    #[http(GET "/panic/{place}")]
    #[ws("/live/panic/{place}")]
    async fn panic(&self, #[field] place: Place) -> Result<()>;
    /// A stream whose poll panics after so many ticks.
    #[http(GET "/panic/{place}/{after}")]
    #[ws("/live/panic/{place}/{after}")]
    async fn panic_midway(&self, after: u32, place: Place) -> Result<Streaming<Tick>>;
    /// Panics at the first tick.
    #[http(POST "/panic-reading")]
    #[ws("/live/panic-reading")]
    async fn panic_reading(&self, ticks: Streaming<Tick>) -> Result<()>;
    /// The same, where it also answers with a stream.
    #[http(POST "/panic-exchanging")]
    #[ws("/live/panic-exchanging")]
    async fn panic_exchanging(&self, ticks: Streaming<Tick>) -> Result<Streaming<Tick>>;

    /// The metadata that arrived under these keys; it goes back as headers and as trailers.
    #[http(POST "/metadata")]
    #[ws("/live/metadata")]
    async fn metadata(&self, cx: Context, keys: Vec<String>, ending: Ending) -> Result<Vec<Entry>>;
    /// The same, with a stream of entries.
    async fn metadata_midway(
        &self,
        cx: Context,
        keys: Vec<String>,
        ending: Ending,
    ) -> Result<Streaming<Entry>>;
    /// Answers with keys that are not for handlers to set: as headers and as trailers.
    async fn forge(&self, cx: Context, keys: Vec<String>, value: String) -> Result<()>;
}

/// The implementation.
#[derive(Debug, Clone, Default)]
pub struct Probe(Arc<Mutex<HashMap<String, Guards>>>);

/// The metadata key that names the caller, whose calls are counted apart: on a broker a call may come from a caller of yesterday.
pub const CALLER: &str = "x-caller";

/// Waits until the server holds `held` guards and has dropped `dropped`.
pub async fn until_guards(probe: &ProbeServiceClient, held: u32, dropped: u32) {
    until(&format!("{held} held and {dropped} dropped"), async || {
        // A server told to be impatient may be impatient with this call too.
        let seen = probe.guards(Context::new()).await;
        seen.is_ok_and(|seen| (seen.held, seen.dropped) == (held, dropped))
    })
    .await;
}

/// Waits until no more blocks are made: how many there are. Fewer than a stream has, if its reader holds it up.
pub async fn until_held_up(probe: &ProbeServiceClient) -> u32 {
    let made = async || probe.guards(Context::new()).await.expect("a count").made;
    let (mut before, mut seen) = (0, made().await);
    while seen != before {
        tokio::time::sleep(Duration::from_millis(500)).await;
        (before, seen) = (seen, made().await);
    }
    assert!(seen < BLOCKS / 2, "{seen} blocks were made for a reader that takes none");
    seen
}

/// Notes its drop.
struct Guard {
    probe: Probe,
    caller: String,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.probe.edit(&self.caller, |guards| {
            guards.held -= 1;
            guards.dropped += 1;
        });
    }
}

impl Probe {
    fn guard(&self, cx: &Context) -> Guard {
        let caller = caller(cx);
        self.edit(&caller, |guards| guards.held += 1);
        Guard { probe: self.clone(), caller }
    }

    fn edit(&self, caller: &str, change: impl FnOnce(&mut Guards)) -> Guards {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let guards = all.entry(caller.to_owned()).or_insert(Guards { held: 0, dropped: 0, made: 0 });
        change(guards);
        *guards
    }
}

fn caller(cx: &Context) -> String {
    cx.metadata().get(CALLER).unwrap_or_default().to_owned()
}

fn status(code: i32, message: String) -> Status {
    Status::new(Code::from_number(code).unwrap_or(Code::Unknown), message)
}

fn ending(ending: Ending) -> Result<()> {
    match ending {
        Ending::Well => Ok(()),
        Ending::Badly => Err(Status::aborted("as asked")),
    }
}

fn entries(cx: &Context, keys: &[String]) -> Result<Vec<Entry>> {
    let metadata = cx.metadata();
    let mut back = Metadata::new();
    for key in keys {
        let added = match key.ends_with("-bin") {
            true => metadata.get_all_bin(key).try_for_each(|value| back.append_bin(key, &value)),
            false => metadata.get_all(key).try_for_each(|value| back.append(key, value)),
        };
        added.map_err(|error| Status::internal(error.to_string()))?;
    }
    cx.edit_headers(|headers| headers.extend(&back));
    cx.edit_trailers(|trailers| trailers.extend(&back));
    let entry = |key: &String| Entry {
        key: key.clone(),
        texts: metadata.get_all(key).map(str::to_owned).collect(),
        bytes: if key.ends_with("-bin") { metadata.get_all_bin(key).collect() } else { Vec::new() },
    };
    Ok(keys.iter().map(entry).collect())
}

impl ProbeService for Probe {
    async fn hang(&self, cx: Context) -> Result<()> {
        let _guard = self.guard(&cx);
        std::future::pending().await
    }

    async fn drip(&self, cx: Context) -> Result<Streaming<Tick>> {
        let guard = self.guard(&cx);
        let ticks = futures_util::stream::unfold((guard, 1), |(guard, number)| async move {
            if number > 1 {
                std::future::pending::<()>().await;
            }
            Some((Ok(Tick { number }), (guard, number + 1)))
        });
        Ok(Streaming::new(ticks))
    }

    async fn swallow(&self, cx: Context, mut ticks: Streaming<Tick>) -> Result<()> {
        let _guard = self.guard(&cx);
        while ticks.next().await?.is_some() {}
        Ok(())
    }

    async fn exchange(&self, cx: Context, ticks: Streaming<Tick>) -> Result<Streaming<Tick>> {
        let guard = self.guard(&cx);
        Ok(ticks.map(move |tick| {
            let _held = &guard;
            tick
        }))
    }

    async fn pour(&self, cx: Context) -> Result<Streaming<Block>> {
        let guard = self.guard(&cx);
        let block = move |number| {
            guard.probe.edit(&guard.caller, |guards| guards.made += 1);
            Ok(Block { number, text: "x".repeat(BLOCK_SIZE) })
        };
        Ok(Streaming::new(futures_util::stream::iter((1..=BLOCKS).map(block))))
    }

    async fn guards(&self, cx: Context) -> Result<Guards> {
        Ok(self.edit(&caller(&cx), |_| {}))
    }

    async fn fail(&self, code: i32, message: String) -> Result<()> {
        Err(status(code, message))
    }

    async fn fail_midway(&self, code: i32, message: String) -> Result<Streaming<Tick>> {
        let items = [Ok(Tick { number: 1 }), Err(status(code, message))];
        Ok(Streaming::new(futures_util::stream::iter(items)))
    }

    async fn panic(&self, place: Place) -> Result<()> {
        if place == Place::AfterAnAwait {
            tokio::task::yield_now().await;
        }
        panic!("a secret")
    }

    async fn panic_midway(&self, after: u32, place: Place) -> Result<Streaming<Tick>> {
        let ticks = futures_util::stream::unfold(1, move |number| async move {
            if number > after {
                if place == Place::AfterAnAwait {
                    tokio::task::yield_now().await;
                }
                panic!("a secret");
            }
            Some((Ok(Tick { number }), number + 1))
        });
        Ok(Streaming::new(ticks))
    }

    async fn panic_reading(&self, mut ticks: Streaming<Tick>) -> Result<()> {
        ticks.next().await?;
        panic!("a secret")
    }

    async fn panic_exchanging(&self, ticks: Streaming<Tick>) -> Result<Streaming<Tick>> {
        Ok(ticks.map(|_| panic!("a secret")))
    }

    async fn metadata(&self, cx: Context, keys: Vec<String>, how: Ending) -> Result<Vec<Entry>> {
        let entries = entries(&cx, &keys)?;
        ending(how).map(|()| entries)
    }

    async fn metadata_midway(&self, cx: Context, keys: Vec<String>, how: Ending) -> Result<Streaming<Entry>> {
        let items = entries(&cx, &keys)?.into_iter().map(Ok);
        let end = ending(how).err().map(Err);
        Ok(Streaming::new(futures_util::stream::iter(items.chain(end).collect::<Vec<_>>())))
    }

    async fn forge(&self, cx: Context, keys: Vec<String>, value: String) -> Result<()> {
        for key in &keys {
            cx.append_header(key, &value).map_err(|error| Status::internal(error.to_string()))?;
            cx.append_trailer(key, &value).map_err(|error| Status::internal(error.to_string()))?;
        }
        Ok(())
    }
}
