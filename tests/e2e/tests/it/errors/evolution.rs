//! A contract that grows: peers of yesterday's types and peers of tomorrow's, each way, over every wire.

#[allow(unreachable_pub, reason = "a contract, whose types are public wherever it stands")]
mod tomorrow;
#[allow(unreachable_pub, reason = "a contract, whose types are public wherever it stands")]
mod yesterday;

use polywire::{Code, Limits, Message, Result, Server};
use polywire_e2e::wires::Wire;
use std::collections::BTreeMap;
use tokio::sync::mpsc;
use tomorrow::Shelf as _;
use yesterday::Shelf as _;

polywire_e2e::on_every_wire! {
    what_a_newer_server_adds_is_left_out_of_what_an_older_client_reads
    what_must_be_there_and_is_not_known_is_an_error_that_says_what_helps
    a_server_refuses_what_it_does_not_know
    a_field_that_an_older_client_does_not_send_must_be_one_that_may_be_absent
}

async fn older(wire: Wire) -> yesterday::ShelfClient {
    let (events, _) = mpsc::unbounded_channel();
    let server = tomorrow::ShelfServer::new(tomorrow::Store(events));
    yesterday::ShelfClient::from_caller(wire.open(server, Limits::default()).await)
}

async fn newer(wire: Wire) -> tomorrow::ShelfClient {
    let (events, _) = mpsc::unbounded_channel();
    let server = yesterday::ShelfServer::new(yesterday::Store(events));
    tomorrow::ShelfClient::from_caller(wire.open(server, Limits::default()).await)
}

fn map<V: Clone>(pairs: &[(&str, V)]) -> BTreeMap<String, V> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// A book with everything that yesterday does not know, as yesterday sees it.
fn seen() -> yesterday::Book {
    use yesterday::{Form, Genre, Kind, Note, Shape, Stated};
    yesterday::Book {
        id: 7,
        kind: None,
        kinds: vec![Kind::Novel, Kind::Poem],
        loose: vec![Kind::Novel],
        by_name: map(&[("a", Kind::Novel)]),
        genre: None,
        genres: vec![Genre(Kind::Poem)],
        shape: None,
        shapes: vec![Shape::Square(2)],
        shapes_by_name: map(&[("s", Shape::Square(3))]),
        marked: None,
        form: None::<Form>,
        note: Note { kind: None, kinds: vec![Kind::Novel] },
        stated: Stated::Unstated,
    }
}

async fn what_a_newer_server_adds_is_left_out_of_what_an_older_client_reads(wire: Wire) {
    let shelf = older(wire).await;
    assert_eq!(shelf.get(7).await, Ok(seen()));
    assert_eq!(shelf.kinds().await, Ok(vec![yesterday::Kind::Novel, yesterday::Kind::Poem]));
    assert_eq!(shelf.maybe().await, Ok(None));
    let items = shelf.watch().await.expect("a stream").collect().await;
    assert_eq!(items, Ok(vec![seen(), seen()]));
}

async fn what_must_be_there_and_is_not_known_is_an_error_that_says_what_helps(wire: Wire) {
    let shelf = older(wire).await;
    let error = shelf.must_kind().await.expect_err("an unknown kind");
    assert_eq!(error.code(), Code::Internal, "{error}");
    let is_named = |part: &str| error.message().contains(part);
    assert!(is_named("kind") && (is_named("9 is not a value of Kind") || is_named("ESSAY")), "{error}");
    assert!(is_named("#[unknown]") && is_named("`Option`"), "{error}");
    let error = shelf.must_shape().await.expect_err("an unknown shape");
    assert!(error.code() == Code::Internal && error.message().contains("shape"), "{error}");
    let error = shelf.must_form().await.expect_err("an unknown form");
    assert!(error.code() == Code::Internal && error.message().contains("form"), "{error}");
}

