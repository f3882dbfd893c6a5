//! Typed methods over the broker in memory: what the attributes of `#[amqp(…)]` make of their messages.

use polywire::{Context, MemoryBroker, Message, Result, Server, Status, service};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, PartialEq, Message)]
pub struct Reading {
    pub meter: String,
    #[field(min = 0)]
    pub value: i64,
}

#[service(package = "queues.v1", transports(amqp))]
pub trait Meters {
    #[amqp(task, batch(max = 4, wait = "1m"), retry(limit = 0))]
    async fn ingest(&self, cx: Context, readings: Vec<Reading>) -> Result<()>;

    #[amqp(event, batch(max = 2, wait = "1m"))]
    async fn ingested(&self, readings: Vec<Reading>) -> Result<()>;

    #[amqp(task, timeout = "50ms", retry(limit = 0))]
    async fn hang(&self, meter: String) -> Result<()>;

    #[amqp(event, routing_key = "meter.#", key = "key")]
    async fn moved(&self, cx: Context, key: String, reading: Reading) -> Result<()>;

    #[amqp(task, ordered_by = "number", partitions = 4)]
    async fn count(&self, number: i64) -> Result<()>;

    #[amqp(task, ordered_by = "meter", partitions = 4)]
    async fn read(&self, reading: Reading) -> Result<()>;
}

struct Store(mpsc::UnboundedSender<Vec<Reading>>, Arc<Mutex<Vec<u32>>>);

impl Meters for Store {
    async fn ingest(&self, cx: Context, readings: Vec<Reading>) -> Result<()> {
        self.1.lock().expect("sound").push(cx.attempt());
        let refused = readings.iter().any(|reading| reading.meter == "bad");
        let _ = self.0.send(readings);
        if refused { Err(Status::not_found("no such meter")) } else { Ok(()) }
    }

    async fn ingested(&self, readings: Vec<Reading>) -> Result<()> {
        let _ = self.0.send(readings);
        Ok(())
    }

    async fn moved(&self, cx: Context, key: String, reading: Reading) -> Result<()> {
        assert_eq!(cx.message().map(|message| message.routing_key()), Some(&*key));
        let _ = self.0.send(vec![reading]);
        Ok(())
    }

    async fn hang(&self, _meter: String) -> Result<()> {
        std::future::pending().await
    }

    async fn count(&self, _number: i64) -> Result<()> {
        Ok(())
    }

    async fn read(&self, _reading: Reading) -> Result<()> {
        Ok(())
    }
}

fn reading(meter: &str, value: i64) -> Reading {
    Reading { meter: meter.to_owned(), value }
}

async fn start(broker: &str) -> (MetersClient, mpsc::UnboundedReceiver<Vec<Reading>>) {
    let (to, received) = mpsc::unbounded_channel();
    let store = Store(to, Arc::default());
    tokio::spawn(Server::new().service(MetersServer::new(store)).amqp(broker).serve());
    (MetersClient::connect(broker).await.expect("connected"), received)
}

async fn next(received: &mut mpsc::UnboundedReceiver<Vec<Reading>>) -> Vec<Reading> {
    timeout(PATIENCE, received.recv()).await.expect("in time").expect("a batch")
}

async fn depth(broker: &str, queue: &str, count: usize) {
    let wait = async {
        while MemoryBroker::named(broker).depth(queue) != Some(count) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    timeout(PATIENCE, wait).await.expect("the depth");
}

#[tokio::test]
async fn a_batch_has_the_items_of_all_its_messages_in_order() {
    let (meters, mut received) = start("memory:it-batch").await;
    let cx = Context::new;
    meters.ingest(cx(), vec![reading("first", 1)]).await.expect("published");
    assert_eq!(next(&mut received).await, [reading("first", 1)]);
    // One message has no item, and one has two.
    for readings in
        [vec![reading("a", 2)], vec![], vec![reading("b", 3), reading("c", 0)], vec![reading("d", 4)]]
    {
        meters.ingest(cx(), readings).await.expect("published");
    }
    let all = [reading("a", 2), reading("b", 3), reading("c", 0), reading("d", 4)];
    assert_eq!(next(&mut received).await, all);
}

#[tokio::test]
async fn an_item_that_breaks_a_rule_dies_with_its_message_alone() {
    let (meters, mut received) = start("memory:it-rules").await;
    let cx = Context::new;
    for (meter, value) in [("first", 1), ("a", 1), ("b", -1), ("bad", 1), ("c", 1)] {
        meters.ingest(cx(), vec![reading(meter, value)]).await.expect("published");
    }
    assert_eq!(next(&mut received).await, [reading("first", 1)]);
    assert_eq!(next(&mut received).await, [reading("a", 1), reading("bad", 1), reading("c", 1)]);
    // The handler refused the batch for one of them. Each runs again by itself.
    for meter in ["a", "bad", "c"] {
        assert_eq!(next(&mut received).await, [reading(meter, 1)]);
    }
    depth("it-rules", "queues.v1.Meters.Ingest.dlq", 2).await;
    depth("it-rules", "queues.v1.Meters.Ingest", 0).await;
}

#[tokio::test]
async fn an_event_comes_in_batches_too() {
    let (meters, mut received) = start("memory:it-events").await;
    // Events are gone until the group has its queue, which is declared after the server has started.
    while received.is_empty() {
        meters.ingested(vec![reading("first", 1)]).await.expect("published");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    meters.ingested(vec![reading("last", 1)]).await.expect("published");
    meters.ingested(vec![reading("last", 1)]).await.expect("published");
    while next(&mut received).await.last() != Some(&reading("last", 1)) {}
}

#[tokio::test]
async fn a_handler_sees_the_key_that_the_pattern_took() {
    let (meters, mut received) = start("memory:it-pattern").await;
    while received.is_empty() {
        meters
            .moved(Context::new(), "meter.north.7".to_owned(), reading("seven", 1))
            .await
            .expect("published");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(next(&mut received).await, [reading("seven", 1)]);
    let refused = meters.moved(Context::new(), "gauge.7".to_owned(), reading("seven", 1)).await;
    assert_eq!(refused.expect_err("no match").code(), polywire::Code::InvalidArgument);
}

#[tokio::test]
async fn a_handler_is_cut_at_its_timeout() {
    let (meters, _received) = start("memory:it-timeout").await;
    meters.hang("a".to_owned()).await.expect("published");
    depth("it-timeout", "queues.v1.Meters.Hang.dlq", 1).await;
}

/// In Python: `zlib.crc32(b"17") % 4`, `zlib.crc32(b"0") % 4`, `zlib.crc32(b"Z\xc3\xbcrich") % 4`.
#[tokio::test]
async fn a_partition_is_the_hash_of_the_fields_text() {
    let meters = MetersClient::connect("memory:it-partitions").await.expect("connected");
    let broker = MemoryBroker::named("it-partitions");
    meters.count(17).await.expect("published");
    assert_eq!(broker.depth("queues.v1.Meters.Count.p2"), Some(1));
    meters.count(0).await.expect("published");
    assert_eq!(broker.depth("queues.v1.Meters.Count.p1"), Some(1));
    meters.read(reading("Zürich", 1)).await.expect("published");
    assert_eq!(broker.depth("queues.v1.Meters.Read.p2"), Some(1));
    meters.read(reading("", 1)).await.expect("published");
    assert_eq!(broker.depth("queues.v1.Meters.Read.p0"), Some(1));
}
