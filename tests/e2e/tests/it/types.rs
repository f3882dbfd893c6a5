//! Well-known types, newtypes and the types of other crates, as whole requests and replies and in fields, over every client.
#![allow(clippy::expect_used)]

use polywire::wkt::{self, Any, FieldMask, ListValue, Struct, Timestamp};
use polywire::{Caller, Codec, Endpoint, Message, Result, Schema, Server, Streaming, service};
use polywire_e2e::known::KnownServiceServer;
use polywire_e2e::serving::serve;
use rust_decimal::Decimal;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Message)]
pub struct OrderId(pub i64);

#[derive(Debug, Clone, Copy, PartialEq, Message)]
pub enum Size {
    Small,
    Large,
}

#[derive(Debug, Clone, PartialEq, Message)]
pub struct Order {
    pub id: OrderId,
    pub key: Uuid,
    pub from: IpAddr,
    pub gateways: Vec<Ipv6Addr>,
    pub hosts: BTreeMap<Ipv4Addr, String>,
    pub total: Decimal,
    pub at: jiff::Timestamp,
    pub took: jiff::SignedDuration,
    pub corners: [f64; 3],
    pub digest: [u8; 4],
    pub note: Option<Arc<str>>,
    pub extra: serde_json::Value,
    pub mask: FieldMask,
    pub count: Option<wkt::Int64Value>,
}

