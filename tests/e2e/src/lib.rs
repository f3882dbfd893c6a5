//! The contract that every wire must keep: one service with each kind of method, its implementation, and the
//! cases that run over every client. Beside it are services for typed errors ([`shop`]), for well-known types
//! ([`known`]) and for failures ([`probe`]).

pub mod abroad;
pub mod cases;
mod contract;
mod implementation;
pub mod known;
pub mod ledger;
pub mod probe;
pub mod rules;
pub mod serving;
pub mod shop;
mod strangers;
pub mod wires;

pub use contract::{
    ContractError, ContractService, ContractServiceClient, ContractServiceServer, Header, Item, Summary,
};
pub use implementation::Contract;
pub use strangers::{GhostService, GhostServiceClient, SkewedItem, SkewedService, SkewedServiceClient};
