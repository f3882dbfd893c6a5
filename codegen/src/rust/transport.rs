//! The transports in the macros: reads attributes, writes plans.

pub(crate) mod amqp;
pub(crate) mod attr;
pub(crate) mod http;
pub(crate) mod tokens;
pub(crate) mod ws;
