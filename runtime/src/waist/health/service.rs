//! `grpc.health.v1.Health` (grpc/grpc, doc/health-checking.md).

use super::Health;
use crate::call::context::Context;
use crate::call::spec::{Method, ServiceSpec};
use crate::call::status::{Result, Status};
use crate::call::stream::Streaming;
use crate::message::codec::enumeration::{self, Enumeration};
use crate::message::codec::{Message, NATURAL, Reader, Value, Wire};
use crate::message::error::DecodeError;
use crate::message::plain::messages;
use crate::waist::builtin;
use crate::waist::handler::{Mount, Route, Service};
use bytes::BytesMut;
use futures_util::stream::unfold;
use polywire_codegen::model::{self, Definitions, Element, EnumValue, Shape, TypeName};
use serde::{Deserializer, Serializer};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The time after which a watch asks the checks again, because they do not report changes.
const ASK: Duration = Duration::from_secs(1);
/// The time after which a watch repeats its last answer, so that it does not look idle.
const REPEAT: Duration = Duration::from_secs(60);

messages! {
    HealthCheckRequest { service "service": String = 1, }
    HealthCheckResponse { status "status": ServingStatus = 1, }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServingStatus {
    Unknown,
    Serving,
    NotServing,
    ServiceUnknown,
}

const fn value(name: &'static str, number: i32) -> EnumValue {
    EnumValue { name: Cow::Borrowed(name), number, docs: Cow::Borrowed(""), deprecated: false }
}

impl Enumeration for ServingStatus {
    const NAME: TypeName = TypeName::local("HealthCheckResponse.ServingStatus");
    const SCHEMA: &'static model::Enum = &model::Enum {
        name: Self::NAME,
        docs: Cow::Borrowed(""),
        values: Cow::Borrowed(&[
            value("UNKNOWN", 0),
            value("SERVING", 1),
            value("NOT_SERVING", 2),
            value("SERVICE_UNKNOWN", 3),
        ]),
        reserved: model::Reserved::NONE,
        others: model::Others::Refused,
        zero: model::Zero::Own,
        deprecated: false,
    };

    fn number(&self) -> i32 {
        *self as i32
    }

    fn from_number(number: i32) -> Option<Self> {
        [Self::Unknown, Self::Serving, Self::NotServing, Self::ServiceUnknown]
            .get(usize::try_from(number).ok()?)
            .copied()
    }
}

impl Value for ServingStatus {
    const ELEMENT: Element = Element::Enum(<Self as Enumeration>::NAME);
    const WIRE: Wire = Wire::Varint;

    fn register(definitions: &mut Definitions) {
        enumeration::register::<Self>(definitions);
    }
    fn is_default(&self) -> bool {
        *self == Self::Unknown
    }
    fn len(&self) -> usize {
        enumeration::len(self)
    }
    fn put(&self, out: &mut BytesMut) {
        enumeration::put(self, out);
    }
    fn take(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        enumeration::take(input)
    }
    fn absent() -> Option<Self> {
        Some(Self::Unknown)
    }
    fn to_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        enumeration::to_json(self, out)
    }
    fn from_json<'de, D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        enumeration::from_json(input)
    }
}

static METHODS: [model::Method; 2] = [
    method("Check", "The health of a service now; with an empty name, of the server.", Shape::Unary),
    method("Watch", "The health of a service now and at every change.", Shape::ServerStream),
];

const fn method(name: &'static str, docs: &'static str, shape: Shape) -> model::Method {
    builtin::method(name, docs, shape, HealthCheckRequest::NAME, HealthCheckResponse::NAME)
}

static SPEC: ServiceSpec = ServiceSpec {
    model: builtin::service(
        "grpc.health.v1",
        "Health",
        "Whether the server, or a service of it, can do its work.",
        &METHODS,
    ),
    methods: &[&CHECK, &WATCH],
    register: |definitions| {
        <HealthCheckRequest as Value<{ NATURAL }>>::register(definitions);
        <HealthCheckResponse as Value<{ NATURAL }>>::register(definitions);
    },
};
static CHECK: Method = builtin::route(&SPEC, 0, "/grpc.health.v1.Health/Check", Shape::Unary);
static WATCH: Method = builtin::route(&SPEC, 1, "/grpc.health.v1.Health/Watch", Shape::ServerStream);

/// Serves [`Health`] over gRPC and its kin.
pub(crate) struct HealthServer {
    pub(crate) health: Health,
    /// The full names of the services that exist.
    pub(crate) services: Vec<String>,
}

impl HealthServer {
    fn status(&self, service: &str) -> ServingStatus {
        let known = service.is_empty() || self.services.iter().any(|known| known == service);
        match known || self.health.0.state.borrow().set.contains_key(service) {
            false => ServingStatus::ServiceUnknown,
            true if self.health.is_serving(service) => ServingStatus::Serving,
            true => ServingStatus::NotServing,
        }
    }

    fn check(&self, request: &HealthCheckRequest) -> Result<HealthCheckResponse> {
        match self.status(&request.service) {
            ServingStatus::ServiceUnknown => {
                Err(Status::not_found(format!("no service `{}`", request.service)))
            }
            status => Ok(HealthCheckResponse { status }),
        }
    }
}

fn watch(server: Arc<HealthServer>, request: HealthCheckRequest) -> Streaming<HealthCheckResponse> {
    let changes = server.health.changes();
    Streaming::new(unfold(
        (server, request.service, changes, None),
        async |(server, service, mut changes, last)| {
            let until = Instant::now() + REPEAT;
            loop {
                changes.borrow_and_update();
                server.health.ask().await;
                let status = server.status(&service);
                if last != Some(status) || Instant::now() >= until {
                    return Some((
                        Ok(HealthCheckResponse { status }),
                        (server, service, changes, Some(status)),
                    ));
                }
                tokio::select! {
                    changed = changes.changed() => changed.ok()?,
                    () = tokio::time::sleep(ASK) => {}
                }
            }
        },
    ))
}

impl Service for HealthServer {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    fn routes(self) -> Vec<Route> {
        let mut mount = Mount::new(Arc::new(self));
        mount.unary(&CHECK, |server, _: Context, request: HealthCheckRequest| async move {
            server.health.ask().await;
            server.check(&request)
        });
        mount.server_stream(&WATCH, |server, _: Context, request: HealthCheckRequest| async move {
            Ok::<_, Status>(watch(server, request))
        });
        mount.finish()
    }
}
