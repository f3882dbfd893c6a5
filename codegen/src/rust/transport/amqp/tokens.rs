//! AMQP plans as constant expressions.

use crate::model::Text;
use crate::rust::emit::consts::{list, option, text};
use crate::transport::amqp::foreign::{Foreign, Framework};
use crate::transport::amqp::order::Order;
use crate::transport::amqp::{Batch, Kind, Load, Plan, Retry};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The expression of a plan.
pub(crate) fn plan(plan: &Plan) -> TokenStream {
    let kind = match plan.kind {
        Kind::Rpc => quote!(Rpc),
        Kind::Task => quote!(Task),
        Kind::Event => quote!(Event),
    };
    let name = |name: &Option<Text>| option(name.as_deref().map(text));
    let (queue, exchange, routing_key) = (name(&plan.queue), name(&plan.exchange), name(&plan.routing_key));
    let (required, key, schedule) = (plan.required, name(&plan.key), name(&plan.schedule));
    let retry = retry(&plan.retry);
    let load = load(plan.load);
    let order = option(plan.order.as_ref().map(order));
    let batch = option(plan.batch.map(batch));
    let foreign = option(plan.foreign.as_ref().map(foreign));
    quote! {
        __p::transport::amqp::Plan {
            kind: __p::transport::amqp::Kind::#kind,
            queue: #queue,
            exchange: #exchange,
            routing_key: #routing_key,
            key: #key,
            required: #required,
            retry: #retry,
            load: #load,
            order: #order,
            batch: #batch,
            schedule: #schedule,
            foreign: #foreign,
        }
    }
}

/// `__p::transport::amqp::Retry { limit: 3, ..__p::transport::amqp::Retry::DEFAULT }`
fn retry(retry: &Retry) -> TokenStream {
    let Retry { limit, first_ms, last_ms, jitter, on } = retry;
    let said = [
        (*limit != Retry::DEFAULT.limit).then(|| quote!(limit: #limit,)),
        (*first_ms != Retry::DEFAULT.first_ms).then(|| quote!(first_ms: #first_ms,)),
        (*last_ms != Retry::DEFAULT.last_ms).then(|| quote!(last_ms: #last_ms,)),
        (*jitter != Retry::DEFAULT.jitter).then(|| quote!(jitter: #jitter,)),
        on.as_ref().map(|codes| {
            let codes = codes.iter().map(|code| format_ident!("{}", code.variant()));
            let codes = list(codes.map(|code| quote!(__p::model::Code::#code)));
            quote!(on: ::core::option::Option::Some(#codes),)
        }),
    ];
    let mut said = said.into_iter().flatten().peekable();
    if said.peek().is_none() {
        return quote!(__p::transport::amqp::Retry::DEFAULT);
    }
    let said = said.collect::<Vec<_>>();
    if let [limit, first, last, jitter, on] = &*said {
        return quote!(__p::transport::amqp::Retry { #limit #first #last #jitter #on });
    }
    quote!(__p::transport::amqp::Retry { #(#said)* ..__p::transport::amqp::Retry::DEFAULT })
}

/// `__p::transport::amqp::Load { prefetch: Some(20), ..__p::transport::amqp::Load::DEFAULT }`
fn load(load: Load) -> TokenStream {
    let Load { timeout_ms, prefetch, concurrency, priority } = load;
    let said = [
        timeout_ms.map(|ms| quote!(timeout_ms: ::core::option::Option::Some(#ms),)),
        prefetch.map(|count| quote!(prefetch: ::core::option::Option::Some(#count),)),
        concurrency.map(|count| quote!(concurrency: ::core::option::Option::Some(#count),)),
        priority.map(|priority| quote!(priority: ::core::option::Option::Some(#priority),)),
    ];
    let mut said = said.into_iter().flatten().peekable();
    if said.peek().is_none() {
        return quote!(__p::transport::amqp::Load::DEFAULT);
    }
    quote!(__p::transport::amqp::Load { #(#said)* ..__p::transport::amqp::Load::DEFAULT })
}

fn order(order: &Order) -> TokenStream {
    let (by, partitions) = (text(&order.by), order.partitions);
    quote!(__p::transport::amqp::order::Order { by: #by, partitions: #partitions })
}

fn batch(batch: Batch) -> TokenStream {
    let Batch { max, wait_ms } = batch;
    quote!(__p::transport::amqp::Batch { max: #max, wait_ms: #wait_ms })
}

fn foreign(foreign: &Foreign) -> TokenStream {
    let framework = match foreign.framework {
        Framework::Celery => quote!(Celery),
        Framework::Nest => quote!(Nest),
    };
    let (name, answers, whole) = (text(&foreign.name), foreign.answers, foreign.whole);
    quote! {
        __p::transport::amqp::foreign::Foreign {
            framework: __p::transport::amqp::foreign::Framework::#framework,
            name: #name,
            answers: #answers,
            whole: #whole,
        }
    }
}
