//! Our types: every scalar and encoding, alone, optional, in lists and maps; enums, oneofs, nesting, recursion, time.

mod strategy;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use indexmap::IndexMap;
use polywire::{Message, Result, service};
use proptest::strategy::Strategy as _;
use proptest_derive::Arbitrary;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use uuid::Uuid;

/// Every message, so that one document holds them all.
#[service(package = "codec.v1")]
#[allow(missing_docs)]
pub trait Codec {
    async fn everything(&self, request: Everything) -> Result<Everything>;
}

/// One field of every kind of message below.
#[derive(Debug, Clone, PartialEq, Default, Message, Arbitrary)]
#[allow(missing_docs)]
pub struct Everything {
    pub scalars: Option<Scalars>,
    pub optionals: Option<Optionals>,
    pub lists: Option<Lists>,
    pub maps: Option<Maps>,
    pub tree: Option<Box<Tree>>,
    pub choice: Option<Choice>,
    pub numbers: Option<Numbers>,
    pub times: Option<Times>,
    pub required: Vec<Required>,
    pub texts: Option<Texts>,
    pub arrays: Option<Arrays>,
    pub foreign: Option<Foreign>,
    pub moments: Option<Moments>,
}

/// Singular scalars: implicit presence.
#[derive(Debug, Clone, PartialEq, Default, Message, Arbitrary)]
#[allow(missing_docs)]
pub struct Scalars {
    pub truth: bool,
    pub int32: i32,
    pub int64: i64,
    pub uint32: u32,
    pub uint64: u64,
    #[field(as = "sint32")]
    pub sint32: i32,
    #[field(as = "sint64")]
    pub sint64: i64,
    #[field(as = "fixed32")]
    pub fixed32: u32,
    #[field(as = "fixed64")]
    pub fixed64: u64,
    #[field(as = "sfixed32")]
    pub sfixed32: i32,
    #[field(as = "sfixed64")]
    pub sfixed64: i64,
    #[proptest(strategy = "strategy::float()")]
    pub float: f32,
    #[proptest(strategy = "strategy::double()")]
    pub double: f64,
    pub text: String,
    pub data: Vec<u8>,
    #[proptest(strategy = "strategy::shared()")]
    pub shared: Bytes,
    pub tiny: i8,
    pub small: i16,
    pub tiny_unsigned: u8,
    pub small_unsigned: u16,
    pub color: Color,
    pub level: Level,
}

/// Explicit presence.
#[derive(Debug, Clone, PartialEq, Default, Message, Arbitrary)]
#[allow(missing_docs)]
pub struct Optionals {
    pub truth: Option<bool>,
    pub int32: Option<i32>,
    pub uint64: Option<u64>,
    #[field(as = "sint64")]
    pub sint64: Option<i64>,
    #[field(as = "fixed32")]
    pub fixed32: Option<u32>,
    #[field(as = "sfixed64")]
    pub sfixed64: Option<i64>,
    #[proptest(strategy = "strategy::optional(strategy::float())")]
    pub float: Option<f32>,
    #[proptest(strategy = "strategy::optional(strategy::double())")]
    pub double: Option<f64>,
    pub text: Option<String>,
    pub data: Option<Vec<u8>>,
    pub color: Option<Color>,
    pub nothing: Option<()>,
    pub required: Option<Required>,
}

