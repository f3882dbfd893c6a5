//! Descriptions of the services that polywire itself brings, written without the macros.

use crate::call::spec::{Method, ServiceSpec};
use polywire_codegen::model::{self, Idempotency, List, Shape, Text, TypeName};
use polywire_codegen::transport::{Plans, http};
use std::borrow::Cow;

pub(crate) const fn method(
    name: &'static str,
    docs: &'static str,
    shape: Shape,
    input: TypeName,
    output: TypeName,
) -> model::Method {
    model::Method {
        name: Cow::Borrowed(name),
        docs: Cow::Borrowed(docs),
        shape,
        input,
        output,
        error: None,
        idempotency: Idempotency::NoSideEffects,
        deprecated: false,
    }
}

pub(crate) const fn service(
    package: &'static str,
    name: &'static str,
    docs: &'static str,
    methods: &'static [model::Method],
) -> model::Service {
    model::Service {
        package: Text::Borrowed(package),
        name: Text::Borrowed(name),
        docs: Text::Borrowed(docs),
        methods: List::Borrowed(methods),
        json: model::JsonStyle::CANONICAL,
        deprecated: false,
    }
}

/// A method on gRPC, gRPC-Web and Connect. If its request is one message, it has its default HTTP route too.
pub(crate) const fn route(
    service: &'static ServiceSpec,
    index: usize,
    path: &'static str,
    shape: Shape,
) -> Method {
    let http = match shape {
        Shape::Unary | Shape::ServerStream => Some(http::Plan { rules: List::Borrowed(&[]) }),
        Shape::ClientStream | Shape::Bidi => None,
    };
    Method {
        service,
        index,
        path,
        plans: Plans { grpc: true, http, ..Plans::NONE },
        wrapped: None,
        attrs: &[],
    }
}
