//! The screen between a broker and lapin. It flattens headers that nest too deep.
//!
//! lapin's parser calls itself for each nested table or list, in a thread with a stack of 2 MiB. 2,000 levels,
//! or ten kilobytes of headers, overflow that stack in an optimized build; 500 levels overflow that of another.
//! The program is aborted then, and the next consumer dies of the same message. Everyone who may publish can
//! send it.
//!
//! So a table or list below [`DEEPEST`] levels becomes a byte array of the same length, which lapin does not
//! parse. The screen changes one byte of the frame, `F` or `A` into `x`, and holds nothing back (AMQP 0-9-1,
//! section 4.2; types as RabbitMQ has them). It does not look at frames too small to nest so deep.

use futures_io::{AsyncRead, AsyncWrite};
#[cfg(any(test, feature = "fuzzing"))]
use lapin::types::{AMQPValue, FieldTable};
use std::io::{self, IoSlice, IoSliceMut};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The levels of tables and lists that lapin may get. `convert` keeps fewer levels of a message, and lapin's
/// stack holds far more.
pub(in super::super) const DEEPEST: usize = 64;

/// The bytes of a frame's type, channel and size.
const FRAME_HEAD: u8 = 7;
/// The type of the frame that holds the properties of a message.
const HEADER_FRAME: u8 = 2;
/// The bytes of the class, the weight, the size of the body, and the flags of the properties.
const PROPERTIES_HEAD: u8 = 14;

/// The first three properties, in their order. The rest comes after the headers.
const CONTENT_TYPE: u64 = 1 << 15;
const CONTENT_ENCODING: u64 = 1 << 14;
const HEADERS: u64 = 1 << 13;

/// The size of a harmless frame. A nested table or list takes at least five bytes, so a smaller frame cannot
/// be too deep.
const HARMLESS: u64 = 5 * DEEPEST as u64;

/// A connection to a broker.
pub(super) struct Screened<S> {
    socket: S,
    screen: Screen,
}

impl<S> Screened<S> {
    pub(super) fn new(socket: S) -> Self {
        Self { socket, screen: Screen::default() }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Screened<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let read = ready!(Pin::new(&mut self.socket).poll_read(cx, buf))?;
        self.screen.pass(&mut buf[..read]);
        Poll::Ready(Ok(read))
    }

    fn poll_read_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        let read = ready!(Pin::new(&mut self.socket).poll_read_vectored(cx, bufs))?;
        let mut left = read;
        for buf in bufs {
            let part = left.min(buf.len());
            self.screen.pass(&mut buf[..part]);
            left -= part;
        }
        Poll::Ready(Ok(read))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Screened<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(cx, bufs)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_close(cx)
    }
}

/// The position of a connection in its stream of frames.
#[derive(Default)]
struct Screen {
    head: Number,
    /// Bytes of the frame that are still to come, with its end marker.
    left: u64,
    walk: Option<Walk>,
}

impl Screen {
    /// Looks at the next bytes of the connection. Changes the bytes that open a table or list too deep.
    fn pass(&mut self, mut bytes: &mut [u8]) {
        while let Some(byte) = bytes.first() {
            if self.left == 0 {
                if let Some(head) = self.head.gather(*byte, FRAME_HEAD) {
                    let size = head & 0xffff_ffff;
                    let is_header = (head >> 48) as u8 == HEADER_FRAME;
                    self.left = size + 1;
                    self.walk = (is_header && size > HARMLESS).then(Walk::default);
                }
                bytes = &mut bytes[1..];
            } else {
                let of_frame = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
                let (frame, rest) = bytes.split_at_mut(of_frame);
                if let Some(walk) = &mut self.walk {
                    walk.pass(frame);
                }
                self.left -= of_frame as u64;
                bytes = rest;
            }
        }
    }
}

/// A number that may arrive in pieces, most significant byte first.
#[derive(Default)]
struct Number {
    bytes: u8,
    value: u64,
}

impl Number {
    /// Adds a byte. Returns the number when `of` bytes are there; of more than eight bytes, the last eight.
    fn gather(&mut self, byte: u8, of: u8) -> Option<u64> {
        self.value = self.value << 8 | u64::from(byte);
        self.bytes += 1;
        (self.bytes == of).then(|| std::mem::take(self).value)
    }
}

