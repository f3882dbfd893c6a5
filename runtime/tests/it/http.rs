//! HTTP/JSON, over sockets.

mod cors;
mod documents;
mod errors;
mod layers;
mod limits;
mod live;
mod mapping;
mod mount;
mod packing;
mod routes;
mod streams;
mod violations;
