//! The services of gRPC's interop tests (grpc.testing), with the field numbers of their published definition.
//! Their .proto files are in no package that could be imported here. Parts that none of our cases uses are
//! left out.

use bytes::Bytes;
use polywire::{Context, Message, Result, Streaming, service};

/// Nothing.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Empty {}

/// What the bytes of a payload are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Message)]
pub enum PayloadType {
    /// Zeros.
    #[default]
    Compressible = 0,
}

/// Bytes of no meaning.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Payload {
    /// What they are.
    #[field(1)]
    pub kind: PayloadType,
    /// The bytes.
    #[field(2)]
    pub body: Bytes,
}

/// The status that a call is to fail with.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct EchoStatus {
    /// Its number.
    #[field(1)]
    pub code: i32,
    /// Its message.
    #[field(2)]
    pub message: String,
}

/// A request of one message.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct SimpleRequest {
    /// What the response is to be.
    #[field(1)]
    pub response_type: PayloadType,
    /// And how large.
    #[field(2)]
    pub response_size: i32,
    /// What the server has no use for.
    #[field(3)]
    pub payload: Option<Payload>,
    /// Set to get a failure.
    #[field(7)]
    pub response_status: Option<EchoStatus>,
}

/// Its response.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct SimpleResponse {
    /// As large as was asked for.
    #[field(1)]
    pub payload: Option<Payload>,
}

/// A request of many.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct StreamingInputCallRequest {
    /// What the server counts.
    #[field(1)]
    pub payload: Option<Payload>,
}

/// The response to them.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct StreamingInputCallResponse {
    /// The bytes of all of them.
    #[field(1)]
    pub aggregated_payload_size: i32,
}

/// A response that is asked for.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct ResponseParameters {
    /// Its size.
    #[field(1)]
    pub size: i32,
    /// The wait before it, in microseconds.
    #[field(2)]
    pub interval_us: i32,
}

/// A request for many responses.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct StreamingOutputCallRequest {
    /// What the responses are to be.
    #[field(1)]
    pub response_type: PayloadType,
    /// One for each response.
    #[field(2)]
    pub response_parameters: Vec<ResponseParameters>,
    /// What the server has no use for.
    #[field(3)]
    pub payload: Option<Payload>,
    /// Set to get a failure.
    #[field(7)]
    pub response_status: Option<EchoStatus>,
}

/// One of the responses.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct StreamingOutputCallResponse {
    /// As large as was asked for.
    #[field(1)]
    pub payload: Option<Payload>,
}

/// What the cases call.
#[service(package = "grpc.testing", transports(grpc))]
pub trait TestService {
    /// Nothing for nothing.
    async fn empty_call(&self, cx: Context, request: Empty) -> Result<Empty>;
    /// One for one.
    async fn unary_call(&self, cx: Context, request: SimpleRequest) -> Result<SimpleResponse>;
    /// Many for one.
    async fn streaming_output_call(
        &self,
        cx: Context,
        request: StreamingOutputCallRequest,
    ) -> Result<Streaming<StreamingOutputCallResponse>>;
    /// One for many.
    async fn streaming_input_call(
        &self,
        cx: Context,
        requests: Streaming<StreamingInputCallRequest>,
    ) -> Result<StreamingInputCallResponse>;
    /// As many for each of many.
    async fn full_duplex_call(
        &self,
        cx: Context,
        requests: Streaming<StreamingOutputCallRequest>,
    ) -> Result<Streaming<StreamingOutputCallResponse>>;
    /// What servers do not implement.
    async fn unimplemented_call(&self, cx: Context, request: Empty) -> Result<Empty>;
}

/// What no server has.
#[service(package = "grpc.testing", transports(grpc))]
pub trait UnimplementedService {
    /// No.
    async fn unimplemented_call(&self, cx: Context, request: Empty) -> Result<Empty>;
}

/// Zeros.
pub fn zeros(size: usize) -> Option<Payload> {
    Some(Payload { kind: PayloadType::Compressible, body: Bytes::from(vec![0; size]) })
}
