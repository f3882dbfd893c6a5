//! Transports as the macros know them: reading attributes, writing plans.

pub(crate) mod amqp;
pub(crate) mod attr;
pub(crate) mod http;
pub(crate) mod tokens;
pub(crate) mod ws;
