//! gRPC over HTTP/2 with prior knowledge: just enough of the protocol to keep calls in flight as cheaply as a
//! C client.
//!
//! Requests are header blocks that are encoded once, with the dynamic table in use as real clients have it.
//! Every byte of an answer's DATA is checked. Statuses are checked beside the rounds, with tonic's client.

use super::pump::{Taken, Wire};
use crate::payload::{self, BOOK, SYMBOL, TICKS, TITLE, price};
use crate::peer::grpc_stubs as stubs;
use crate::{Error, Result};
use prost::Message;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

const WINDOW: u32 = i32::MAX as u32;
/// The window that a peer has before it says otherwise, in bytes.
const DEFAULT_WINDOW: i64 = 65_535;

/// One frame's head and payload.
struct Frame<'a> {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The first frame in `input`, and where it ends.
    fn first(input: &'a [u8]) -> Option<(Self, usize)> {
        let ([a, b, c, kind, flags, stream @ ..], _) = input.split_first_chunk::<9>()?;
        let end = 9 + usize::try_from(u32::from_be_bytes([0, *a, *b, *c])).ok()?;
        let stream = u32::from_be_bytes(*stream) & WINDOW;
        Some((Self { kind: *kind, flags: *flags, stream, payload: input.get(9..end)? }, end))
    }
}

fn put_frame(kind: u8, flags: u8, stream: u32, payload: &[u8], out: &mut Vec<u8>) {
    // Our payloads are short.
    let length = u32::try_from(payload.len()).unwrap_or(0).to_be_bytes();
    out.extend_from_slice(&[length[1], length[2], length[3], kind, flags]);
    out.extend_from_slice(&stream.to_be_bytes());
    out.extend_from_slice(payload);
}

/// A gRPC message behind its five bytes.
fn enveloped(message: &impl Message) -> Vec<u8> {
    let body = message.encode_to_vec();
    let length = u32::try_from(body.len()).unwrap_or(0).to_be_bytes();
    [&[0][..], &length, &body].concat()
}

/// The connection: streams are opened, windows are kept, frames that are not answers are dealt with.
struct Connection {
    path: &'static str,
    body: Vec<u8>,
    next_stream: u32,
    /// Bytes that may be sent on the connection, and on a new stream.
    window: i64,
    stream_window: i64,
    /// Bytes that came since our last WINDOW_UPDATE.
    received: u32,
}

impl Connection {
    fn new(path: &'static str, message: &impl Message) -> Self {
        let body = enveloped(message);
        Self {
            path,
            body,
            next_stream: 1,
            window: DEFAULT_WINDOW,
            stream_window: DEFAULT_WINDOW,
            received: 0,
        }
    }

    fn greeting(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        // SETTINGS_INITIAL_WINDOW_SIZE, and the same for the connection: the server must wait for TCP alone.
        let settings = [&[0, 4][..], &WINDOW.to_be_bytes()].concat();
        put_frame(SETTINGS, 0, 0, &settings, out);
        put_frame(WINDOW_UPDATE, 0, 0, &(WINDOW - 65_535).to_be_bytes(), out);
    }

    /// The server's SETTINGS come first; they say what may be sent.
    fn greeted(&mut self, input: &[u8]) -> Result<Option<usize>> {
        let Some((frame, _)) = Frame::first(input) else { return Ok(None) };
        if frame.kind != SETTINGS || frame.flags & ACK != 0 {
            return Err("the server does not begin with SETTINGS".into());
        }
        self.settings(frame.payload);
        // The SETTINGS stay in the input, and are acknowledged with the frames that follow.
        Ok(Some(0))
    }

    fn settings(&mut self, payload: &[u8]) {
        for setting in payload.chunks_exact(6) {
            if let [0, 4, value @ ..] = setting
                && let Ok(value) = value.try_into()
            {
                self.stream_window = i64::from(u32::from_be_bytes(value));
            }
        }
    }

