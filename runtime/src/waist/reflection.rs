//! Server reflection (grpc/grpc, doc/server-reflection.md): version 1, and the alpha that older tools ask for.
//! The schema comes from the services' own constants.

mod details;
mod files;
mod messages;

use crate::call::context::Context;
use crate::call::spec::{Method, ServiceSpec};
use crate::call::status::{Code, Result, Status};
use crate::call::stream::Streaming;
use crate::message::codec::{Message, NATURAL, Value};
use crate::waist::builtin;
use crate::waist::handler::{Mount, Route, Service};
use files::Files;
use messages::{
    ErrorResponse, ExtensionNumberResponse, FileDescriptorResponse, ListServiceResponse,
    ServerReflectionRequest, ServerReflectionResponse, ServiceResponse,
};
use polywire_codegen::model::{self, Definitions, Shape};
use std::sync::Arc;

/// The descriptors of a server, shared by both versions.
#[derive(Clone)]
pub(crate) struct Reflection(Arc<Files>);

/// One version of the service.
pub(crate) struct ReflectionServer {
    files: Arc<Files>,
    version: &'static Version,
}

struct Version {
    spec: &'static ServiceSpec,
    method: &'static Method,
}

const DOCS: &str = "The schema of the server.";
static METHODS: [model::Method; 1] = [builtin::method(
    "ServerReflectionInfo",
    "Answers each request with what it asks for, in order.",
    Shape::Bidi,
    ServerReflectionRequest::NAME,
    ServerReflectionResponse::NAME,
)];

fn register(definitions: &mut Definitions) {
    <ServerReflectionRequest as Value<{ NATURAL }>>::register(definitions);
    <ServerReflectionResponse as Value<{ NATURAL }>>::register(definitions);
}

static V1: Version = Version { spec: &V1_SPEC, method: &V1_INFO };
static V1_SPEC: ServiceSpec = ServiceSpec {
    model: builtin::service("grpc.reflection.v1", "ServerReflection", DOCS, &METHODS),
    methods: &[&V1_INFO],
    register,
};
static V1_INFO: Method =
    builtin::route(&V1_SPEC, 0, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Shape::Bidi);

static ALPHA: Version = Version { spec: &ALPHA_SPEC, method: &ALPHA_INFO };
static ALPHA_SPEC: ServiceSpec = ServiceSpec {
    model: builtin::service("grpc.reflection.v1alpha", "ServerReflection", DOCS, &METHODS),
    methods: &[&ALPHA_INFO],
    register,
};
static ALPHA_INFO: Method = builtin::route(
    &ALPHA_SPEC,
    0,
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    Shape::Bidi,
);

impl Reflection {
    /// Describes these services, and reflection itself.
    pub(crate) fn new(services: &[&'static ServiceSpec]) -> Self {
        let all: Vec<_> = services.iter().copied().chain([&V1_SPEC, &ALPHA_SPEC]).collect();
        Self(Arc::new(Files::new(&all)))
    }

    /// The servers of both versions.
    pub(crate) fn servers(&self) -> [ReflectionServer; 2] {
        [&V1, &ALPHA].map(|version| ReflectionServer { files: Arc::clone(&self.0), version })
    }
}

impl Service for ReflectionServer {
    fn spec(&self) -> &'static ServiceSpec {
        self.version.spec
    }

    fn routes(self) -> Vec<Route> {
        let method = self.version.method;
        let mut mount = Mount::new(self.files);
        mount.bidi(
            method,
            |files: Arc<Files>, _: Context, requests: Streaming<ServerReflectionRequest>| async move {
                Ok::<_, Status>(requests.map(move |request| answer(&files, request)))
            },
        );
        mount.finish()
    }
}

fn answer(files: &Files, request: ServerReflectionRequest) -> ServerReflectionResponse {
    let mut response = ServerReflectionResponse {
        valid_host: request.host.clone(),
        original_request: None,
        file_descriptor_response: None,
        all_extension_numbers_response: None,
        list_services_response: None,
        error_response: None,
    };
    if let Err(status) = fill(files, &request, &mut response) {
        let (error_code, error_message) = (status.code().number().into(), status.message().to_owned());
        response.error_response = Some(ErrorResponse { error_code, error_message });
    }
    response.original_request = Some(request);
    response
}

fn fill(
    files: &Files,
    request: &ServerReflectionRequest,
    response: &mut ServerReflectionResponse,
) -> Result<()> {
    let missing = |what: &str| Status::new(Code::NotFound, format!("no {what}"));
    let file = |found: Option<Vec<bytes::Bytes>>, what: String| {
        let file_descriptor_proto = found.ok_or_else(|| missing(&what))?;
        Ok::<_, Status>(Some(FileDescriptorResponse { file_descriptor_proto }))
    };
    if let Some(name) = &request.file_by_filename {
        response.file_descriptor_response = file(files.by_name(name), format!("file `{name}`"))?;
    } else if let Some(symbol) = &request.file_containing_symbol {
        response.file_descriptor_response = file(files.by_symbol(symbol), format!("symbol `{symbol}`"))?;
    } else if let Some(extension) = &request.file_containing_extension {
        // proto3 has extensions only for options, and we declare none.
        return Err(missing(&format!(
            "extension {} of `{}`",
            extension.extension_number, extension.containing_type
        )));
    } else if let Some(name) = &request.all_extension_numbers_of_type {
        files.by_symbol(name).ok_or_else(|| missing(&format!("type `{name}`")))?;
        response.all_extension_numbers_response =
            Some(ExtensionNumberResponse { base_type_name: name.clone(), extension_number: Vec::new() });
    } else if request.list_services.is_some() {
        let service = files.services().map(|name| ServiceResponse { name: name.to_owned() }).collect();
        response.list_services_response = Some(ListServiceResponse { service });
    } else {
        return Err(Status::invalid_argument("the request names nothing to look up"));
    }
    Ok(())
}
