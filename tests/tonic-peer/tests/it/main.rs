//! tonic as a peer of polywire.
#![allow(missing_docs, unreachable_pub, unused_crate_dependencies, reason = "items stand as users have them")]

mod layers;
mod tonic_client;
mod tonic_server;