    /// Opens a stream with the whole request, if the windows have room for it.
    fn call(&mut self, out: &mut Vec<u8>) -> Option<u32> {
        let length = i64::try_from(self.body.len()).ok()?;
        if length > self.window.min(self.stream_window) {
            return None;
        }
        self.window -= length;
        let stream = self.next_stream;
        self.next_stream += 2;
        let headers = header_block(self.path, stream == 1);
        put_frame(HEADERS, END_HEADERS, stream, &headers, out);
        put_frame(DATA, END_STREAM, stream, &self.body, out);
        Some(stream)
    }

    /// Deals with a frame of the connection. An answer is what is left: its stream, its data, whether it ended.
    fn take<'a>(&mut self, frame: &Frame<'a>, out: &mut Vec<u8>) -> Result<Option<Part<'a>>> {
        let ends = frame.flags & END_STREAM != 0;
        match frame.kind {
            DATA => {
                self.data_came(frame.payload.len(), out);
                return Ok(Some(Part { stream: frame.stream, data: frame.payload, ends }));
            }
            HEADERS => return Ok(Some(Part { stream: frame.stream, data: &[], ends })),
            SETTINGS if frame.flags & ACK == 0 => {
                self.settings(frame.payload);
                put_frame(SETTINGS, ACK, 0, &[], out);
            }
            PING if frame.flags & ACK == 0 => put_frame(PING, ACK, 0, frame.payload, out),
            WINDOW_UPDATE if frame.stream == 0 => {
                let more = frame.payload.try_into().map_err(|_| "a WINDOW_UPDATE of another length")?;
                self.window += i64::from(u32::from_be_bytes(more));
            }
            RST_STREAM | GOAWAY | CONTINUATION => {
                let text = String::from_utf8_lossy(frame.payload);
                return Err(format!("a frame of kind {}: {text:?}", frame.kind).into());
            }
            _ => {}
        }
        Ok(None)
    }

    /// The connection's window is given back long before it is used up.
    fn data_came(&mut self, length: usize, out: &mut Vec<u8>) {
        self.received += u32::try_from(length).unwrap_or(0);
        if self.received > WINDOW / 4 {
            put_frame(WINDOW_UPDATE, 0, 0, &self.received.to_be_bytes(), out);
            self.received = 0;
        }
    }
}

/// A piece of an answer.
struct Part<'a> {
    stream: u32,
    data: &'a [u8],
    ends: bool,
}

/// The request's headers. Those of the first request enter the dynamic table; the others then are one byte each.
fn header_block(path: &str, first: bool) -> Vec<u8> {
    // :method POST, :scheme http, from the static table.
    let mut block = vec![0x83, 0x86];
    // :path, :authority, user-agent and content-type by the index of their name. te is not in the static
    // table.
    let fields: [(u8, &str); 5] =
        [(4, path), (1, "bench.local"), (58, "bench/1.0"), (31, "application/grpc"), (0, "trailers")];
    if !first {
        // The newest entry is 62.
        block.extend((62..67).rev().map(|index| 0x80 | index));
        return block;
    }
    for (name, value) in fields {
        block.push(0x40 | name);
        if name == 0 {
            put_text("te", &mut block);
        }
        put_text(value, &mut block);
    }
    block
}

/// A literal without Huffman coding, shorter than 127 bytes.
fn put_text(text: &str, block: &mut Vec<u8>) {
    block.push(u8::try_from(text.len()).unwrap_or(0));
    block.extend_from_slice(text.as_bytes());
}

/// Unary calls, each answered by the same bytes.
pub(crate) struct Unary {
    connection: Connection,
    expected: Vec<u8>,
    /// The open streams, and how much of each answer has come.
    open: Vec<(u32, usize)>,
}

impl Unary {
    /// `GetBook`.
    pub(crate) fn book(in_flight: usize) -> Self {
        let answer = stubs::Book { id: BOOK, title: TITLE.to_owned() };
        let request = stubs::GetBookRequest { id: BOOK };
        Self::new("/bench.v1.BookService/GetBook", &request, &answer, in_flight)
    }

    /// `EchoOrder`.
    pub(crate) fn order(in_flight: usize) -> Self {
        let order = payload::protobuf_order();
        Self::new("/bench.v1.BookService/EchoOrder", &order, &order, in_flight)
    }