/// Repeated fields: packed where they can be.
#[derive(Debug, Clone, PartialEq, Default, Message, Arbitrary)]
#[allow(missing_docs)]
pub struct Lists {
    #[proptest(strategy = "strategy::list(proptest::prelude::any::<bool>())")]
    pub truth: Vec<bool>,
    #[proptest(strategy = "strategy::list(proptest::prelude::any::<i32>())")]
    pub int32: Vec<i32>,
    #[proptest(strategy = "strategy::list(proptest::prelude::any::<u64>())")]
    pub uint64: Vec<u64>,
    #[field(as = "sint32")]
    #[proptest(strategy = "strategy::list(proptest::prelude::any::<i32>())")]
    pub sint32: Vec<i32>,
    #[field(as = "fixed64")]
    #[proptest(strategy = "strategy::list(proptest::prelude::any::<u64>())")]
    pub fixed64: Vec<u64>,
    #[field(as = "sfixed32")]
    #[proptest(strategy = "strategy::list(proptest::prelude::any::<i32>())")]
    pub sfixed32: Vec<i32>,
    #[proptest(strategy = "strategy::list(strategy::float())")]
    pub float: Vec<f32>,
    #[proptest(strategy = "strategy::list(strategy::double())")]
    pub double: Vec<f64>,
    #[proptest(strategy = "strategy::list(proptest::prelude::any::<String>())")]
    pub text: Vec<String>,
    #[proptest(strategy = "strategy::list(proptest::prelude::any::<Vec<u8>>())")]
    pub data: Vec<Vec<u8>>,
    #[proptest(strategy = "strategy::list(proptest::prelude::any::<Color>())")]
    pub color: Vec<Color>,
    #[proptest(strategy = "strategy::list(proptest::prelude::any::<Required>())")]
    pub required: Vec<Required>,
    #[proptest(strategy = "strategy::list(proptest::prelude::any::<Choice>())")]
    pub choice: Vec<Choice>,
    #[proptest(strategy = "strategy::list(proptest::prelude::any::<i16>())")]
    pub small: Vec<i16>,
}

/// Maps with every kind of key, and of value.
#[derive(Debug, Clone, PartialEq, Default, Message, Arbitrary)]
#[allow(missing_docs)]
pub struct Maps {
    #[proptest(strategy = "strategy::map()")]
    pub by_text: BTreeMap<String, i32>,
    #[proptest(strategy = "strategy::map()")]
    pub by_truth: BTreeMap<bool, String>,
    #[proptest(strategy = "strategy::map()")]
    pub by_int32: BTreeMap<i32, Vec<u8>>,
    #[proptest(strategy = "strategy::map()")]
    pub by_int64: BTreeMap<i64, Color>,
    #[proptest(strategy = "strategy::map()")]
    pub by_uint32: BTreeMap<u32, Required>,
    #[proptest(strategy = "strategy::map()")]
    pub by_uint64: BTreeMap<u64, Choice>,
    #[field(as = "sfixed64")]
    #[proptest(strategy = "strategy::map()")]
    pub to_sfixed64: BTreeMap<String, i64>,
    #[field(as = "sint32")]
    #[proptest(strategy = "strategy::map()")]
    pub to_sint32: BTreeMap<String, i32>,
}

/// A message that holds itself, in every way that it can.
#[derive(Debug, Clone, PartialEq, Default, Message)]
#[allow(missing_docs)]
pub struct Tree {
    pub name: String,
    pub next: Option<Box<Tree>>,
    pub children: Vec<Tree>,
    pub by_name: BTreeMap<String, Tree>,
}

/// A oneof with every kind of member.
#[derive(Debug, Clone, PartialEq, Message, Arbitrary)]
#[allow(missing_docs)]
pub enum Choice {
    Text(String),
    Data(Vec<u8>),
    Truth(bool),
    #[field(as = "sint64")]
    Number(i64),
    #[proptest(strategy = "strategy::double().prop_map(Choice::Double)")]
    Double(f64),
    Color(Color),
    Tree(Box<Tree>),
    Nothing,
    Struct {
        id: u32,
        text: String,
        required: Option<Box<Required>>,
    },
}

/// Field numbers of every length, out of order and far apart, and names that JSON spells in another way.
#[derive(Debug, Clone, PartialEq, Default, Message, Arbitrary)]
#[allow(missing_docs)]
pub struct Numbers {
    #[field(1)]
    pub one: u32,
    #[field(15)]
    pub one_byte: u32,
    #[field(16)]
    pub two_bytes: u32,
    #[field(2048)]
    pub three_bytes: Vec<u32>,
    #[field(262144)]
    pub four_bytes: String,
    #[field(33554432)]
    pub five_bytes_: Option<bool>,
    #[field(536870911)]
    pub the_2_last: Vec<String>,
}

/// Moments and spans.
#[derive(Debug, Clone, PartialEq, Message, Arbitrary)]
#[allow(missing_docs)]
pub struct Times {
    #[proptest(strategy = "strategy::moment()")]
    pub at: SystemTime,
    #[proptest(strategy = "strategy::span()")]
    pub took: Duration,
    #[proptest(strategy = "strategy::list(strategy::moment())")]
    pub history: Vec<SystemTime>,
    #[proptest(strategy = "strategy::optional(strategy::span())")]
    pub wait: Option<Duration>,
}

