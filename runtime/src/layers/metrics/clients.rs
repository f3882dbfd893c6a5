//! The numbers of clients that guard themselves, read anew at each scrape.

use crate::{ClientReading, ClientStats};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// The clients that are shown. Clones share the list.
#[derive(Clone, Default, Debug)]
pub(super) struct Clients(Arc<Mutex<Vec<ClientStats>>>);

impl Clients {
    pub(super) fn add(&self, stats: ClientStats) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(stats);
    }
}

/// One number of each client.
struct Row {
    name: &'static str,
    help: &'static str,
    kind: MetricType,
    read: fn(&ClientReading) -> u64,
}

const fn counter(name: &'static str, help: &'static str, read: fn(&ClientReading) -> u64) -> Row {
    Row { name, help, kind: MetricType::Counter, read }
}

const fn gauge(name: &'static str, help: &'static str, read: fn(&ClientReading) -> u64) -> Row {
    Row { name, help, kind: MetricType::Gauge, read }
}

const ROWS: [Row; 10] = [
    counter("polywire_client_attempts", "Attempts of calls, the first ones included", |client| {
        client.attempts
    }),
    counter("polywire_client_hedges", "Attempts beside a slow or a failed one", |client| client.hedges),
    counter("polywire_client_hedges_won", "Calls that such an attempt answered", |client| client.hedges_won),
    counter("polywire_client_ejections", "Ejections of addresses", |client| client.ejections),
    counter("polywire_client_breaker_refusals", "Calls that the open breaker refused", |client| {
        client.breaker_refusals
    }),
    counter("polywire_client_limit_refusals", "Calls that found the queue full", |client| {
        client.limit_refusals
    }),
    gauge("polywire_client_waiting", "Calls that wait for a place", |client| client.waiting as u64),
    gauge("polywire_client_breaker_open", "Clients whose breaker is open", |client| {
        client.is_breaker_open.into()
    }),
    gauge("polywire_client_addresses_up", "Addresses that are connected", |client| {
        client.addresses.iter().filter(|address| address.is_up).count() as u64
    }),
    gauge("polywire_client_addresses_ejected", "Addresses that are ejected", |client| {
        client.addresses.iter().filter(|address| address.is_ejected).count() as u64
    }),
];

impl Collector for Clients {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if all.is_empty() {
            return Ok(());
        }
        let readings: Vec<ClientReading> = all.iter().flat_map(ClientStats::clients).collect();
        ROWS.iter().try_for_each(|row| row.encode(&mut encoder, &readings))
    }
}

impl Row {
    /// Writes the row. Clients of one URL are one.
    fn encode(&self, encoder: &mut DescriptorEncoder<'_>, readings: &[ClientReading]) -> fmt::Result {
        let mut family = encoder.encode_descriptor(self.name, self.help, None, self.kind)?;
        let mut sums = BTreeMap::<&str, u64>::new();
        for reading in readings {
            *sums.entry(&reading.url).or_default() += (self.read)(reading);
        }
        for (url, sum) in sums {
            let labels = [("url", url)];
            let family = family.encode_family(&labels)?;
            match self.kind {
                MetricType::Counter => ConstCounter::new(sum).encode(family)?,
                #[allow(clippy::cast_precision_loss, reason = "no client has 2^53 of anything")]
                _ => ConstGauge::new(sum as f64).encode(family)?,
            }
        }
        Ok(())
    }
}
