//! The pipe between the runner and the programs under test: protobuf messages, each behind four bytes of
//! length, on standard input and output.

use bytes::Bytes;
use polywire::Message;
use std::io::{self, Read, Write};

/// The next message; `None` at the end.
///
/// # Errors
/// Those of reading, and a message that is none.
pub fn read<M: Message>(from: &mut impl Read) -> io::Result<Option<M>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let mut message = vec![0; u32::from_be_bytes(length) as usize];
    from.read_exact(&mut message)?;
    M::decode(Bytes::from(message))
        .map(Some)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Writes a message.
///
/// # Errors
/// Those of writing.
pub fn write(to: &mut impl Write, message: &impl Message) -> io::Result<()> {
    let message = message.encode();
    let length = u32::try_from(message.len()).map_err(io::Error::other)?;
    to.write_all(&[&length.to_be_bytes()[..], &message].concat())?;
    to.flush()
}
