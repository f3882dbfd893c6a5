//! The numbers of queues, read anew at each scrape.

use crate::waist::queue_stats::{QueueReading, QueueStats};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// The servers whose queues are shown. Clones share the list.
#[derive(Clone, Default, Debug)]
pub(super) struct Queues(Arc<Mutex<Vec<QueueStats>>>);

impl Queues {
    pub(super) fn add(&self, stats: QueueStats) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(stats);
    }
}

/// One number of each queue.
struct Row {
    name: &'static str,
    help: &'static str,
    unit: Option<Unit>,
    number: Number,
}

enum Number {
    Counter(fn(&QueueReading) -> u64),
    /// `None` while nobody knows it.
    Gauge(fn(&QueueReading) -> Option<f64>),
}

const fn counter(name: &'static str, help: &'static str, read: fn(&QueueReading) -> u64) -> Row {
    Row { name, help, unit: None, number: Number::Counter(read) }
}

const ROWS: [Row; 7] = [
    Row {
        name: "polywire_queue_waiting",
        help: "Messages that wait at the broker",
        unit: None,
        #[allow(clippy::cast_precision_loss, reason = "no queue is longer than 2^53")]
        number: Number::Gauge(|queue| queue.waiting.map(|waiting| waiting as f64)),
    },
    counter("polywire_queue_deliveries", "Deliveries taken", |queue| queue.delivered),
    counter("polywire_queue_redeliveries", "Deliveries of a message that came before", |queue| {
        queue.redelivered
    }),
    counter("polywire_queue_retries", "Failures that another attempt followed", |queue| queue.retried),
    counter("polywire_queue_dead_letters", "Messages given up", |queue| queue.dead_lettered),
    counter("polywire_queue_expired", "Messages too late to run", |queue| queue.expired),
    Row {
        name: "polywire_queue_age",
        help: "The age of the last message at its delivery",
        unit: Some(Unit::Seconds),
        number: Number::Gauge(|queue| queue.age.map(|age| age.as_secs_f64())),
    },
];

impl Collector for Queues {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let readings: Vec<QueueReading> = all.iter().flat_map(QueueStats::queues).collect();
        ROWS.iter().try_for_each(|row| row.encode(&mut encoder, &readings))
    }
}

impl Row {
    fn encode(&self, encoder: &mut DescriptorEncoder<'_>, readings: &[QueueReading]) -> fmt::Result {
        let kind = match self.number {
            Number::Counter(_) => MetricType::Counter,
            Number::Gauge(_) => MetricType::Gauge,
        };
        let mut family = encoder.encode_descriptor(self.name, self.help, self.unit.as_ref(), kind)?;
        for reading in readings {
            let labels = [("broker", reading.broker.as_str()), ("queue", reading.name.as_str())];
            match self.number {
                Number::Counter(read) => {
                    ConstCounter::new(read(reading)).encode(family.encode_family(&labels)?)?;
                }
                Number::Gauge(read) => {
                    if let Some(value) = read(reading) {
                        ConstGauge::new(value).encode(family.encode_family(&labels)?)?;
                    }
                }
            }
        }
        Ok(())
    }
}
