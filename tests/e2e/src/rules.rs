//! A service whose messages have every constraint there is. Requests must keep them on every wire, and so
//! must readers of its `.proto` and its OpenAPI document.
#![allow(missing_docs, reason = "a field is named for the constraint that it has")]

use bytes::Bytes;
use polywire::{Message, Result, Streaming, service, wkt};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Line {
    /// Two letters and a number.
    #[field(pattern = r"^[A-Z]{2}\d+$")]
    pub sku: String,
    /// How many.
    #[field(min = 1, max = 99)]
    pub quantity: u32,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Order {
    /// Who gets the bill.
    #[field(email)]
    pub customer: String,
    /// What is ordered.
    #[field(items = 1..=3)]
    pub lines: Vec<Line>,
    /// Free words.
    #[field(pairs = ..=2, keys(max_len = 3), values(min_len = 1))]
    pub tags: BTreeMap<String, String>,
    /// Of the price.
    #[field(required, exclusive_min = 0, exclusive_max = 1)]
    pub discount: Option<f64>,
    /// How it is paid.
    #[field(oneof)]
    pub payment: Option<Payment>,
}

/// How an order is paid.
#[derive(Debug, Clone, PartialEq, Message)]
pub enum Payment {
    /// By the last digits of a card.
    #[field(6, len = 4)]
    Card(String),
    /// As before.
    #[field(7)]
    Again(Line),
}

/// A kind of book.
#[derive(Debug, Clone, Copy, PartialEq, Message)]
pub enum Genre {
    /// Made up.
    Fiction,
    /// Of another version.
    #[unknown]
    Other(i32),
}

/// A field for each constraint, none of which has to be there.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Case {
    #[field(min = -5, max = 10)]
    pub int32: Option<i32>,
    #[field(exclusive_min = 0, exclusive_max = 9007199254740993)]
    pub int64: Option<i64>,
    #[field(min = 3)]
    pub uint32: Option<u32>,
    #[field(max = 18446744073709551614)]
    pub uint64: Option<u64>,
    #[field(as = "sint32", min = -120, max = -7)]
    pub sint32: Option<i32>,
    #[field(as = "sint64", one_of = [-9223372036854775808, 0, 7])]
    pub sint64: Option<i64>,
    #[field(as = "fixed32", exclusive_max = 1000)]
    pub fixed32: Option<u32>,
    #[field(as = "fixed64", exclusive_min = 999)]
    pub fixed64: Option<u64>,
    #[field(as = "sfixed32", one_of = [1, 2, 30])]
    pub sfixed32: Option<i32>,
    #[field(as = "sfixed64", min = -1, exclusive_max = 1)]
    pub sfixed64: Option<i64>,
    #[field(min = 0.1, exclusive_max = 0.7)]
    pub float: Option<f32>,
    #[field(exclusive_min = 0, max = 0.5)]
    pub double: Option<f64>,
    #[field(min = 0)]
    pub upward: Option<f64>,
    #[field(max = 0)]
    pub downward: Option<f32>,
    #[field(finite)]
    pub finite: Option<f64>,
    #[field(one_of = [0.5, 2])]
    pub choice: Option<f64>,
    #[field(len = 3)]
    pub code: Option<String>,
    #[field(len = 2..=4)]
    pub word: Option<String>,
    #[field(one_of = ["red", "green"])]
    pub colour: Option<String>,
    #[field(pattern = r"^\w+\s\d$")]
    pub pattern: Option<String>,
    #[field(pattern = r"(?i)^abc")]
    pub any_case: Option<String>,
    #[field(prefix = "a.", suffix = "$z", contains = "(")]
    pub parts: Option<String>,
    #[field(email)]
    pub email: Option<String>,
    #[field(uuid)]
    pub uuid: Option<String>,
    #[field(uri)]
    pub uri: Option<String>,
    #[field(hostname)]
    pub hostname: Option<String>,
    #[field(ip)]
    pub ip: Option<String>,
    #[field(ipv4)]
    pub ipv4: Option<String>,
    #[field(ipv6)]
    pub ipv6: Option<String>,
    #[field(len = 4)]
    pub digest: Option<Vec<u8>>,
    #[field(len = 1..=2)]
    pub bytes: Option<Vec<u8>>,
    #[field(defined)]
    pub genre: Option<Genre>,
    #[field(items = ..=2)]
    pub few: Vec<i32>,
    #[field(unique)]
    pub unique: Vec<String>,
    #[field(unique)]
    pub doubles: Vec<f64>,
    #[field(unique)]
    pub blobs: Vec<Bytes>,
    #[field(unique)]
    pub kinds: Vec<Genre>,
    #[field(each(min = 1, max = 5))]
    pub each: Vec<u64>,
    #[field(each(defined))]
    pub genres: Vec<Genre>,
    #[field(pairs = ..=2)]
    pub pairs: BTreeMap<String, i32>,
    #[field(keys(min = 1, max = 9))]
    pub keys: BTreeMap<i32, String>,
    #[field(values(suffix = "!"))]
    pub values: BTreeMap<bool, String>,
    #[field(min = "1.5s", exclusive_max = "5m")]
    pub pause: Option<Duration>,
    #[field(exclusive_min = "-1ms", max = "0s")]
    pub span: Option<wkt::Duration>,
    #[field(each(max = "2s"))]
    pub pauses: Vec<Duration>,
    #[field(past)]
    pub born: Option<SystemTime>,
    #[field(future)]
    pub due: Option<wkt::Timestamp>,
    pub lines: Vec<Line>,
    pub by_name: BTreeMap<String, Line>,
    pub absent: Option<Absent>,
    pub order: Option<Box<Order>>,
    #[field(min = "2020-02-29T00:00:00Z", exclusive_max = "2030-01-01T00:00:00.5Z")]
    pub dated: Option<SystemTime>,
    #[field(exclusive_min = "1969-12-31T23:59:59.999999999Z", max = "1970-01-01T01:00:00+01:00")]
    pub epoch: Option<wkt::Timestamp>,
    #[field(within = "1d")]
    pub near: Option<SystemTime>,
    #[field(each(past, min = "2000-01-01T00:00:00Z"))]
    pub visits: Vec<SystemTime>,
    pub arrays: Option<Arrays>,
}