#[service(package = "types.v1")]
pub trait Types {
    async fn timestamp(&self, value: wkt::Timestamp) -> Result<wkt::Timestamp>;
    async fn duration(&self, value: wkt::Duration) -> Result<wkt::Duration>;
    async fn empty(&self, value: ()) -> Result<()>;
    async fn mask(&self, value: FieldMask) -> Result<FieldMask>;
    async fn any(&self, value: Any) -> Result<Any>;
    async fn object(&self, value: Struct) -> Result<Struct>;
    async fn list(&self, value: ListValue) -> Result<ListValue>;
    async fn value(&self, value: wkt::Value) -> Result<wkt::Value>;
    async fn text(&self, value: wkt::StringValue) -> Result<wkt::StringValue>;
    async fn wide(&self, value: wkt::UInt64Value) -> Result<wkt::UInt64Value>;
    async fn bytes(&self, value: wkt::BytesValue) -> Result<wkt::BytesValue>;
    async fn json(&self, value: serde_json::Value) -> Result<serde_json::Value>;
    async fn shared(&self, value: Arc<Order>) -> Result<Box<Order>>;
    async fn uuid(&self, value: Uuid) -> Result<Uuid>;
    #[http(GET "/from/{value}")]
    async fn address(&self, value: IpAddr) -> Result<IpAddr>;
    async fn instant(&self, value: jiff::Timestamp) -> Result<jiff::Timestamp>;
    #[field]
    async fn size(&self, #[field] value: Size) -> Result<Size>;
    #[http(GET "/orders/{id}/next")]
    #[field]
    async fn next(&self, #[field] id: OrderId) -> Result<OrderId>;
    #[http(GET "/pages")]
    async fn page(&self, #[field(default = 20)] limit: u32) -> Result<u32>;
    #[field]
    async fn watch(&self, #[field] id: OrderId) -> Result<Streaming<OrderId>>;
}

struct Echo;

impl Types for Echo {
    async fn timestamp(&self, value: wkt::Timestamp) -> Result<wkt::Timestamp> {
        Ok(value)
    }
    async fn duration(&self, value: wkt::Duration) -> Result<wkt::Duration> {
        Ok(value)
    }
    async fn empty(&self, (): ()) -> Result<()> {
        Ok(())
    }
    async fn mask(&self, value: FieldMask) -> Result<FieldMask> {
        Ok(value)
    }
    async fn any(&self, value: Any) -> Result<Any> {
        Ok(value)
    }
    async fn object(&self, value: Struct) -> Result<Struct> {
        Ok(value)
    }
    async fn list(&self, value: ListValue) -> Result<ListValue> {
        Ok(value)
    }
    async fn value(&self, value: wkt::Value) -> Result<wkt::Value> {
        Ok(value)
    }
    async fn text(&self, value: wkt::StringValue) -> Result<wkt::StringValue> {
        Ok(value)
    }
    async fn wide(&self, value: wkt::UInt64Value) -> Result<wkt::UInt64Value> {
        Ok(value)
    }
    async fn bytes(&self, value: wkt::BytesValue) -> Result<wkt::BytesValue> {
        Ok(value)
    }
    async fn json(&self, value: serde_json::Value) -> Result<serde_json::Value> {
        Ok(value)
    }
    async fn shared(&self, value: Arc<Order>) -> Result<Box<Order>> {
        Ok(Box::new(Order::clone(&value)))
    }
    async fn uuid(&self, value: Uuid) -> Result<Uuid> {
        Ok(value)
    }
    async fn address(&self, value: IpAddr) -> Result<IpAddr> {
        Ok(value)
    }
    async fn instant(&self, value: jiff::Timestamp) -> Result<jiff::Timestamp> {
        Ok(value)
    }
    async fn size(&self, value: Size) -> Result<Size> {
        Ok(value)
    }
    async fn next(&self, OrderId(id): OrderId) -> Result<OrderId> {
        Ok(OrderId(id + 1))
    }
    async fn page(&self, limit: u32) -> Result<u32> {
        Ok(limit)
    }
    async fn watch(&self, OrderId(id): OrderId) -> Result<Streaming<OrderId>> {
        Ok(Streaming::from_items((id..id + 3).map(OrderId)))
    }
}

fn order() -> Order {
    Order {
        id: OrderId(i64::MAX),
        key: Uuid::from_u128(0x67e5_5044_10b1_426f_9247_bb68_0e5f_e0c8),
        from: IpAddr::V6(Ipv6Addr::LOCALHOST),
        gateways: vec![Ipv6Addr::UNSPECIFIED, Ipv4Addr::BROADCAST.to_ipv6_mapped()],
        hosts: [(Ipv4Addr::LOCALHOST, "here".to_owned())].into(),
        total: Decimal::new(-1250, 2),
        at: jiff::Timestamp::new(-1, -500_000_000).expect("a timestamp"),
        took: jiff::SignedDuration::new(-3, -500_000_000),
        corners: [0.0, -0.0, 1.5],
        digest: [0, 1, 2, 255],
        note: Some("é".into()),
        extra: json!({"deep": [1, 2.5, null, {"a": true}], "": ""}),
        mask: FieldMask { paths: vec!["id".to_owned(), "order.full_total".to_owned()] },
        count: Some(i64::MIN.into()),
    }
}

/// Every value comes back as it was sent.
async fn check(client: &TypesClient) {
    let at = Timestamp { seconds: -1, nanos: 999_999_999 };
    assert_eq!(client.timestamp(at).await, Ok(at));
    let took = wkt::Duration { seconds: 0, nanos: -1 };
    assert_eq!(client.duration(took).await, Ok(took));
    assert_eq!(client.empty(()).await, Ok(()));
    let mask = order().mask;
    assert_eq!(client.mask(mask.clone()).await, Ok(mask));
    let any = Any::pack(&took);
    assert_eq!(client.any(any.clone()).await, Ok(any));
    let list = ListValue { values: vec![wkt::Value::Null, 2.5.into(), "a".into()] };
    assert_eq!(client.list(list.clone()).await, Ok(list.clone()));
    let object = Struct { fields: [("list".to_owned(), wkt::Value::List(list))].into() };
    assert_eq!(client.object(object.clone()).await, Ok(object.clone()));
    for value in [wkt::Value::Null, true.into(), object.into()] {
        assert_eq!(client.value(value.clone()).await, Ok(value));
    }
    assert_eq!(client.text(String::new().into()).await, Ok(String::new().into()));
    assert_eq!(client.wide(u64::MAX.into()).await, Ok(u64::MAX.into()));
    assert_eq!(client.bytes(vec![0, 255].into()).await, Ok(vec![0, 255].into()));
    for value in [json!(null), json!("a"), json!([]), order().extra] {
        assert_eq!(client.json(value.clone()).await, Ok(value));
    }
    // A number is a double on every wire.
    assert_eq!(client.json(json!(7.0)).await, Ok(json!(7)));
    assert_eq!(client.json(json!(9_007_199_254_740_993_u64)).await, Ok(json!(9_007_199_254_740_992_u64)));
    assert_eq!(client.shared(Arc::new(order())).await, Ok(Box::new(order())));
    assert_eq!(client.uuid(order().key).await, Ok(order().key));
    for address in [order().from, IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7))] {
        assert_eq!(client.address(address).await, Ok(address));
    }
    assert_eq!(client.instant(order().at).await, Ok(order().at));
    assert_eq!(client.size(Size::Large).await, Ok(Size::Large));
    assert_eq!(client.next(OrderId(7)).await, Ok(OrderId(8)));
    assert_eq!(client.page(0).await, Ok(0));
    let mut items = client.watch(OrderId(1)).await.expect("a stream");
    let mut seen = Vec::new();
    while let Some(OrderId(id)) = items.next().await.expect("an item") {
        seen.push(id);
    }
    assert_eq!(seen, [1, 2, 3]);
}

async fn serve_types(broker: &str) -> String {
    serve(Server::new().service(TypesServer::new(Echo)).amqp(broker)).await.to_string()
}

async fn over(endpoint: impl Fn(&str, &str) -> Endpoint, broker: &str) {
    let address = serve_types(broker).await;
    let caller = Caller::connect(endpoint(&address, broker)).await.expect("a connection");
    check(&TypesClient::from_caller(caller)).await;
}

#[tokio::test]
async fn in_process() {
    check(&TypesClient::local(Echo)).await;
}

#[tokio::test]
async fn grpc() {
    over(|address, _| Endpoint::new(format!("grpc://{address}")), "memory:types-grpc").await;
}

#[tokio::test]
async fn connect_in_both_codecs() {
    over(|address, _| Endpoint::new(format!("http://{address}")), "memory:types-connect").await;
    let json = |address: &str, _: &str| Endpoint::new(format!("http://{address}")).codec(Codec::Json);
    over(json, "memory:types-connect-json").await;
}

#[tokio::test]
async fn websocket_in_both_codecs() {
    over(|address, _| Endpoint::new(format!("ws://{address}")), "memory:types-ws").await;
    let proto = |address: &str, _: &str| Endpoint::new(format!("ws://{address}")).codec(Codec::Proto);
    over(proto, "memory:types-ws-proto").await;
}

#[tokio::test]
async fn broker() {
    over(|_, broker| Endpoint::new(broker), "memory:types-amqp").await;
}

/// One request on a connection of its own, and the status and body of the answer.
async fn get(address: &str, path: &str) -> (String, String) {
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await.expect("it is sent");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    (head.split(' ').nth(1).expect("a status").to_owned(), body.to_owned())
}

#[tokio::test]
async fn a_newtype_is_a_path_variable_and_a_default_stands_for_a_parameter() {
    let address = serve_types("memory:types-http").await;
    assert_eq!(get(&address, "/orders/41/next").await, ("200".to_owned(), "\"42\"".to_owned()));
    assert_eq!(get(&address, "/orders/x/next").await.0, "400");
    assert_eq!(get(&address, "/pages").await, ("200".to_owned(), "20".to_owned()));
    assert_eq!(get(&address, "/pages?limit=0").await, ("200".to_owned(), "0".to_owned()));
}

/// What descriptor.proto has, as far as it refers to something.
#[derive(Debug, Message)]
struct FileSet {
    file: Vec<File>,
}

#[derive(Debug, Message)]
struct File {
    name: String,
    package: String,
    #[field(3)]
    dependency: Vec<String>,
    #[field(4)]
    message_type: Vec<Described>,
    #[field(5)]
    enum_type: Vec<Named>,
}

#[derive(Debug, Message)]
struct Described {
    name: String,
    #[field(2)]
    field: Vec<Reference>,
    #[field(3)]
    nested_type: Vec<Described>,
    #[field(4)]
    enum_type: Vec<Named>,
}

#[derive(Debug, Message)]
struct Named {
    name: String,
}

#[derive(Debug, Message)]
struct Reference {
    #[field(6)]
    type_name: String,
}

impl Described {
    fn walk(&self, outer: &str, defined: &mut BTreeSet<String>, wanted: &mut Vec<String>) {
        let name = format!("{outer}.{}", self.name);
        wanted.extend(self.field.iter().map(|field| field.type_name.clone()).filter(|name| !name.is_empty()));
        defined.extend(self.enum_type.iter().map(|inner| format!("{name}.{}", inner.name)));
        self.nested_type.iter().for_each(|inner| inner.walk(&name, defined, wanted));
        defined.insert(name);
    }
}

/// The names of the files; every import and every type that is named is there, imports first.
fn whole(schema: &Schema) -> Vec<String> {
    let set = FileSet::decode(schema.descriptor_set().into()).expect("a set");
    let (mut names, mut defined, mut wanted) = (Vec::new(), BTreeSet::new(), Vec::new());
    for file in set.file {
        assert!(file.dependency.iter().all(|import| names.contains(import)), "{file:?} after {names:?}");
        names.push(file.name.clone());
        let package = format!(".{}", file.package);
        defined.extend(file.enum_type.iter().map(|inner| format!("{package}.{}", inner.name)));
        file.message_type.iter().for_each(|message| message.walk(&package, &mut defined, &mut wanted));
    }
    assert!(!wanted.is_empty());
    wanted.iter().for_each(|name| assert!(defined.contains(name), "{name} is not in {defined:?}"));
    names
}

macro_rules! alone {
    ($($ty:ty => $file:literal;)*) => {$({
        #[derive(Message)]
        struct One {
            #[allow(dead_code, reason = "the schema is what is looked at")]
            one: Option<$ty>,
        }
        let schema = Schema::new().message::<One>("one.v1");
        assert_eq!(whole(&schema), [concat!("google/protobuf/", $file, ".proto"), "one.v1.proto"]);
    })*};
}

#[test]
fn a_descriptor_set_has_the_file_of_every_well_known_type() {
    alone! {
        SystemTime => "timestamp";
        Duration => "duration";
        jiff::Timestamp => "timestamp";
        jiff::SignedDuration => "duration";
        wkt::Timestamp => "timestamp";
        wkt::Duration => "duration";
        () => "empty";
        Any => "any";
        FieldMask => "field_mask";
        Struct => "struct";
        ListValue => "struct";
        wkt::Value => "struct";
        wkt::NullValue => "struct";
        serde_json::Value => "struct";
        wkt::BoolValue => "wrappers";
        wkt::BytesValue => "wrappers";
        wkt::DoubleValue => "wrappers";
        wkt::FloatValue => "wrappers";
        wkt::Int32Value => "wrappers";
        wkt::Int64Value => "wrappers";
        wkt::StringValue => "wrappers";
        wkt::UInt32Value => "wrappers";
        wkt::UInt64Value => "wrappers";
    }
}

#[test]
fn a_descriptor_set_has_every_file_that_services_import() {
    let types = Schema::new().service(TypesServer::<Echo>::spec());
    assert!(whole(&types).contains(&"google/protobuf/timestamp.proto".to_owned()));
    let known = Schema::new().service(KnownServiceServer::<polywire_e2e::known::Mirror>::spec());
    assert_eq!(whole(&known).len(), 8);
}
