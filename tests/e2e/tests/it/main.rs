//! The contract over every wire, and tests that need whole programs.
#![allow(missing_docs, unreachable_pub, unused_crate_dependencies, reason = "items stand as users have them")]

mod amqp_durability;
mod around;
mod before;
mod contract;
mod errors;
mod http_semantics;
mod layers;
mod other_crates;
mod process;
mod registrations;
mod rules;
mod semantics;
mod traces;
mod trailers_only;
mod types;
mod ws_semantics;
