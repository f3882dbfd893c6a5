//! A service with a typed error wherever a call can fail: in a unary call, before and amid a stream of
//! answers, and after a stream of requests. [`older`] is the same service as a client of last year knows it.

use polywire::{Error, Message, Result, Status, Streaming, service};

/// What to buy, and how that is to fail.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Order {
    /// `missing`, `sold_out`, `limit` or `other`; empty for no failure.
    pub fault: String,
    /// After how many receipts a stream fails.
    pub after: u32,
}

/// What was bought.
#[derive(Debug, Clone, PartialEq, Message)]
pub struct Receipt {
    /// From 1.
    pub number: u32,
}

/// Why an order failed.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ShopError {
    /// There is no such item.
    #[error(NotFound, "no item {id}")]
    Missing {
        /// The item.
        id: i64,
        /// Items with a similar name.
        near: Vec<String>,
    },
    /// There is none left.
    #[error(FailedPrecondition, "sold out")]
    SoldOut,
    /// More than a customer may have.
    #[error(ResourceExhausted, "{0} are the limit")]
    Limit(u32),
    /// Whatever else.
    #[error(transparent)]
    Other(Status),
}

/// A shop.
#[service(package = "shop.v1")]
pub trait ShopService {
    /// Buys one item.
    async fn buy(&self, order: Order) -> Result<Receipt, ShopError>;
    /// Tells of receipts until the order's failure.
    async fn watch(&self, order: Order) -> Result<Streaming<Receipt>, ShopError>;
    /// Buys many items.
    async fn buy_all(&self, orders: Streaming<Order>) -> Result<Receipt, ShopError>;
    /// A receipt for each order, until one fails.
    async fn trade(&self, orders: Streaming<Order>) -> Result<Streaming<Receipt>, ShopError>;
}

impl ShopError {
    /// The failure of this name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "missing" => {
                Self::Missing { id: i64::MAX, near: vec!["\u{e9}\n\"%".to_owned(), "\u{1f980}".to_owned()] }
            }
            "sold_out" => Self::SoldOut,
            "limit" => Self::Limit(0),
            "other" => Self::Other(Status::unavailable("the till is closed")),
            _ => return None,
        })
    }
}

/// The implementation.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clerk;

impl ShopService for Clerk {
    async fn buy(&self, order: Order) -> Result<Receipt, ShopError> {
        ShopError::named(&order.fault).map_or(Ok(Receipt { number: 1 }), Err)
    }

    async fn watch(&self, order: Order) -> Result<Streaming<Receipt>, ShopError> {
        let failure = ShopError::named(&order.fault);
        match failure {
            Some(failure) if order.after == 0 => Err(failure),
            failure => {
                let receipts = (1..=order.after).map(|number| Ok(Receipt { number }));
                let end = failure.map(|failure| Err(failure.into()));
                Ok(Streaming::new(futures_util::stream::iter(receipts.chain(end))))
            }
        }
    }

    async fn buy_all(&self, mut orders: Streaming<Order>) -> Result<Receipt, ShopError> {
        let mut number = 0;
        while let Some(order) = orders.next().await? {
            self.buy(order).await?;
            number += 1;
        }
        Ok(Receipt { number })
    }

    async fn trade(&self, mut orders: Streaming<Order>) -> Result<Streaming<Receipt>, ShopError> {
        let (sender, receipts) = Streaming::channel(1);
        tokio::spawn(async move {
            let mut number = 0;
            while let Some(order) = orders.next().await? {
                number += 1;
                match ShopError::named(&order.fault) {
                    Some(failure) => return sender.fail(failure).await,
                    None => sender.send(Receipt { number }).await?,
                }
            }
            Ok(())
        });
        Ok(receipts)
    }
}

/// The shop as it was: without the limit, and without hints at similar items.
pub mod older {
    use super::{Order, Receipt};
    use polywire::{Error, Result, Status, Streaming, service};

    /// Why an order failed.
    #[derive(Debug, Clone, PartialEq, Error)]
    pub enum ShopError {
        /// There is no such item.
        #[error(NotFound, "no item {id}")]
        Missing {
            /// The item.
            id: i64,
        },
        /// There is none left.
        #[error(FailedPrecondition, "sold out")]
        SoldOut,
        /// Whatever else.
        #[error(transparent)]
        Other(Status),
    }

    /// A shop.
    #[service(package = "shop.v1")]
    pub trait ShopService {
        /// Buys one item.
        async fn buy(&self, order: Order) -> Result<Receipt, ShopError>;
        /// Tells of receipts until the order's failure.
        async fn watch(&self, order: Order) -> Result<Streaming<Receipt>, ShopError>;
    }
}