async fn a_server_refuses_what_it_does_not_know(wire: Wire) {
    let shelf = newer(wire).await;
    let plain = tomorrow::Book { kinds: vec![tomorrow::Kind::Novel], ..tomorrow::Book::empty() };
    assert_eq!(shelf.put(plain.clone()).await.map(|book| book.kinds), Ok(vec![tomorrow::Kind::Novel]));
    for (field, book) in [
        ("kinds", tomorrow::Book { kinds: vec![tomorrow::Kind::Essay], ..plain.clone() }),
        ("kind", tomorrow::Book { kind: Some(tomorrow::Kind::Essay), ..plain.clone() }),
        ("shapes", tomorrow::Book { shapes: vec![tomorrow::Shape::Star(1)], ..plain.clone() }),
        ("shape", tomorrow::Book { shape: Some(tomorrow::Shape::Star(1)), ..plain.clone() }),
        ("genre", tomorrow::Book { genre: Some(tomorrow::Genre(tomorrow::Kind::Essay)), ..plain.clone() }),
    ] {
        let error = shelf.put(book).await.expect_err(field);
        assert_eq!(error.code(), Code::InvalidArgument, "{field}: {error}");
        assert!(error.message().contains(field), "{field}: {error}");
    }
}

async fn a_field_that_an_older_client_does_not_send_must_be_one_that_may_be_absent(wire: Wire) {
    let shelf = older(wire).await;
    assert_eq!(shelf.lend(7).await, Ok("to nobody, for 14 days".to_owned()));
    let error = shelf.give(7).await.expect_err("a new field that must be there");
    assert_eq!(error.code(), Code::InvalidArgument, "{error}");
    assert!(error.message().contains("reader"), "{error}");
}

#[tokio::test]
async fn an_event_of_a_newer_publisher_is_taken() {
    let broker = format!("memory:evolution-{}", std::process::id());
    let (events, mut taken) = mpsc::unbounded_channel();
    let server = Server::new().service(yesterday::ShelfServer::new(yesterday::Store(events)));
    tokio::spawn(server.amqp(broker.as_str()).serve_until(std::future::pending()));
    let shelf = tomorrow::ShelfClient::connect(broker).await.expect("a client");
    shelf.moved(tomorrow::Book::full()).await.expect("published");
    assert_eq!(taken.recv().await, Some(seen()));
}

/// A message with unknown fields keeps the parts that were left out, and writes them again.
#[tokio::test]
async fn what_is_left_out_is_written_back_with_unknown_fields() {
    use tomorrow::{Kind, Shape};
    let shelf = older(Wire::Grpc).await;
    let kept: yesterday::Kept = shelf.kept().await.expect("a message");
    assert_eq!((kept.kind, kept.shape.clone()), (None, None));
    assert_eq!(kept.kinds, [yesterday::Kind::Novel]);
    assert_eq!(kept.by_name, map(&[("a", yesterday::Kind::Novel)]));
    let again = tomorrow::Kept::decode(kept.encode()).expect("tomorrow's");
    assert_eq!(
        again,
        tomorrow::Kept {
            kind: Some(Kind::Essay),
            // After the known ones.
            kinds: vec![Kind::Novel, Kind::Essay],
            by_name: map(&[("a", Kind::Novel), ("b", Kind::Essay)]),
            shape: Some(Shape::Star(1)),
            note: tomorrow::Note { kind: Some(Kind::Poem), kinds: vec![] },
        }
    );
}

/// Reads outside of a call are as strict as a server.
#[test]
fn a_message_that_is_decoded_alone_is_read_as_a_request() -> Result<()> {
    let book = tomorrow::Book::full();
    let error = yesterday::Book::decode(book.encode()).expect_err("unknown values");
    assert!(error.to_string().contains("9 is not a value of Kind"), "{error}");
    let json = serde_json::to_string(&book).expect("JSON");
    assert!(serde_json::from_str::<yesterday::Book>(&json).is_err());
    Ok(())
}