/// The meaning of the next byte.
#[derive(Clone, Copy, Default)]
enum Next {
    #[default]
    Head,
    /// The length of a property before the headers.
    TextLength,
    /// The length of a table or list.
    Length(Kind),
    /// The length of a name in a table.
    NameLength,
    Type,
    /// The length of a string or of bytes.
    ValueLength,
    /// The rest, which does not matter. lapin refuses malformed headers, so these end here too.
    Done,
}

#[derive(Clone, Copy)]
enum Kind {
    Table,
    List,
}

/// A walk through the payload of a header frame, up to the end of the headers.
#[derive(Default)]
struct Walk {
    /// Bytes that were read.
    at: u64,
    /// Bytes to skip next.
    skip: u64,
    next: Next,
    number: Number,
    /// The properties that are still to come.
    flags: u64,
    /// The open tables and lists, with the place where each ends.
    open: Vec<(Kind, u64)>,
}

impl Walk {
    fn pass(&mut self, mut bytes: &mut [u8]) {
        while !bytes.is_empty() && !matches!(self.next, Next::Done) {
            let run = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
            if run > 0 {
                self.skip -= run as u64;
                self.at += run as u64;
                bytes = &mut bytes[run..];
            } else {
                self.at += 1;
                self.step(&mut bytes[0]);
                bytes = &mut bytes[1..];
            }
        }
    }

    fn step(&mut self, byte: &mut u8) {
        match self.next {
            Next::Head => {
                if let Some(head) = self.number.gather(*byte, PROPERTIES_HEAD) {
                    self.flags = head;
                    self.property();
                }
            }
            Next::TextLength => {
                self.skip = u64::from(*byte);
                self.property();
            }
            Next::Length(kind) => {
                if let Some(length) = self.number.gather(*byte, 4) {
                    self.open.push((kind, self.at + length));
                    self.entry();
                }
            }
            Next::NameLength => {
                self.skip = u64::from(*byte);
                self.next = Next::Type;
            }
            Next::Type => self.value(byte),
            Next::ValueLength => {
                if let Some(length) = self.number.gather(*byte, 4) {
                    self.skip = length;
                    self.entry();
                }
            }
            Next::Done => {}
        }
    }

    /// Goes on to the next property.
    fn property(&mut self) {
        let has = |flag| self.flags & flag != 0;
        (self.flags, self.next) = if has(CONTENT_TYPE) {
            (self.flags & !CONTENT_TYPE, Next::TextLength)
        } else if has(CONTENT_ENCODING) {
            (self.flags & !CONTENT_ENCODING, Next::TextLength)
        } else if has(HEADERS) {
            (0, Next::Length(Kind::Table))
        } else {
            (0, Next::Done)
        };
    }

    /// Goes on to the next entry of the innermost open table or list.
    fn entry(&mut self) {
        let at = self.at + self.skip;
        while self.open.last().is_some_and(|(_, end)| *end == at) {
            self.open.pop();
        }
        self.next = match self.open.last() {
            Some((Kind::Table, end)) if *end > at => Next::NameLength,
            Some((Kind::List, end)) if *end > at => Next::Type,
            _ => Next::Done,
        };
    }

    fn value(&mut self, kind: &mut u8) {
        let fixed = match kind {
            b'V' => 0,
            b't' | b'b' | b'B' => 1,
            b's' | b'U' | b'u' => 2,
            b'I' | b'i' | b'f' => 4,
            b'D' => 5,
            b'L' | b'l' | b'd' | b'T' => 8,
            b'F' | b'A' if self.open.len() < DEEPEST => {
                self.next = Next::Length(if *kind == b'F' { Kind::Table } else { Kind::List });
                return;
            }
            b'F' | b'A' | b'S' | b'x' => {
                if matches!(kind, b'F' | b'A') {
                    *kind = b'x';
                }
                self.next = Next::ValueLength;
                return;
            }
            _ => {
                self.next = Next::Done;
                return;
            }
        };
        self.skip = fixed;
        self.entry();
    }
}

/// Screens the properties of a message, in the form that they have in a frame.
#[cfg(feature = "fuzzing")]
pub(in super::super) fn screened(properties: &[u8]) -> Vec<u8> {
    let mut payload = [&[0; 12], properties].concat();
    Walk::default().pass(&mut payload);
    payload.split_off(12)
}

