//! Plans as constant expressions.

use super::{amqp, http, ws};
use crate::rust::emit::option;
use crate::transport::Plans;
use proc_macro2::TokenStream;
use quote::quote;

/// The plans of one method, one line for each transport.
pub(crate) fn plans(plans: &Plans) -> TokenStream {
    let grpc = plans.grpc;
    let http = option(plans.http.as_ref().map(http::tokens::plan));
    let ws = option(plans.ws.as_ref().map(ws::tokens::plan));
    let amqp = option(plans.amqp.as_ref().map(amqp::tokens::plan));
    quote!(__p::transport::Plans { grpc: #grpc, http: #http, ws: #ws, amqp: #amqp })
}
