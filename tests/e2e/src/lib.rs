//! The contract that every wire must keep: one service with each kind of method, its implementation, and the cases that
//! are run over every client.

pub mod cases;
mod contract;
mod implementation;
pub mod ledger;

pub use contract::{
    ContractError, ContractService, ContractServiceClient, ContractServiceServer, GhostService,
    GhostServiceClient, Header, Item, SkewedItem, SkewedService, SkewedServiceClient, Summary,
};
pub use implementation::Contract;
