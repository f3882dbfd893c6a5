//! WebSocket plans as constant expressions.

use crate::rust::emit::consts::option;
use crate::rust::transport::http;
use crate::transport::ws::Plan;
use proc_macro2::TokenStream;
use quote::quote;

/// The expression of a plan.
pub(crate) fn plan(plan: &Plan) -> TokenStream {
    let endpoint = option(plan.endpoint.as_ref().map(http::tokens::template));
    quote!(__p::transport::ws::Plan { endpoint: #endpoint })
}