/// Lists and bytes of one length, which is said where the type is.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Arrays {
    pub digest: [u8; 4],
    pub earlier: Vec<[u8; 2]>,
    pub by_name: BTreeMap<String, [u8; 1]>,
    pub maybe: Option<[u8; 3]>,
    #[field(each(min = 0))]
    pub corners: [f64; 3],
    pub pairs: [[u8; 2]; 2],
}

/// What constraints say of a field that is not there.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Absent {
    #[field(min = 1)]
    pub count: i32,
    #[field(max = 5)]
    pub small: i64,
    #[field(min_len = 1)]
    pub name: String,
    #[field(pattern = "^a*$")]
    pub letters: String,
    #[field(items = 1..)]
    pub list: Vec<i32>,
    #[field(pairs = 1..)]
    pub map: BTreeMap<i32, i32>,
    #[field(required)]
    pub needed: Option<bool>,
    #[field(required)]
    pub line: Option<Line>,
    #[field(one_of = ["", "x"])]
    pub blank: String,
    #[field(email)]
    pub email: Option<String>,
}

/// Takes what keeps the constraints.
#[service(package = "rules.v1")]
pub trait RulesService {
    /// Takes a case.
    async fn check(&self, case: Case) -> Result<()>;

    /// Takes an order and answers how many lines it has.
    #[http(POST "/rules/orders")]
    async fn place(&self, order: Order) -> Result<u32>;

    /// Gives the lines of an order back.
    #[ws("/rules/follow")]
    async fn follow(&self, order: Order) -> Result<Streaming<Line>>;

    /// Adds the quantities up.
    async fn upload(&self, lines: Streaming<Line>) -> Result<u32>;

    /// Gives each line back at once.
    #[ws("/rules/talk")]
    async fn talk(&self, lines: Streaming<Line>) -> Result<Streaming<Line>>;

    /// Looks a line up.
    #[http(GET "/rules/lines/{sku}")]
    async fn find(
        &self,
        #[field(pattern = r"^[A-Z]{2}\d+$")] sku: String,
        #[field(min = 1, max = 99)] quantity: u32,
        #[field(items = ..=2, each(len = 1..=3))] marks: Vec<String>,
    ) -> Result<Line>;
}

/// The implementation: it relies on what it is given.
#[derive(Debug, Clone, Default)]
pub struct Rules;

impl RulesService for Rules {
    async fn check(&self, _: Case) -> Result<()> {
        Ok(())
    }

    async fn place(&self, order: Order) -> Result<u32> {
        Ok(u32::try_from(order.lines.len()).unwrap_or(u32::MAX))
    }

    async fn follow(&self, order: Order) -> Result<Streaming<Line>> {
        Ok(Streaming::from_items(order.lines))
    }

    async fn upload(&self, mut lines: Streaming<Line>) -> Result<u32> {
        let mut sum = 0;
        while let Some(line) = lines.next().await? {
            sum += line.quantity;
        }
        Ok(sum)
    }

    async fn talk(&self, lines: Streaming<Line>) -> Result<Streaming<Line>> {
        Ok(lines)
    }

    async fn find(&self, sku: String, quantity: u32, _: Vec<String>) -> Result<Line> {
        Ok(Line { sku, quantity })
    }
}
