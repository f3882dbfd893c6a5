//! Parts of the contract's package that a client knows and the server does not: a service that nobody serves,
//! and an item of another shape. They are apart from the contract, so that its source gives the document that
//! its server emits.

use crate::contract::Item;
use polywire::{Message, Result, service};

/// A service of the same package that nobody serves.
#[service(package = "contract.v1")]
pub trait GhostService {
    /// Never answers.
    async fn boo(&self, item: Item) -> Result<Item>;
}

/// An item as a client with the wrong schema knows it.
#[derive(Debug, Clone, PartialEq, Message)]
pub struct SkewedItem {
    /// Text where the server has a number.
    pub index: String,
}

/// The service as a client with the wrong schema knows it.
#[service(package = "contract.v1", name = "ContractService")]
pub trait SkewedService {
    /// Sends what the server cannot read.
    async fn echo(&self, item: SkewedItem) -> Result<SkewedItem>;
}
