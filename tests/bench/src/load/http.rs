//! HTTP/1.1 with keep-alive, pipelined when more than one call is in flight.

use super::pump::{Taken, Wire};
use crate::Result;
use crate::payload::{self, BOOK, TITLE};
use serde_json::{Value, json};

/// One request, again and again.
pub(crate) struct Rest {
    request: Vec<u8>,
    expected: Value,
    /// The body of the first answer, once it was read as JSON: the others must be the same bytes.
    first: Option<Vec<u8>>,
}

impl Rest {
    /// `GET` of a book.
    pub(crate) fn book() -> Self {
        let request =
            format!("GET /books/{BOOK} HTTP/1.1\r\nhost: bench.local\r\naccept: application/json\r\n\r\n");
        Self { request: request.into_bytes(), expected: json!({"id": BOOK, "title": TITLE}), first: None }
    }

    /// `POST` of the order, which comes back.
    pub(crate) fn order() -> Result<Self> {
        let body = payload::json_order()?;
        let head = format!(
            "POST /orders/echo HTTP/1.1\r\nhost: bench.local\r\naccept: application/json\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let expected = serde_json::from_slice(&body)?;
        Ok(Self { request: [head.as_bytes(), &body].concat(), expected, first: None })
    }

    fn check(&mut self, body: &[u8]) -> Result<()> {
        match &self.first {
            Some(first) if first == body => Ok(()),
            Some(_) => Err("an answer differs from the first".into()),
            None if serde_json::from_slice::<Value>(body)? == self.expected => {
                self.first = Some(body.to_vec());
                Ok(())
            }
            None => Err(format!("a wrong answer: {}", String::from_utf8_lossy(body)).into()),
        }
    }
}

impl Wire for Rest {
    fn greeting(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.request);
    }

    fn greeted(&mut self, input: &[u8]) -> Result<Option<usize>> {
        let Some((body, end)) = response(input)? else { return Ok(None) };
        self.check(body)?;
        Ok(Some(end))
    }

    fn call(&mut self, out: &mut Vec<u8>) -> bool {
        out.extend_from_slice(&self.request);
        true
    }

    fn take(&mut self, input: &[u8], _: &mut Vec<u8>) -> Result<Taken> {
        let mut taken = Taken::default();
        while let Some((body, end)) = response(&input[taken.bytes..])? {
            self.check(body)?;
            taken = Taken { bytes: taken.bytes + end, calls: taken.calls + 1, units: taken.units + 1 };
        }
        Ok(taken)
    }
}

/// The body of the first response in `input`, and where it ends.
fn response(input: &[u8]) -> Result<Option<(&[u8], usize)>> {
    let Some(head) = head_length(input) else { return Ok(None) };
    if !input.starts_with(b"HTTP/1.1 200 ") {
        return Err(format!("not 200: {}", String::from_utf8_lossy(&input[..head])).into());
    }
    let lines = input[..head].split(|byte| *byte == b'\n');
    let mut length = lines.filter_map(|line| {
        let (name, value) = line.split_at_checked("content-length:".len())?;
        name.eq_ignore_ascii_case(b"content-length:").then_some(value)
    });
    let length = length.next_back().ok_or("a response without content-length")?;
    let end = head + std::str::from_utf8(length)?.trim().parse::<usize>()?;
    Ok(input.get(head..end).map(|body| (body, end)))
}

/// The length of an HTTP head, its empty line included.
pub(super) fn head_length(input: &[u8]) -> Option<usize> {
    // Heads are short, so the search is not worth a crate.
    input.windows(4).position(|bytes| bytes == b"\r\n\r\n").map(|at| at + 4)
}
