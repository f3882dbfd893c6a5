//! The client's half.

use super::super::client::{ClientDialect, Outcall, ServerMessage, Told};
use super::write::{BODY, ITEMS, METADATA, METHOD, TIMEOUT_MS, begin, put_bytes, put_metadata, put_number};
use super::{Kind, Proto, read, write};
use crate::call::spec::Method;
use crate::call::status::Status;
use bytes::Bytes;

/// The most metadata accepted from a server, in bytes: the same as a server accepts from us.
const METADATA_LIMIT: usize = 16 << 10;

impl ClientDialect for Proto {
    fn call(call: &Outcall<'_>) -> Bytes {
        let method = call.method.full_name();
        let mut out =
            begin(Kind::Call, call.id, method.len() + call.body.as_ref().map_or(0, Bytes::len) + 32);
        put_bytes(METHOD, method.as_bytes(), &mut out);
        if let Some(timeout) = call.timeout {
            let millis = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
            // The rest of a millisecond must not become 0, which means "no limit".
            put_number(TIMEOUT_MS, millis.max(1), &mut out);
        }
        if let Some(window) = call.window {
            put_number(ITEMS, window.into(), &mut out);
        }
        put_metadata(METADATA, call.metadata, &mut out);
        if let Some(body) = &call.body {
            put_bytes(BODY, body, &mut out);
        }
        out.freeze()
    }

    fn item(id: u64, body: &Bytes) -> Bytes {
        let mut out = begin(Kind::Item, id, body.len());
        put_bytes(BODY, body, &mut out);
        out.freeze()
    }

    fn end(id: u64) -> Bytes {
        begin(Kind::End, id, 0).freeze()
    }

    fn cancel(id: u64) -> Bytes {
        begin(Kind::Cancel, id, 0).freeze()
    }

    fn grant(id: u64, items: u32) -> Bytes {
        write::grant(id, items)
    }

    fn understand(message: &Bytes) -> Option<ServerMessage> {
        let fields = read::fields(message, METADATA_LIMIT).ok()?;
        let failed = match &fields.status {
            None => None,
            Some(status) => Some(Status::from_proto(status).ok()??),
        };
        let body = fields.body.unwrap_or_default();
        let told = match (Kind::from_number(fields.kind)?, failed) {
            (Kind::Result | Kind::End, Some(status)) => Told::Failed(status),
            (Kind::Result, None) => Told::Result(body),
            (Kind::End, None) => Told::Ended,
            (Kind::Open, _) => Told::Result(Bytes::new()),
            (Kind::Item, _) => Told::Item(body),
            (Kind::Grant, _) => Told::Granted(fields.items.unwrap_or_default()),
            (Kind::Call | Kind::Cancel, _) => return None,
        };
        Some(ServerMessage { id: fields.id, told, headers: fields.metadata, trailers: fields.trailers })
    }

    fn whole(_: &Method, body: Bytes) -> Bytes {
        body
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Back, Dialect, Ended, Manner};
    use super::*;
    use crate::call::metadata::Metadata;
    use crate::waist::handler::Frame;
    use bytes::BytesMut;

    fn told(message: &Bytes) -> (u64, Told) {
        let answer = Proto::understand(message).expect("an answer");
        (answer.id, answer.told)
    }

    #[test]
    fn what_the_server_writes_the_client_reads() {
        let mut body = BytesMut::zeroed(Proto::headroom(&7));
        body.extend_from_slice(&[b'x'; 300]);
        let result = Proto::result(&7, body, &Back::default());
        assert_eq!(told(&result), (7, Told::Result(Bytes::from(vec![b'x'; 300]))));

        let status = Status::not_found("no");
        let failure = Proto::failure(Some(&7), super::super::Fault::Call, &status, &Back::default());
        assert_eq!(told(&failure), (7, Told::Failed(status.clone())));
        let trailers = Metadata::new();
        let ended = |error| Ended { method: "", manner: Manner::Call, error, trailers: &trailers };
        assert_eq!(told(&Proto::ended(&7, ended(Some(&status)))), (7, Told::Failed(status.clone())));
        assert_eq!(told(&Proto::ended(&7, ended(None))), (7, Told::Ended));
        assert_eq!(told(&Proto::granted(&7, 300)), (7, Told::Granted(300)));
    }

    #[test]
    fn items_of_one_fill_are_messages_of_their_own() {
        let mut envelope = Proto::envelope(&u64::MAX, "");
        let mut buf = BytesMut::new();
        for item in [&b""[..], b"a", &[b'b'; 200]] {
            envelope.begin(&mut buf);
            buf.extend_from_slice(item);
            envelope.end(&mut buf);
        }
        let mut start = 0;
        let read = |end| {
            let message = Bytes::copy_from_slice(&buf[start..end]);
            start = end;
            told(&message)
        };
        let items: Vec<_> = envelope.take_ends().into_iter().map(read).collect();
        let expected = [Bytes::new(), Bytes::from_static(b"a"), Bytes::from(vec![b'b'; 200])];
        assert_eq!(items, expected.map(|item| (u64::MAX, Told::Item(item))));
    }
}