/// Text by every owner.
#[derive(Debug, Clone, PartialEq, Default, Message, Arbitrary)]
#[allow(missing_docs)]
pub struct Texts {
    #[proptest(strategy = "strategy::text()")]
    pub boxed: Box<str>,
    #[proptest(strategy = "strategy::text()")]
    pub shared: Arc<str>,
    #[proptest(strategy = "strategy::text()")]
    pub maybe_borrowed: Cow<'static, str>,
    #[proptest(strategy = "strategy::optional(strategy::text())")]
    pub optional: Option<Arc<str>>,
    #[proptest(strategy = "strategy::list(strategy::text())")]
    pub list: Vec<Box<str>>,
    #[proptest(strategy = "strategy::text_map()")]
    pub by_text: BTreeMap<Arc<str>, Cow<'static, str>>,
    #[proptest(strategy = "strategy::shared_message()")]
    pub message: Option<Arc<Leaf>>,
}

/// Lists and bytes of one length.
#[derive(Debug, Clone, PartialEq, Message, Arbitrary)]
#[allow(missing_docs)]
pub struct Arrays {
    pub digest: [u8; 4],
    pub int32: [i32; 3],
    #[field(as = "sint64")]
    pub sint64: [i64; 2],
    #[field(as = "fixed32", packed = false)]
    pub fixed32: [u32; 2],
    pub text: [String; 2],
    pub leaves: [Leaf; 1],
    #[proptest(strategy = "strategy::list(proptest::prelude::any::<[u8; 2]>())")]
    pub pairs: Vec<[u8; 2]>,
}

/// Text and JSON by the types of other crates.
#[derive(Debug, Clone, PartialEq, Message, Arbitrary)]
#[allow(missing_docs)]
pub struct Foreign {
    #[proptest(strategy = "strategy::uuid()")]
    pub id: Uuid,
    #[proptest(strategy = "strategy::decimal()")]
    pub price: Decimal,
    #[proptest(strategy = "strategy::optional(strategy::decimal())")]
    pub discount: Option<Decimal>,
    #[proptest(strategy = "strategy::json()")]
    pub any: serde_json::Value,
    #[proptest(strategy = "strategy::list(strategy::json())")]
    pub list: Vec<serde_json::Value>,
    #[proptest(strategy = "strategy::one_entry()")]
    pub one: IndexMap<Uuid, Decimal>,
}

/// Moments and spans by the types of other crates.
#[derive(Debug, Clone, PartialEq, Message, Arbitrary)]
#[allow(missing_docs)]
pub struct Moments {
    #[proptest(strategy = "strategy::jiff_moment()")]
    pub jiff: jiff::Timestamp,
    #[proptest(strategy = "strategy::jiff_span()")]
    pub jiff_took: jiff::SignedDuration,
    #[proptest(strategy = "strategy::chrono_moment()")]
    pub chrono: DateTime<Utc>,
    #[proptest(strategy = "strategy::chrono_span()")]
    pub chrono_took: TimeDelta,
    #[proptest(strategy = "strategy::time_moment()")]
    pub time: time::OffsetDateTime,
    #[proptest(strategy = "strategy::utc_moment()")]
    pub utc: time::UtcDateTime,
    #[proptest(strategy = "strategy::time_span()")]
    pub time_took: time::Duration,
}

/// A message in a field that must be there.
#[derive(Debug, Clone, PartialEq, Default, Message, Arbitrary)]
#[allow(missing_docs)]
pub struct Required {
    pub leaf: Leaf,
    pub nothing: (),
}

/// The end of the line.
#[derive(Debug, Clone, PartialEq, Default, Message, Arbitrary)]
#[allow(missing_docs)]
pub struct Leaf {
    pub id: i32,
    pub label: String,
}

/// An enum whose zero is made, and whose unknown numbers are kept.
#[derive(Debug, Clone, Copy, PartialEq, Default, Message)]
#[allow(missing_docs)]
pub enum Color {
    #[default]
    Red,
    DeepBlue,
    #[unknown]
    Other(i32),
}

/// An enum with a zero and a negative number of its own.
#[derive(Debug, Clone, Copy, PartialEq, Default, Message, Arbitrary)]
#[allow(missing_docs)]
pub enum Level {
    #[default]
    Low = 0,
    High = 2147483647,
    Under = -1,
}
