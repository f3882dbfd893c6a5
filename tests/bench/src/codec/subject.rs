//! The messages to encode and decode: a book, an order, and shops with branches with orders. Each is our
//! type, prost's and serde's.

use crate::Result;
use crate::case::Side;
use crate::ours;
use crate::payload::{BOOK, TITLE, protobuf_order};
use crate::peer::axum_rest as plain;
use crate::peer::grpc_stubs as stubs;
use bytes::Bytes;
use polywire::{JsonOptions, Message};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::hint::black_box;

/// One thing to do, over and over.
pub(super) type Work = Box<dyn FnMut()>;
/// Makes it, for one side.
pub(super) type Make = fn(Side) -> Result<Work>;

/// One row.
pub(super) struct Subject {
    pub(super) name: &'static str,
    pub(super) what: &'static str,
    pub(super) peer: &'static str,
    pub(super) work: Make,
    size: fn() -> Result<usize>,
}

impl Subject {
    /// The size of the encoded message, in bytes.
    pub(super) fn size(&self) -> Result<usize> {
        (self.size)()
    }
}

const PROST: &str = "prost 0.14.6";
const SERDE: &str = "serde_json 1.0";

macro_rules! subjects {
    ($($make:ident $name:literal $what:literal;)*) => { &[$(
        Subject { name: concat!($name, "-proto-decode"), what: concat!($what, ", protobuf, decode"), peer: PROST,
            work: |side| decode($make()?, side), size: || Ok($make()?.bytes.len()) },
        Subject { name: concat!($name, "-proto-encode"), what: concat!($what, ", protobuf, encode"), peer: PROST,
            work: |side| encode($make()?, side), size: || Ok($make()?.bytes.len()) },
        Subject { name: concat!($name, "-json-decode"), what: concat!($what, ", JSON, decode"), peer: SERDE,
            work: |side| read($make()?, side), size: || Ok($make()?.text.len()) },
        Subject { name: concat!($name, "-json-encode"), what: concat!($what, ", JSON, encode"), peer: SERDE,
            work: |side| write($make()?, side), size: || Ok($make()?.text.len()) },
    )*] };
}

/// All of them.
pub(super) const SUBJECTS: &[Subject] = subjects! {
    book "small" "book";
    order "order" "order";
    shop "large" "shops in shops, with orders";
};

/// A message in every form; what the peers read, we read too, so the three are one message.
struct Forms<O, P, S> {
    ours: O,
    prost: P,
    plain: S,
    bytes: Bytes,
    text: String,
}

impl<O: Message, P: prost::Message, S: Serialize> Forms<O, P, S> {
    fn of(prost: P, plain: S) -> Result<Self> {
        let bytes = Bytes::from(prost.encode_to_vec());
        let ours = O::decode(bytes.clone())?;
        let text = serde_json::to_string(&plain)?;
        let same =
            JsonOptions::default().read::<O>(&text)?.encode() == ours.encode() && ours.encode() == bytes;
        if same {
            Ok(Self { ours, prost, plain, bytes, text })
        } else {
            Err("the sides hold different messages".into())
        }
    }
}

fn book() -> Result<Forms<ours::Book, stubs::Book, plain::Book>> {
    let title = || TITLE.to_owned();
    Forms::of(stubs::Book { id: BOOK, title: title() }, plain::Book { id: BOOK, title: title() })
}

/// 3.7 KB of it.
fn small_order() -> stubs::Order {
    let mut order = protobuf_order();
    order.lines.truncate(LINES);
    order
}

const LINES: usize = 28;

fn order() -> Result<Forms<ours::Order, stubs::Order, plain::Order>> {
    Forms::of(small_order(), small_order().into())
}

/// A shop and its branches.
#[derive(Debug, Clone, PartialEq, Message)]
struct Shop {
    name: String,
    orders: Vec<ours::Order>,
    branches: Vec<Shop>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct ProstShop {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, repeated, tag = "2")]
    orders: Vec<stubs::Order>,
    #[prost(message, repeated, tag = "3")]
    branches: Vec<ProstShop>,
}

#[derive(Serialize, Deserialize)]
struct PlainShop {
    name: String,
    orders: Vec<plain::Order>,
    branches: Vec<PlainShop>,
}

/// Three levels of branches, three to a shop, two orders each: 40 shops.
fn shop() -> Result<Forms<Shop, ProstShop, PlainShop>> {
    fn shop(levels: u32) -> ProstShop {
        let branches = if levels == 0 { Vec::new() } else { vec![shop(levels - 1); 3] };
        ProstShop { name: format!("shop {levels}"), orders: vec![small_order(); 2], branches }
    }
    fn plain(ProstShop { name, orders, branches }: ProstShop) -> PlainShop {
        let orders = orders.into_iter().map(plain::Order::from).collect();
        PlainShop { name, orders, branches: branches.into_iter().map(plain).collect() }
    }
    Forms::of(shop(3), plain(shop(3)))
}

fn decode<O: Message, P: prost::Message + Default, S: Serialize>(
    forms: Forms<O, P, S>,
    side: Side,
) -> Result<Work> {
    let bytes = forms.bytes;
    Ok(match side {
        Side::Polywire => Box::new(move || drop(black_box(O::decode(black_box(bytes.clone()))))),
        Side::Peer => Box::new(move || drop(black_box(P::decode(black_box(bytes.clone()))))),
    })
}

fn encode<O: Message, P: prost::Message + 'static, S: Serialize>(
    forms: Forms<O, P, S>,
    side: Side,
) -> Result<Work> {
    let Forms { ours, prost, .. } = forms;
    Ok(match side {
        Side::Polywire => Box::new(move || drop(black_box(black_box(&ours).encode()))),
        Side::Peer => Box::new(move || drop(black_box(black_box(&prost).encode_to_vec()))),
    })
}

fn read<O: Message, P: prost::Message, S: Serialize + DeserializeOwned>(
    forms: Forms<O, P, S>,
    side: Side,
) -> Result<Work> {
    let text = forms.text;
    Ok(match side {
        Side::Polywire => {
            Box::new(move || drop(black_box(JsonOptions::default().read::<O>(black_box(&text)))))
        }
        Side::Peer => Box::new(move || drop(black_box(serde_json::from_str::<S>(black_box(&text))))),
    })
}

fn write<O: Message, P: prost::Message, S: Serialize + 'static>(
    forms: Forms<O, P, S>,
    side: Side,
) -> Result<Work> {
    let Forms { ours, plain, .. } = forms;
    Ok(match side {
        Side::Polywire => Box::new(move || drop(black_box(JsonOptions::default().write(black_box(&ours))))),
        Side::Peer => Box::new(move || drop(black_box(serde_json::to_string(black_box(&plain))))),
    })
}
