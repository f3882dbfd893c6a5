//! The batches of JSON-RPC: the answers of several requests in one message, once all are there.

use bytes::{BufMut, Bytes, BytesMut};
use std::collections::HashMap;

/// The answer in place of one that has no room any more. It names no request: the id was in the answer that
/// was too long.
const NO_ROOM: &[u8] = br#"{"jsonrpc":"2.0","id":null,"error":{"code":-32008,"message":"the answers of the batch are larger than the limit","data":{"code":8,"message":"the answers of the batch are larger than the limit","details":[]}}}"#;

/// The batches of a connection that are not answered yet.
#[derive(Debug, Default)]
pub(super) struct Batches {
    open: HashMap<u64, Batch>,
    next: u64,
}

#[derive(Debug, Default)]
struct Batch {
    /// `[` and the answers so far.
    answers: BytesMut,
    /// Calls that still run.
    running: usize,
    /// Whether the session has looked at all requests.
    read: bool,
}

impl Batches {
    pub(super) fn begin(&mut self) -> u64 {
        let batch = self.next;
        self.next += 1;
        self.open.insert(batch, Batch::default());
        batch
    }

    /// Counts one more running call.
    pub(super) fn expect(&mut self, batch: u64) {
        self.open.entry(batch).or_default().running += 1;
    }

    /// Adds an answer, or a note that it has no room when the whole would be longer than `limit`.
    pub(super) fn add(&mut self, batch: u64, answer: &[u8], limit: usize) {
        let answers = &mut self.open.entry(batch).or_default().answers;
        answers.put_u8(if answers.is_empty() { b'[' } else { b',' });
        let room = answers.len() + answer.len() < limit;
        answers.put_slice(if room { answer } else { NO_ROOM });
    }

    /// Notes that a call ended. Returns the whole answer when it was the last.
    pub(super) fn arrived(&mut self, batch: u64) -> Option<Bytes> {
        self.open.get_mut(&batch)?.running -= 1;
        self.take(batch)
    }

    /// Notes that the session has looked at all requests. Returns the whole answer when no call still runs.
    pub(super) fn complete(&mut self, batch: u64) -> Option<Bytes> {
        self.open.get_mut(&batch)?.read = true;
        self.take(batch)
    }

    fn take(&mut self, batch: u64) -> Option<Bytes> {
        if self.open.get(&batch).is_some_and(|batch| batch.read && batch.running == 0) {
            let mut answers = self.open.remove(&batch)?.answers;
            if !answers.is_empty() {
                answers.put_u8(b']');
                return Some(answers.freeze());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_there_when_the_last_call_has_ended() {
        let mut batches = Batches::default();
        let batch = batches.begin();
        batches.add(batch, b"1", 100);
        batches.expect(batch);
        assert_eq!(batches.complete(batch), None);
        batches.add(batch, b"2", 100);
        assert_eq!(batches.arrived(batch).as_deref(), Some(&b"[1,2]"[..]));
        assert_eq!(batches.arrived(batch), None);
    }

    #[test]
    fn notifications_alone_have_no_answer() {
        let mut batches = Batches::default();
        let batch = batches.begin();
        batches.expect(batch);
        assert_eq!(batches.complete(batch), None);
        assert_eq!(batches.arrived(batch), None);
        assert!(batches.open.is_empty());
    }

    #[test]
    fn an_answer_without_room_says_so() {
        let mut batches = Batches::default();
        let batch = batches.begin();
        batches.add(batch, b"12345", 8);
        batches.add(batch, b"6789", 8);
        let answers = batches.complete(batch).expect("an answer");
        let read: Vec<serde_json::Value> = serde_json::from_slice(&answers).expect("JSON");
        assert_eq!(read[1]["error"]["data"]["code"], 8);
    }
}
