//! A message that was published.

use crate::call::spec::TypedMethod;
use crate::call::status::Result;
use crate::transport::amqp::broker::Delivery;
use crate::transport::amqp::properties::ValueRef;
use crate::transport::amqp::wire;
use bytes::Bytes;

/// A message that somebody published. [`TestBroker::messages`](super::TestBroker::messages) has them.
///
/// ```
/// use polywire::testing::TestBroker;
/// use polywire::{Result, Server, service};
///
/// #[service(package = "orders.v1")]
/// pub trait Orders {
///     #[amqp(task)]
///     async fn process(&self, order_id: i64) -> Result<()>;
/// }
/// # struct Worker;
/// # impl Orders for Worker { async fn process(&self, _: i64) -> Result<()> { Ok(()) } }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let broker = TestBroker::new();
/// OrdersClient::connect(broker.url()).await?.process(7).await?;
/// let [message] = &broker.messages()[..] else { panic!("one message") };
/// assert_eq!(message.method(), Some("orders.v1.Orders/Process"));
/// assert_eq!((message.exchange(), message.routing_key()), ("orders.v1.Orders", "Process"));
/// assert_eq!(message.arguments(OrdersClient::PROCESS)?, 7);
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Published {
    delivery: Delivery,
}

impl Published {
    pub(super) fn of(delivery: Delivery) -> Self {
        Self { delivery }
    }

    /// Whether a server published it for a message that it had: a retry, or a dead letter.
    pub(super) fn is_copy(&self) -> bool {
        let properties = &self.delivery.properties;
        [wire::ATTEMPT, wire::FAILED_AT].iter().any(|name| properties.header(name).is_some())
    }

    /// The exchange. The empty name is the default exchange.
    pub fn exchange(&self) -> &str {
        &self.delivery.exchange
    }

    /// The routing key.
    pub fn routing_key(&self) -> &str {
        &self.delivery.routing_key
    }

    /// The method, such as `orders.v1.Orders/Process`, when the `type` property names one.
    pub fn method(&self) -> Option<&str> {
        self.delivery.properties.kind()
    }

    /// The message id.
    pub fn id(&self) -> Option<&str> {
        self.delivery.properties.message_id()
    }

    /// The content type.
    pub fn content_type(&self) -> Option<&str> {
        self.delivery.properties.content_type()
    }

    /// A header that is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.delivery.properties.header(name).and_then(ValueRef::text)
    }

    /// The body, as it was published.
    pub fn body(&self) -> &Bytes {
        &self.delivery.body
    }

    /// The arguments for a method, by the content type.
    ///
    /// # Errors
    /// `invalid_argument` when the content type or the body is not one of a request.
    pub fn arguments<A>(&self, method: TypedMethod<A>) -> Result<A> {
        method.arguments(wire::codec(&self.delivery.properties)?, self.delivery.body.clone())
    }
}