    fn new(path: &'static str, request: &impl Message, answer: &impl Message, in_flight: usize) -> Self {
        let connection = Connection::new(path, request);
        Self { connection, expected: enveloped(answer), open: Vec::with_capacity(in_flight) }
    }

    /// Whether the part ends its call.
    fn check(&mut self, part: &Part<'_>) -> Result<bool> {
        let unasked = || Error::from(format!("stream {} is not open", part.stream));
        let at = self.open.iter().position(|(stream, _)| *stream == part.stream).ok_or_else(unasked)?;
        let come = &mut self.open[at].1;
        let end = *come + part.data.len();
        if self.expected.get(*come..end) != Some(part.data) {
            return Err("a wrong answer".into());
        }
        *come = end;
        if part.ends {
            self.open.swap_remove(at);
            if end != self.expected.len() {
                return Err("an answer cut short".into());
            }
        }
        Ok(part.ends)
    }
}

impl Wire for Unary {
    fn greeting(&mut self, out: &mut Vec<u8>) {
        self.connection.greeting(out);
    }

    fn greeted(&mut self, input: &[u8]) -> Result<Option<usize>> {
        self.connection.greeted(input)
    }

    fn call(&mut self, out: &mut Vec<u8>) -> bool {
        let stream = self.connection.call(out);
        self.open.extend(stream.map(|stream| (stream, 0)));
        stream.is_some()
    }

    fn take(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<Taken> {
        let mut taken = Taken::default();
        while let Some((frame, end)) = Frame::first(&input[taken.bytes..]) {
            taken.bytes += end;
            if let Some(part) = self.connection.take(&frame, out)?
                && self.check(&part)?
            {
                taken.calls += 1;
                taken.units += 1;
            }
        }
        Ok(taken)
    }
}

/// One streaming call after another; each item counts.
pub(crate) struct Ticks {
    connection: Connection,
    /// The rest of the last DATA frame: an item may begin in one and end in another.
    rest: Vec<u8>,
    index: u32,
}

impl Ticks {
    /// `Watch`.
    pub(crate) fn watch() -> Self {
        Self::new(Connection::new("/bench.v1.BookService/Watch", &stubs::WatchRequest { count: TICKS }))
    }

    /// `Follow`.
    pub(crate) fn follow() -> Self {
        Self::new(Connection::new("/bench.v1.BookService/Follow", &stubs::FollowRequest { count: TICKS }))
    }

    fn new(connection: Connection) -> Self {
        Self { connection, rest: Vec::new(), index: 0 }
    }

    /// Takes the whole items of a part; returns how many.
    fn items(&mut self, data: &[u8]) -> Result<u64> {
        self.rest.extend_from_slice(data);
        let (mut done, mut count) = (0, 0);
        while let Some((head, after)) = self.rest[done..].split_first_chunk::<5>() {
            let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
            let Some(item) = after.get(..usize::try_from(length)?) else { break };
            let tick = stubs::Tick::decode(item)?;
            if (tick.index, &*tick.symbol, tick.price) != (self.index, SYMBOL, price(self.index)) {
                return Err(format!("a wrong item at {}: {tick:?}", self.index).into());
            }
            self.index += 1;
            count += 1;
            done += 5 + item.len();
        }
        self.rest.drain(..done);
        Ok(count)
    }
}

impl Wire for Ticks {
    fn greeting(&mut self, out: &mut Vec<u8>) {
        self.connection.greeting(out);
    }

    fn greeted(&mut self, input: &[u8]) -> Result<Option<usize>> {
        self.connection.greeted(input)
    }

    fn call(&mut self, out: &mut Vec<u8>) -> bool {
        self.index = 0;
        self.connection.call(out).is_some()
    }

    fn take(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<Taken> {
        let mut taken = Taken::default();
        while let Some((frame, end)) = Frame::first(&input[taken.bytes..]) {
            taken.bytes += end;
            let Some(part) = self.connection.take(&frame, out)? else { continue };
            taken.units += self.items(part.data)?;
            if part.ends {
                taken.calls += 1;
                if self.index != TICKS {
                    return Err(format!("a stream ended after {} items", self.index).into());
                }
            }
        }
        Ok(taken)
    }
}
