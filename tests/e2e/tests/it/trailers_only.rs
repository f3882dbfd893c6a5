//! gRPC, frame by frame. A call that fails before its first message is answered by one HEADERS frame that
//! ends the stream (gRPC over HTTP/2, "Trailers-Only"). A call that fails later is answered by trailers.
#![allow(clippy::expect_used)]

use polywire::Server;
use polywire_e2e::serving::serve;
use polywire_e2e::shop::{Clerk, ShopServiceServer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// Kind, flags, payload of a frame of the stream.
type Frame = (u8, u8, Vec<u8>);

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// Fields as literals without indexing and without Huffman's code (RFC 7541, section 6.2.2).
fn fields(path: &str) -> Vec<u8> {
    let text = |out: &mut Vec<u8>, text: &str| {
        out.push(u8::try_from(text.len()).expect("short"));
        out.extend(text.as_bytes());
    };
    let mut block = Vec::new();
    for (name, value) in [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "test"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ] {
        block.push(0);
        text(&mut block, name);
        text(&mut block, value);
    }
    block
}

/// The server's frames on the stream, to its end.
async fn ask(path: &str, message: &[u8]) -> Vec<Frame> {
    let address = serve(Server::new().service(ShopServiceServer::new(Clerk))).await;
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    let mut sent = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    sent.extend(frame(SETTINGS, 0, 0, &[]));
    sent.extend(frame(HEADERS, END_HEADERS, 1, &fields(path)));
    let mut envelope = vec![0];
    envelope.extend((message.len() as u32).to_be_bytes());
    envelope.extend(message);
    sent.extend(frame(DATA, END_STREAM, 1, &envelope));
    socket.write_all(&sent).await.expect("sent");

    let mut frames = Vec::new();
    loop {
        let mut head = [0; 9];
        socket.read_exact(&mut head).await.expect("a frame");
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        socket.read_exact(&mut payload).await.expect("its payload");
        let (kind, flags) = (head[3], head[4]);
        if u32::from_be_bytes([head[5], head[6], head[7], head[8]]) == 1 {
            frames.push((kind, flags, payload));
            if kind == RST_STREAM || (matches!(kind, DATA | HEADERS) && flags & END_STREAM != 0) {
                return frames;
            }
        }
    }
}

fn kinds(frames: &[Frame]) -> Vec<(u8, bool)> {
    frames.iter().map(|(kind, flags, _)| (*kind, flags & END_STREAM != 0)).collect()
}

/// `Order { fault, after }`
fn order(fault: &str, after: u8) -> Vec<u8> {
    let mut order = vec![10, u8::try_from(fault.len()).expect("short")];
    order.extend(fault.as_bytes());
    order.extend([16, after]);
    order
}

#[tokio::test]
async fn an_error_before_any_message_is_one_frame() {
    for (path, message) in [
        ("/shop.v1.ShopService/Buy", order("missing", 0)),
        ("/shop.v1.ShopService/Buy", order("sold_out", 0)),
        ("/shop.v1.ShopService/Watch", order("sold_out", 0)),
        ("/shop.v1.ShopService/BuyAll", order("limit", 0)),
        ("/shop.v1.ShopService/Nothing", order("", 0)),
        ("/shop.v1.ShopService/Buy", vec![255]),
    ] {
        let frames = ask(path, &message).await;
        assert_eq!(kinds(&frames), [(HEADERS, true)], "{path} {message:?}: {frames:?}");
    }
}

/// The handler has taken the call: its head is on its way before its stream fails.
#[tokio::test]
async fn an_error_of_a_stream_that_has_begun_is_in_the_trailers() {
    let frames = ask("/shop.v1.ShopService/Trade", &order("limit", 0)).await;
    assert_eq!(kinds(&frames), [(HEADERS, false), (HEADERS, true)], "{frames:?}");
}

#[tokio::test]
async fn an_error_after_messages_is_in_the_trailers() {
    let frames = ask("/shop.v1.ShopService/Watch", &order("missing", 3)).await;
    let (Some(first), Some(last)) = (frames.first(), frames.last()) else { panic!("{frames:?}") };
    assert_eq!((kinds(std::slice::from_ref(first)), first.0), (vec![(HEADERS, false)], HEADERS));
    assert_eq!((last.0, last.1 & END_STREAM), (HEADERS, END_STREAM));
    let data: Vec<u8> =
        frames.iter().filter(|(kind, ..)| *kind == DATA).flat_map(|(.., payload)| payload.clone()).collect();
    // Three envelopes of two bytes each: `Receipt { number }`.
    let receipt = |number| [0, 0, 0, 0, 2, 8, number];
    assert_eq!(data, [receipt(1), receipt(2), receipt(3)].concat());
}
