//! polywire as a company's own crate might hand it on.

/// The crate, under the company's own name.
pub use ::wire as rpc;

/// A ping, which knows polywire by that name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, rpc::Message)]
#[message(crate = "crate::platform::rpc")]
pub struct Ping {
    /// Counts up.
    pub number: u64,
}

/// Pings.
#[rpc::service(package = "user.v1", crate = "crate::platform::rpc")]
pub trait Pings {
    /// Answers with the next number. The request has a name of its own, as another service of the package has `get` too.
    #[method(request = "GetPingRequest")]
    async fn get(&self, from: u64, step: u32) -> rpc::Result<Ping>;
}