/// The levels of tables and lists.
#[cfg(any(test, feature = "fuzzing"))]
pub(in super::super) fn depth(table: &FieldTable) -> usize {
    fn of(value: &AMQPValue) -> usize {
        match value {
            AMQPValue::FieldTable(table) => depth(table),
            AMQPValue::FieldArray(list) => 1 + list.as_slice().iter().map(of).max().unwrap_or(0),
            _ => 0,
        }
    }
    1 + table.inner().values().map(of).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lapin::BasicProperties;
    use lapin::protocol::basic::parse_properties;

    /// A header frame with nested tables and lists of so many levels, and a string innermost.
    fn frame(levels: usize, kinds: &[u8]) -> Vec<u8> {
        let mut value = b"S\0\0\0\x04deep".to_vec();
        for level in (1..levels).rev() {
            let kind = kinds[level % kinds.len()];
            let name: &[u8] = if kind == b'F' { b"\x01n" } else { b"" };
            let length = (name.len() + value.len()) as u32;
            value = [&[kind], &length.to_be_bytes()[..], name, &value].concat();
        }
        let table = [b"\x05first", &value[..], b"\x04lastS\0\0\0\x01."].concat();
        let payload = [
            &[0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1][..],
            &[0b1111_1000, 0],
            b"\x04text\x04gzip",
            &(table.len() as u32).to_be_bytes(),
            &table,
            &[2, 7],
        ]
        .concat();
        [&[2, 0, 1][..], &(payload.len() as u32).to_be_bytes(), &payload, &[0xce]].concat()
    }

    fn screen(bytes: &[u8], piece: usize) -> Vec<u8> {
        let mut screen = Screen::default();
        let mut bytes = bytes.to_vec();
        bytes.chunks_mut(piece).for_each(|piece| screen.pass(piece));
        bytes
    }

    fn parse(frame: &[u8]) -> BasicProperties {
        let (rest, properties) = parse_properties(&frame[7 + 12..frame.len() - 1]).expect("well formed");
        assert!(rest.is_empty());
        properties
    }

    #[test]
    fn what_nests_as_deep_as_it_may_is_not_touched() {
        for kinds in [b"F".as_slice(), b"A", b"FA"] {
            for levels in [1, 2, 40, DEEPEST] {
                let frame = frame(levels, kinds);
                assert_eq!(screen(&frame, frame.len()), frame, "{levels}");
                assert_eq!(depth(parse(&frame).headers().as_ref().expect("headers")), levels);
            }
        }
    }

    #[test]
    fn what_nests_deeper_becomes_bytes() {
        for kinds in [b"F".as_slice(), b"A", b"FA"] {
            for levels in [DEEPEST + 1, 1_000, 18_000] {
                let frame = frame(levels, kinds);
                let screened = screen(&frame, frame.len());
                assert_eq!(frame.iter().zip(&screened).filter(|(was, is)| was != is).count(), 1);
                let properties = parse(&screened);
                let headers = properties.headers().as_ref().expect("headers");
                assert_eq!(depth(headers), DEEPEST);
                assert_eq!(
                    headers.inner()["last"],
                    AMQPValue::LongString(".".into()),
                    "what follows is read"
                );
                assert_eq!(*properties.priority(), Some(7));
                assert_eq!(*properties.delivery_mode(), Some(2));
            }
        }
    }

    #[test]
    fn frames_in_pieces_and_in_a_row_are_the_same() {
        let body = [&[3, 0, 1, 0, 0, 0, 6][..], b"FFFFFF", &[0xce]].concat();
        let (deep, flat) = (frame(200, b"FA"), frame(40, b"F"));
        let stream = [&body[..], &deep, &body, &flat, &deep].concat();
        let whole = screen(&stream, stream.len());
        assert_eq!(stream.iter().zip(&whole).filter(|(was, is)| was != is).count(), 2);
        for piece in [1, 2, 3, 7, 64, 999] {
            assert!(screen(&stream, piece) == whole, "pieces of {piece}");
        }
    }

    #[test]
    fn lengths_that_do_not_fit_are_lapins_to_refuse() {
        let good = frame(200, b"FA");
        for at in 7 + 12..good.len() - 1 {
            let mut bad = good.clone();
            bad[at] = bad[at].wrapping_add(97);
            let after = [&bad[..], &good].concat();
            // The next frame is found all the same.
            assert_eq!(screen(&after, 5)[bad.len()..], screen(&good, 5)[..], "byte {at}");
        }
    }
}
