//! Constraints of fields: checked before a handler runs, with every violation reported at once, and its path.

use polywire::{Code, Message, Result, Status, Streaming, service};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Message)]
struct Line {
    #[field(pattern = r"^[A-Z]{2}\d+$")]
    sku: String,
    #[field(min = 1, max = 99)]
    quantity: u32,
}

#[derive(Debug, Clone, PartialEq, Message)]
enum Payment {
    Card {
        #[field(len = 4)]
        last: String,
    },
    Invoice(#[allow(dead_code)] Line),
    #[field(email)]
    Link(String),
}

#[derive(Debug, Clone, PartialEq, Message)]
enum Genre {
    Fiction,
    #[unknown]
    Other(i32),
}

#[derive(Debug, Clone, PartialEq, Message)]
struct Order {
    #[field(items = 1..=3)]
    lines: Vec<Line>,
    #[field(pairs = ..=2, keys(max_len = 3), values(min_len = 1))]
    tags: BTreeMap<String, String>,
    #[field(required, exclusive_min = 0, exclusive_max = 1)]
    discount: Option<f32>,
    #[field(unique, each(one_of = ["a", "b"]))]
    marks: Vec<String>,
    #[field(defined)]
    genre: Genre,
    gift: Option<Line>,
    payment: Option<Payment>,
    #[field(max_len = 2)]
    key: Vec<u8>,
    child: Option<Box<Order>>,
    by_number: BTreeMap<i32, Line>,
}

fn line() -> Line {
    Line { sku: "AB1".to_owned(), quantity: 1 }
}

fn order() -> Order {
    Order {
        lines: vec![line()],
        tags: BTreeMap::new(),
        discount: Some(0.5),
        marks: Vec::new(),
        genre: Genre::Fiction,
        gift: None,
        payment: None,
        key: Vec::new(),
        child: None,
        by_number: BTreeMap::new(),
    }
}

#[service(package = "shop.v1")]
trait Shop {
    async fn place(&self, order: Order) -> Result<()>;
    async fn plain(&self, #[field(min = 1)] id: i32, #[field(max_len = 3)] name: String) -> Result<i32>;
    async fn upload(&self, lines: Streaming<Line>) -> Result<u32>;
}

struct Desk;

impl Shop for Desk {
    async fn place(&self, _: Order) -> Result<()> {
        Ok(())
    }
    async fn plain(&self, id: i32, _: String) -> Result<i32> {
        Ok(id)
    }
    async fn upload(&self, mut lines: Streaming<Line>) -> Result<u32> {
        let mut sum = 0;
        while let Some(line) = lines.next().await? {
            sum += line.quantity;
        }
        Ok(sum)
    }
}

fn told(status: &Status) -> Vec<(String, String)> {
    status.field_violations().into_iter().map(|v| (v.field, v.reason)).collect()
}

async fn refused(order: Order) -> Vec<(String, String)> {
    let local = ShopClient::local(Desk);
    let status = local.place(order.clone()).await.expect_err("refused by the server");
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    let early = local.validating().place(order).await.expect_err("refused by the client");
    assert_eq!(early, status, "the client says what the server would");
    told(&status)
}

fn at(field: &str, reason: &str) -> (String, String) {
    (field.to_owned(), reason.to_owned())
}

#[tokio::test]
async fn a_message_that_keeps_its_constraints_passes() {
    let mut order = order();
    order.gift = Some(line());
    order.tags.insert("k".to_owned(), "v".to_owned());
    order.marks = vec!["a".to_owned(), "b".to_owned()];
    ShopClient::local(Desk).validating().place(order).await.expect("kept");
}

#[tokio::test]
async fn every_violation_is_told_at_once_with_its_path() {
    let mut order = order();
    order.lines = vec![line(), Line { quantity: 0, ..line() }, Line { sku: "x".to_owned(), quantity: 100 }];
    order.tags.insert("long".to_owned(), "v".to_owned());
    order.tags.insert("k\"".to_owned(), String::new());
    order.discount = Some(1.0);
    order.marks = vec!["a".to_owned(), "a".to_owned(), "c".to_owned()];
    order.genre = Genre::Other(9);
    order.gift = Some(Line { quantity: 0, ..line() });
    order.payment = Some(Payment::Card { last: "12".to_owned() });
    order.key = vec![1, 2, 3];
    order.by_number.insert(-7, Line { quantity: 0, ..line() });
    let mut child = self::order();
    child.lines.clear();
    order.child = Some(Box::new(child));
    assert_eq!(
        refused(order).await,
        [
            at("lines[1].quantity", "MIN"),
            at("lines[2].sku", "PATTERN"),
            at("lines[2].quantity", "MAX"),
            at("tags[\"k\\\"\"]", "MIN_LEN"),
            at("tags[\"long\"]", "MAX_LEN"),
            at("discount", "EXCLUSIVE_MAX"),
            at("marks", "UNIQUE"),
            at("marks[2]", "ONE_OF"),
            at("genre", "DEFINED"),
            at("gift.quantity", "MIN"),
            at("payment.card.last", "LEN"),
            at("key", "MAX_LEN"),
            at("child.lines", "MIN_ITEMS"),
            at("by_number[-7].quantity", "MIN"),
        ]
    );
}

#[tokio::test]
async fn what_is_absent_is_only_asked_to_be_there() {
    let mut order = order();
    order.discount = None;
    order.payment = Some(Payment::Link("nobody".to_owned()));
    assert_eq!(refused(order).await, [at("discount", "REQUIRED"), at("payment.link", "EMAIL")]);
}

#[tokio::test]
async fn not_a_number_is_within_no_bounds() {
    let mut order = order();
    order.discount = Some(f32::NAN);
    assert_eq!(refused(order).await, [at("discount", "EXCLUSIVE_MIN"), at("discount", "EXCLUSIVE_MAX")]);
}

#[tokio::test]
async fn plain_arguments_have_constraints_too() {
    let status = ShopClient::local(Desk).plain(0, "four".to_owned()).await.expect_err("refused");
    assert_eq!(told(&status), [at("id", "MIN"), at("name", "MAX_LEN")]);
    assert_eq!(
        status.message(),
        "field `id` must be at least 1; field `name` must have at most 3 characters"
    );
}

#[tokio::test]
async fn each_item_of_a_stream_is_checked() {
    let lines = [line(), Line { quantity: 0, ..line() }];
    let client = ShopClient::local(Desk);
    for client in [client.clone(), client.validating()] {
        let lines = Streaming::from_items(lines.clone());
        let status = client.upload(lines).await.expect_err("the second is refused");
        assert_eq!(told(&status), [at("quantity", "MIN")]);
    }
}

#[tokio::test]
async fn what_is_told_is_bounded() {
    let mut order = order();
    order.lines = vec![Line { quantity: 0, ..line() }; 1000];
    let status = ShopClient::local(Desk).place(order).await.expect_err("refused");
    let told = told(&status);
    assert_eq!(told.len(), 32);
    assert_eq!(told[0], at("lines", "MAX_ITEMS"));
    assert!(status.message().ends_with("; and 998 more"), "{}", status.message());
}

#[test]
fn text_is_measured_in_characters() {
    #[derive(Message)]
    struct Name {
        #[field(max_len = 3)]
        name: String,
    }
    #[service(package = "names.v1")]
    trait Names {
        async fn take(&self, name: Name) -> Result<()>;
    }
    struct Any;
    impl Names for Any {
        async fn take(&self, _: Name) -> Result<()> {
            Ok(())
        }
    }
    let call = |name: &str| {
        let name = Name { name: name.to_owned() };
        futures_util::FutureExt::now_or_never(NamesClient::local(Any).take(name)).expect("ready at once")
    };
    assert!(call("äöü").is_ok());
    assert!(call("abcd").is_err());
}
