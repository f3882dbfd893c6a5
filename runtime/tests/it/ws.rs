//! WebSocket, over sockets.

mod carried;
mod channel;
mod close;
mod credit;
mod drain;
mod endpoint;
mod handshake;
mod limits;
mod rpc;
