//! A message of a program without polywire.

use crate::call::status::{Result, Status};
use crate::transport::amqp::broker::Publish;
use crate::transport::amqp::properties::{Fields, Properties, Value};
use bytes::Bytes;
use serde_json::Value as Json;

/// A message as a program without polywire would publish it. [`TestBroker::publish`](super::TestBroker::publish) sends
/// it.
///
/// ```
/// use polywire::testing::{ForeignMessage, TestBroker};
/// use polywire::{Result, Server, service};
///
/// #[service(package = "orders.v1")]
/// pub trait Orders {
///     #[amqp(task, queue = "orders")]
///     async fn process(&self, order_id: i64) -> Result<()>;
/// }
/// # struct Worker;
/// # impl Orders for Worker { async fn process(&self, _: i64) -> Result<()> { Ok(()) } }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let broker = TestBroker::new();
/// OrdersClient::connect(broker.url()).await?.process(1).await?; // declares the queue
/// tokio::spawn(Server::new().service(OrdersServer::new(Worker)).amqp(broker.url()).serve());
///
/// broker.publish(ForeignMessage::new(r#"{"orderId": 7}"#).routing_key("orders"))?;
/// broker.publish(ForeignMessage::new("no JSON").routing_key("orders"))?;
/// broker.drained().await?;
/// assert_eq!(broker.dead_letters().len(), 1);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct ForeignMessage {
    exchange: String,
    routing_key: String,
    properties: Properties,
    body: Bytes,
}

impl ForeignMessage {
    /// A message with this body, for the default exchange, without any property.
    #[must_use]
    pub fn new(body: impl Into<Bytes>) -> Self {
        Self {
            exchange: String::new(),
            routing_key: String::new(),
            properties: Properties::default(),
            body: body.into(),
        }
    }

    /// Names the exchange. The empty name is the default exchange.
    #[must_use]
    pub fn exchange(mut self, name: impl Into<String>) -> Self {
        self.exchange = name.into();
        self
    }

    /// Names the routing key. On the default exchange it is the name of a queue.
    #[must_use]
    pub fn routing_key(mut self, key: impl Into<String>) -> Self {
        self.routing_key = key.into();
        self
    }

    /// Sets `content-type`.
    #[must_use]
    pub fn content_type(mut self, text: impl Into<String>) -> Self {
        self.properties.content_type = Some(text.into().into());
        self
    }

    /// Sets `content-encoding`.
    #[must_use]
    pub fn content_encoding(mut self, text: impl Into<String>) -> Self {
        self.properties.content_encoding = Some(text.into());
        self
    }

    /// Sets `type`.
    #[must_use]
    pub fn kind(mut self, text: impl Into<String>) -> Self {
        self.properties.kind = Some(text.into().into());
        self
    }

    /// Sets `message-id`.
    #[must_use]
    pub fn message_id(mut self, text: impl Into<String>) -> Self {
        self.properties.message_id = Some(text.into());
        self
    }

    /// Sets `correlation-id`.
    #[must_use]
    pub fn correlation_id(mut self, text: impl Into<String>) -> Self {
        self.properties.correlation_id = Some(text.into());
        self
    }

    /// Sets `reply-to`.
    #[must_use]
    pub fn reply_to(mut self, text: impl Into<String>) -> Self {
        self.properties.reply_to = Some(text.into());
        self
    }

    /// Sets a header. A JSON object is a table, and `null` is no value.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.properties.headers.insert(name.into(), field(value.into()));
        self
    }

    pub(super) fn publish(self) -> Result<Publish> {
        let message = Publish {
            exchange: self.exchange.into(),
            routing_key: self.routing_key.into(),
            mandatory: false,
            properties: Box::new(self.properties),
            body: self.body,
        };
        message.check().map_err(|fault| Status::invalid_argument(fault.to_string()))?;
        Ok(message)
    }
}

fn field(value: Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(bool) => Value::Bool(bool),
        Json::Number(number) => match number.as_i64() {
            Some(int) => Value::Int(int),
            None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::List(items.into_iter().map(field).collect()),
        Json::Object(members) => {
            Value::Table(members.into_iter().map(|(name, value)| (name, field(value))).collect::<Fields>())
        }
    }
}
