//! gRPC, gRPC-Web and Connect, over sockets.

mod channel;
mod client;
mod listen;
mod mount;
mod options;
mod retry;
mod server;
mod services;
mod tls;
