//! gRPC's interop cases as a server, as gRPC's description of the cases asks. It listens on a free port of
//! 127.0.0.1, and prints only that.

use futures_util::{StreamExt, stream};
use polywire::{Code, Context, Result, Server, Status, Streaming};
use polywire_conformance::interop::*;
use std::error::Error;
use std::time::Duration;

/// Metadata that comes back before the response, and behind it.
const INITIAL: &str = "x-grpc-test-echo-initial";
const TRAILING: &str = "x-grpc-test-echo-trailing-bin";

#[tokio::main]
#[allow(clippy::print_stdout, reason = "the port is this program's output")]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    Ok(Server::new().service(TestServiceServer::new(Interop)).listener(listener).serve().await?)
}

struct Interop;

impl TestService for Interop {
    async fn empty_call(&self, _: Context, _: Empty) -> Result<Empty> {
        Ok(Empty {})
    }

    async fn unary_call(&self, cx: Context, request: SimpleRequest) -> Result<SimpleResponse> {
        echo_metadata(&cx)?;
        fail_if_asked(request.response_status)?;
        Ok(SimpleResponse { payload: sized(request.response_size)? })
    }

    async fn streaming_output_call(
        &self,
        _: Context,
        request: StreamingOutputCallRequest,
    ) -> Result<Streaming<StreamingOutputCallResponse>> {
        fail_if_asked(request.response_status)?;
        Ok(Streaming::new(responses(request.response_parameters)))
    }

    async fn streaming_input_call(
        &self,
        _: Context,
        mut requests: Streaming<StreamingInputCallRequest>,
    ) -> Result<StreamingInputCallResponse> {
        let mut size = 0;
        while let Some(request) = requests.next().await? {
            size += request.payload.map_or(0, |payload| payload.body.len());
        }
        let size =
            i32::try_from(size).map_err(|_| Status::out_of_range("more bytes than an int32 counts"))?;
        Ok(StreamingInputCallResponse { aggregated_payload_size: size })
    }

    async fn full_duplex_call(
        &self,
        cx: Context,
        requests: Streaming<StreamingOutputCallRequest>,
    ) -> Result<Streaming<StreamingOutputCallResponse>> {
        echo_metadata(&cx)?;
        let answers = |request: Result<StreamingOutputCallRequest>| {
            let asked = request.and_then(|request| {
                fail_if_asked(request.response_status)?;
                Ok(request.response_parameters)
            });
            match asked {
                Ok(parameters) => responses(parameters).left_stream(),
                Err(status) => stream::iter([Err(status)]).right_stream(),
            }
        };
        // An error is the last item, and a reader stops there.
        Ok(Streaming::new(StreamExt::flat_map(requests, answers)))
    }

    async fn unimplemented_call(&self, _: Context, _: Empty) -> Result<Empty> {
        Err(Status::unimplemented("grpc.testing.TestService.UnimplementedCall is not implemented"))
    }
}

fn echo_metadata(cx: &Context) -> Result<()> {
    let invalid = |error: polywire::InvalidMetadata| Status::invalid_argument(error.to_string());
    if let Some(value) = cx.metadata().get(INITIAL) {
        cx.append_header(INITIAL, value).map_err(invalid)?;
    }
    if let Some(value) = cx.metadata().get_bin(TRAILING) {
        cx.edit_trailers(|trailers| trailers.append_bin(TRAILING, &value)).map_err(invalid)?;
    }
    Ok(())
}

fn fail_if_asked(status: Option<EchoStatus>) -> Result<()> {
    let Some(EchoStatus { code, message }) = status.filter(|status| status.code != 0) else { return Ok(()) };
    Err(Status::new(Code::from_number(code).unwrap_or(Code::Unknown), message))
}

fn responses(
    parameters: Vec<ResponseParameters>,
) -> impl futures_util::Stream<Item = Result<StreamingOutputCallResponse>> + Send {
    stream::iter(parameters).then(|asked| async move {
        if let Some(wait) = u64::try_from(asked.interval_us).ok().filter(|wait| *wait > 0) {
            tokio::time::sleep(Duration::from_micros(wait)).await;
        }
        Ok(StreamingOutputCallResponse { payload: sized(asked.size)? })
    })
}

fn sized(size: i32) -> Result<Option<Payload>> {
    usize::try_from(size).map(zeros).map_err(|_| Status::invalid_argument("a size below 0"))
}
