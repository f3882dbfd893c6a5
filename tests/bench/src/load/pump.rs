//! The loop under every generator: it keeps so many calls in flight on one socket, writes all that is due at
//! once, and checks the answers.

use crate::Result;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A server that stands still must not hold the run.
const PATIENCE: Duration = Duration::from_secs(10);
/// Read at once.
const CHUNK: usize = 256 * 1024;

/// One protocol, seen from the client: bytes out, bytes in.
pub(crate) trait Wire {
    /// Writes the bytes before the first call. The first call may be sent once their answer is complete.
    fn greeting(&mut self, out: &mut Vec<u8>);
    /// Takes the answer to the greeting from `input`; returns how much of it that was once it is complete.
    fn greeted(&mut self, input: &[u8]) -> Result<Option<usize>>;
    /// One more call, or nothing when the protocol wants it to wait.
    fn call(&mut self, out: &mut Vec<u8>) -> bool;
    /// Takes what is complete from `input`, and checks it; what must be said besides calls goes to `out`.
    fn take(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<Taken>;
}

/// The result of reading the input.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Taken {
    /// Bytes that are done with.
    pub(crate) bytes: usize,
    /// Calls that are answered.
    pub(crate) calls: usize,
    /// The unit of the table: calls, or the items of a stream.
    pub(crate) units: u64,
}

/// The end of a round: the first limit that is reached.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) time: Duration,
    pub(crate) units: u64,
}

/// The work that was done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Done {
    pub(crate) units: u64,
    pub(crate) elapsed: Duration,
}

/// Keeps `in_flight` calls going until the limit, then waits for the last answers.
pub(crate) fn run(mut wire: Box<dyn Wire>, port: u16, in_flight: usize, limit: Limit) -> Result<Done> {
    let mut socket = Socket::connect(port)?;
    wire.greeting(&mut socket.out);
    loop {
        socket.exchange()?;
        if let Some(bytes) = wire.greeted(socket.input())? {
            socket.consume(bytes);
            break;
        }
    }
    let begin = Instant::now();
    let (mut waiting, mut units) = (0, 0);
    loop {
        let go_on = begin.elapsed() < limit.time && units < limit.units;
        while go_on && waiting < in_flight && wire.call(&mut socket.out) {
            waiting += 1;
        }
        if waiting == 0 && !go_on {
            return Ok(Done { units, elapsed: begin.elapsed() });
        }
        socket.exchange()?;
        let taken = wire.take(&socket.read[..socket.filled], &mut socket.out)?;
        socket.consume(taken.bytes);
        waiting = waiting.checked_sub(taken.calls).ok_or("more answers than calls")?;
        units += taken.units;
    }
}

struct Socket {
    stream: TcpStream,
    out: Vec<u8>,
    read: Vec<u8>,
    filled: usize,
}

impl Socket {
    fn connect(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream, out: Vec::new(), read: vec![0; CHUNK], filled: 0 })
    }

    fn input(&self) -> &[u8] {
        &self.read[..self.filled]
    }

    /// Writes all that is due, then reads what there is.
    fn exchange(&mut self) -> Result<()> {
        self.stream.write_all(&self.out)?;
        self.out.clear();
        if self.filled == self.read.len() {
            self.read.resize(self.filled * 2, 0);
        }
        match self.stream.read(&mut self.read[self.filled..])? {
            0 => Err("the server closed the connection".into()),
            count => {
                self.filled += count;
                Ok(())
            }
        }
    }

    fn consume(&mut self, bytes: usize) {
        self.read.copy_within(bytes..self.filled, 0);
        self.filled -= bytes;
    }
}
