//! The 6 KB order, in each form that is sent, and the small answers that are expected.

use crate::peer::axum_rest;
use crate::peer::grpc_stubs as stubs;

/// The title of every book.
pub(crate) const TITLE: &str = "Django for APIs";
/// The book that the small calls ask for.
pub(crate) const BOOK: i32 = 7;
/// How many items one streaming call asks for.
pub(crate) const TICKS: u32 = 50_000;
/// The text of a queued task, beside its number.
pub(crate) const NOTE: &str = "leave it with the neighbours on the left; the bell is out of order, so knock twice, and mind the dog, \
    which is friendly but large. If nobody opens: the shed behind the house is never locked, put the parcel on the shelf.";

/// The symbol of every item of a stream.
pub(crate) const SYMBOL: &str = "NL0010273215";
/// How many items may wait between a task that makes them and the stream.
pub(crate) const CHANNEL: usize = 64;

/// The price in item `index` of a stream.
pub(crate) fn price(index: u32) -> f64 {
    f64::from(index % 1000) + 0.25
}

/// Lines of the order, so that it is close to 6 KB as protobuf, or as JSON.
const LINES_PROTOBUF: i32 = 48;
const LINES_JSON: i32 = 36;

/// The order as protobuf messages hold it.
pub(crate) fn protobuf_order() -> stubs::Order {
    let address = |street: &str| stubs::Address {
        street: street.to_owned(),
        city: "Utrecht".to_owned(),
        postcode: "3511 AB".to_owned(),
        country: "Netherlands".to_owned(),
    };
    let line = |n: i32| stubs::Line {
        sku: format!("SKU-{:06}", n * 7919),
        title: format!("{TITLE}, copy {n}: build web APIs, \"step by step\""),
        quantity: n % 9 + 1,
        unit_price: f64::from(n) + 0.25,
        tags: vec!["book".to_owned(), "web".to_owned(), format!("shelf-{n}")],
    };
    stubs::Order {
        id: 4711,
        customer: "Ada Lovelace".to_owned(),
        email: "ada@example.org".to_owned(),
        ship_to: Some(address("Oudegracht 100")),
        bill_to: Some(address("Lange Nieuwstraat 2")),
        lines: (1..=LINES_PROTOBUF).map(line).collect(),
        note: NOTE.to_owned(),
        express: true,
        total: 1234.5,
    }
}

/// The order as JSON, the shorter one.
pub(crate) fn json_order() -> serde_json::Result<Vec<u8>> {
    let mut order = protobuf_order();
    order.lines.truncate(LINES_JSON as usize);
    serde_json::to_vec(&axum_rest::Order::from(order))
}
