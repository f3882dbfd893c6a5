//! AMQP plans as constant expressions.

use crate::model::Text;
use crate::rust::emit::consts::{option, text};
use crate::transport::amqp::{Kind, Plan, Retry};
use proc_macro2::TokenStream;
use quote::quote;

/// The expression of a plan.
pub(crate) fn plan(plan: &Plan) -> TokenStream {
    let kind = match plan.kind {
        Kind::Rpc => quote!(Rpc),
        Kind::Task => quote!(Task),
        Kind::Event => quote!(Event),
    };
    let name = |name: &Option<Text>| option(name.as_deref().map(text));
    let (queue, exchange, routing_key) = (name(&plan.queue), name(&plan.exchange), name(&plan.routing_key));
    let required = plan.required;
    let Retry { limit, first_ms, last_ms } = plan.retry;
    quote! {
        __p::transport::amqp::Plan {
            kind: __p::transport::amqp::Kind::#kind,
            queue: #queue,
            exchange: #exchange,
            routing_key: #routing_key,
            required: #required,
            retry: __p::transport::amqp::Retry { limit: #limit, first_ms: #first_ms, last_ms: #last_ms },
        }
    }
}
