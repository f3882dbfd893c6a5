//! Connections and calls that are open now, as JSON: `/debug/connections` and `/debug/calls`.

use crate::call::ledger::{CallNote, Ledger};
use crate::net::watch::{ConnectionNote, Connections};
use serde::Serialize;
use std::sync::Arc;
use tokio::time::Instant;

/// The notes of a server that keeps them.
#[derive(Debug, Clone, Default)]
pub(in crate::server) struct Notes {
    pub(in crate::server) calls: Arc<Ledger<CallNote>>,
    pub(in crate::server) connections: Arc<Connections>,
}

#[derive(Serialize)]
struct Call {
    method: &'static str,
    wire: String,
    peer: Option<String>,
    running_ms: u128,
    /// The time that is left; absent without a deadline.
    left_ms: Option<u128>,
    attempt: u32,
}

#[derive(Serialize)]
struct Connection {
    peer: Option<String>,
    entrance: &'static str,
    state: &'static str,
    open_ms: u128,
    /// The calls of this peer's address and port.
    calls: usize,
}

impl Notes {
    /// One call a line, the oldest first.
    pub(super) fn calls(&self) -> String {
        let now = Instant::now();
        lines(self.calls.read().into_iter().map(|note| Call {
            method: note.method,
            wire: note.transport.to_string(),
            peer: note.peer.map(|peer| peer.to_string()),
            running_ms: now.saturating_duration_since(note.since).as_millis(),
            left_ms: note.deadline.map(|deadline| deadline.saturating_duration_since(now).as_millis()),
            attempt: note.attempt,
        }))
    }

    /// One connection a line, the oldest first.
    pub(super) fn connections(&self) -> String {
        let calls = self.calls.read();
        let mut of_peers = std::collections::HashMap::new();
        for peer in calls.iter().filter_map(|call| call.peer) {
            *of_peers.entry(peer).or_insert(0) += 1;
        }
        lines(self.connections.read().into_iter().map(|note: ConnectionNote| Connection {
            peer: note.peer.map(|peer| peer.to_string()),
            entrance: note.entrance.name(),
            state: note.link.state(),
            open_ms: note.link.age().as_millis(),
            calls: note.peer.and_then(|peer| of_peers.get(&peer).copied()).unwrap_or(0),
        }))
    }
}

fn lines(notes: impl Iterator<Item = impl Serialize>) -> String {
    let mut text = String::new();
    for note in notes {
        // Numbers and text always have a form in JSON.
        text.push_str(&serde_json::to_string(&note).unwrap_or_default());
        text.push('\n');
    }
    text
}
