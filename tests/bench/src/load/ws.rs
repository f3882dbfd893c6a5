//! JSON-RPC 2.0 over one WebSocket, with many ids.

use super::http::head_length;
use super::pump::{Taken, Wire};
use crate::Result;
use crate::payload::{BOOK, TITLE};
use serde_json::{Value, json};
use std::io::Write;

/// Ids of equal width make frames of equal length.
const FIRST_ID: u64 = 1_000_000_000;
/// Every answer is measured; every so many-th is read as JSON.
const SAMPLE: u64 = 61;
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
const TEXT: u8 = 0x81;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;

/// `GetBook`, again and again.
pub(crate) struct Rpc {
    next: u64,
    answered: u64,
    /// The length of each answer.
    length: Option<usize>,
    text: Vec<u8>,
}

impl Rpc {
    pub(crate) fn new() -> Self {
        Self { next: FIRST_ID, answered: 0, length: None, text: Vec::new() }
    }

    fn check(&mut self, text: &[u8]) -> Result<()> {
        self.answered += 1;
        if *self.length.get_or_insert(text.len()) != text.len() {
            return Err(format!("an answer of another length: {}", String::from_utf8_lossy(text)).into());
        }
        if self.answered % SAMPLE != 1 {
            return Ok(());
        }
        let answer: Value = serde_json::from_slice(text)?;
        let id = answer["id"].as_u64().filter(|id| (FIRST_ID..self.next).contains(id));
        let expected = json!({"jsonrpc": "2.0", "id": id, "result": {"id": BOOK, "title": TITLE}});
        if answer == expected { Ok(()) } else { Err(format!("a wrong answer: {answer}").into()) }
    }
}

impl Wire for Rpc {
    fn greeting(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(
            b"GET /ws HTTP/1.1\r\nhost: bench.local\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
              sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        );
    }

    fn greeted(&mut self, input: &[u8]) -> Result<Option<usize>> {
        let Some(head) = head_length(input) else { return Ok(None) };
        let text = std::str::from_utf8(&input[..head])?;
        // The answer to the key above, by RFC 6455.
        let switched = text.starts_with("HTTP/1.1 101 ") && text.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        if switched { Ok(Some(head)) } else { Err(format!("no WebSocket: {text}").into()) }
    }

    fn call(&mut self, out: &mut Vec<u8>) -> bool {
        self.text.clear();
        let id = self.next;
        self.next += 1;
        // Writing to memory does not fail.
        let _ = write!(
            self.text,
            r#"{{"jsonrpc":"2.0","id":{id},"method":"bench.v1.BookService.GetBook","params":{{"id":{BOOK}}}}}"#
        );
        send(TEXT, &self.text, out);
        true
    }

    fn take(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<Taken> {
        let mut taken = Taken::default();
        while let Some((kind, payload, end)) = frame(&input[taken.bytes..])? {
            taken.bytes += end;
            match kind {
                TEXT => {
                    self.check(payload)?;
                    taken.calls += 1;
                    taken.units += 1;
                }
                PING => send(PONG, payload, out),
                _ => return Err(format!("a frame of kind {kind:#x}").into()),
            }
        }
        Ok(taken)
    }
}

/// A whole message in one masked frame; ours are short.
fn send(kind: u8, payload: &[u8], out: &mut Vec<u8>) {
    out.push(kind);
    match u8::try_from(payload.len()) {
        Ok(length @ ..126) => out.push(0x80 | length),
        _ => {
            let length = u16::try_from(payload.len()).unwrap_or(u16::MAX);
            out.push(0x80 | 126);
            out.extend_from_slice(&length.to_be_bytes());
        }
    }
    out.extend_from_slice(&MASK);
    out.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
}

/// The first frame in `input`: its first byte, its payload, where it ends.
fn frame(input: &[u8]) -> Result<Option<(u8, &[u8], usize)>> {
    let [kind, length, rest @ ..] = input else { return Ok(None) };
    let (start, length) = match (length, rest) {
        (length @ ..126, _) => (2, usize::from(*length)),
        (126, [high, low, ..]) => (4, usize::from(u16::from_be_bytes([*high, *low]))),
        (126, _) => return Ok(None),
        _ => return Err("a frame longer than any answer".into()),
    };
    Ok(input.get(start..start + length).map(|payload| (*kind, payload, start + length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_survives_its_mask() {
        let mut out = Vec::new();
        send(TEXT, &[7; 300], &mut out);
        assert_eq!(out[..4], [TEXT, 0x80 | 126, 1, 44]);
        let unmasked: Vec<u8> =
            out[8..].iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
        assert_eq!(unmasked, [7; 300]);
    }

    #[test]
    fn a_frame_waits_until_it_is_whole() {
        let input = [&[TEXT, 126, 0, 200][..], &[1; 200]].concat();
        for end in 0..input.len() {
            assert!(matches!(frame(&input[..end]), Ok(None)), "{end}");
        }
        assert!(matches!(frame(&input), Ok(Some((TEXT, payload, 204))) if payload == [1; 200]));
    }
}
