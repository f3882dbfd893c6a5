//! The cases that need no cloud account, as in gRPC's interop-test-descriptions.md.

use polywire::{Code, Context, Metadata, Result, Status, StreamSender, Streaming};
use polywire_conformance::interop::*;
use std::time::Duration;

/// The names of the cases.
pub(crate) const NAMES: [&str; 14] = [
    "empty_unary",
    "large_unary",
    "client_streaming",
    "server_streaming",
    "ping_pong",
    "empty_stream",
    "timeout_on_sleeping_server",
    "cancel_after_begin",
    "cancel_after_first_response",
    "status_code_and_message",
    "special_status_message",
    "custom_metadata",
    "unimplemented_method",
    "unimplemented_service",
];

const REQUEST_SIZES: [usize; 4] = [27_182, 8, 1_828, 45_904];
const RESPONSE_SIZES: [i32; 4] = [31_415, 9, 2_653, 58_979];

type Verdict = Result<(), String>;

/// Runs a case.
///
/// # Errors
/// What is not as it should be.
pub(crate) async fn run(name: &str, client: &TestServiceClient, url: &str) -> Verdict {
    match name {
        "empty_unary" => empty_unary(client).await,
        "large_unary" => large_unary(client).await,
        "client_streaming" => client_streaming(client).await,
        "server_streaming" => server_streaming(client).await,
        "ping_pong" => ping_pong(client).await,
        "empty_stream" => empty_stream(client).await,
        "timeout_on_sleeping_server" => timeout_on_sleeping_server(client).await,
        "cancel_after_begin" => cancel_after_begin(client).await,
        "cancel_after_first_response" => cancel_after_first_response(client).await,
        "status_code_and_message" => status_code_and_message(client).await,
        "special_status_message" => special_status_message(client).await,
        "custom_metadata" => custom_metadata(client).await,
        "unimplemented_method" => unimplemented_method(client).await,
        "unimplemented_service" => unimplemented_service(url).await,
        _ => Err("there is no such case".to_owned()),
    }
}

async fn empty_unary(client: &TestServiceClient) -> Verdict {
    client.empty_call(Context::new(), Empty {}).await.map(drop).map_err(unexpected)
}

async fn large_unary(client: &TestServiceClient) -> Verdict {
    let response = client.unary_call(Context::new(), large()).await.map_err(unexpected)?;
    expect("the response", response.payload, zeros(314_159))
}

async fn client_streaming(client: &TestServiceClient) -> Verdict {
    let requests = REQUEST_SIZES.map(|size| StreamingInputCallRequest { payload: zeros(size) });
    let requests = Streaming::from_items(requests);
    let response = client.streaming_input_call(Context::new(), requests).await.map_err(unexpected)?;
    expect("the sum", response.aggregated_payload_size, 74_922)
}

async fn server_streaming(client: &TestServiceClient) -> Verdict {
    let request = StreamingOutputCallRequest {
        response_parameters: RESPONSE_SIZES.map(of_size).to_vec(),
        ..Default::default()
    };
    let responses = client.streaming_output_call(Context::new(), request).await.map_err(unexpected)?;
    let responses = responses.collect().await.map_err(unexpected)?;
    expect("the sizes", responses.iter().map(size).collect::<Vec<_>>(), RESPONSE_SIZES.to_vec())
}

async fn ping_pong(client: &TestServiceClient) -> Verdict {
    let (sender, mut responses) = full_duplex(client, Context::new()).await?;
    for (request, response) in REQUEST_SIZES.into_iter().zip(RESPONSE_SIZES) {
        sender.send(ping(request, response)).await.map_err(unexpected)?;
        let answer = responses.next().await.map_err(unexpected)?.ok_or("the stream ended")?;
        expect("the size", size(&answer), response)?;
    }
    drop(sender);
    expect("what follows", responses.next().await, Ok(None))
}

async fn empty_stream(client: &TestServiceClient) -> Verdict {
    let (sender, mut responses) = full_duplex(client, Context::new()).await?;
    drop(sender);
    expect("the responses", responses.next().await, Ok(None))
}

async fn timeout_on_sleeping_server(client: &TestServiceClient) -> Verdict {
    let cx = Context::new().with_timeout(Duration::from_millis(1));
    let (sender, requests) = Streaming::channel(1);
    let sending = sender.send(StreamingOutputCallRequest { payload: zeros(27_182), ..Default::default() });
    sending.await.map_err(unexpected)?;
    let failed = match client.full_duplex_call(cx, requests).await {
        Ok(mut responses) => responses.next().await.map(drop),
        Err(status) => Err(status),
    };
    expect("the code", code(failed), Some(Code::DeadlineExceeded))
}

async fn cancel_after_begin(client: &TestServiceClient) -> Verdict {
    let cx = Context::new();
    let token = cx.cancellation();
    let (sender, requests) = Streaming::channel(1);
    let cancel = async {
        // The call has begun: its head is under way.
        tokio::time::sleep(Duration::from_millis(20)).await;
        token.cancel();
    };
    let (failed, ()) = tokio::join!(client.streaming_input_call(cx, requests), cancel);
    drop(sender);
    expect("the code", code(failed), Some(Code::Cancelled))
}

async fn cancel_after_first_response(client: &TestServiceClient) -> Verdict {
    let cx = Context::new();
    let token = cx.cancellation();
    let (sender, mut responses) = full_duplex(client, cx).await?;
    sender.send(ping(27_182, 31_415)).await.map_err(unexpected)?;
    let answer = responses.next().await.map_err(unexpected)?.ok_or("the stream ended")?;
    expect("the size", size(&answer), 31_415)?;
    token.cancel();
    expect("the code", code(responses.next().await), Some(Code::Cancelled))
}

async fn status_code_and_message(client: &TestServiceClient) -> Verdict {
    let asked = EchoStatus { code: 2, message: "test status message".to_owned() };
    let request = SimpleRequest { response_status: Some(asked.clone()), ..Default::default() };
    let failed = client.unary_call(Context::new(), request).await.map(drop);
    expect("the unary call", failed, Err(Status::unknown("test status message")))?;
    let (sender, mut responses) = full_duplex(client, Context::new()).await?;
    let request = StreamingOutputCallRequest { response_status: Some(asked), ..Default::default() };
    sender.send(request).await.map_err(unexpected)?;
    drop(sender);
    expect("the stream", responses.next().await, Err(Status::unknown("test status message")))
}

async fn special_status_message(client: &TestServiceClient) -> Verdict {
    const TEXT: &str = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
    let asked = EchoStatus { code: 2, message: TEXT.to_owned() };
    let request = SimpleRequest { response_status: Some(asked), ..Default::default() };
    let failed = client.unary_call(Context::new(), request).await.map(drop);
    expect("the call", failed, Err(Status::unknown(TEXT)))
}

async fn custom_metadata(client: &TestServiceClient) -> Verdict {
    const INITIAL: (&str, &str) = ("x-grpc-test-echo-initial", "test_initial_metadata_value");
    const TRAILING: (&str, [u8; 3]) = ("x-grpc-test-echo-trailing-bin", [0xab, 0xab, 0xab]);
    let mut metadata = Metadata::new();
    metadata.append(INITIAL.0, INITIAL.1).map_err(|fault| fault.to_string())?;
    metadata.append_bin(TRAILING.0, &TRAILING.1).map_err(|fault| fault.to_string())?;
    let check = |cx: &Context| {
        expect("the headers", cx.headers().get(INITIAL.0), Some(INITIAL.1))?;
        expect("the trailers", cx.trailers().get_bin(TRAILING.0).as_deref(), Some(&TRAILING.1[..]))
    };
    let cx = Context::new().with_metadata(&metadata);
    client.unary_call(cx.clone(), large()).await.map_err(unexpected)?;
    check(&cx)?;
    let cx = Context::new().with_metadata(&metadata);
    let (sender, responses) = full_duplex(client, cx.clone()).await?;
    sender.send(ping(271_828, 314_159)).await.map_err(unexpected)?;
    drop(sender);
    let responses = responses.collect().await.map_err(unexpected)?;
    expect("the sizes", responses.iter().map(size).collect::<Vec<_>>(), vec![314_159])?;
    check(&cx)
}

async fn unimplemented_method(client: &TestServiceClient) -> Verdict {
    let failed = client.unimplemented_call(Context::new(), Empty {}).await;
    expect("the code", code(failed), Some(Code::Unimplemented))
}

async fn unimplemented_service(url: &str) -> Verdict {
    let client = UnimplementedServiceClient::connect(url).await.map_err(unexpected)?;
    let failed = client.unimplemented_call(Context::new(), Empty {}).await;
    expect("the code", code(failed), Some(Code::Unimplemented))
}

type FullDuplex = (StreamSender<StreamingOutputCallRequest>, Streaming<StreamingOutputCallResponse>);

async fn full_duplex(client: &TestServiceClient, cx: Context) -> Result<FullDuplex, String> {
    let (sender, requests) = Streaming::channel(1);
    let responses = client.full_duplex_call(cx, requests).await.map_err(unexpected)?;
    Ok((sender, responses))
}

fn large() -> SimpleRequest {
    SimpleRequest { response_size: 314_159, payload: zeros(271_828), ..Default::default() }
}

fn ping(request: usize, response: i32) -> StreamingOutputCallRequest {
    StreamingOutputCallRequest {
        response_parameters: vec![of_size(response)],
        payload: zeros(request),
        ..Default::default()
    }
}

fn of_size(size: i32) -> ResponseParameters {
    ResponseParameters { size, interval_us: 0 }
}

fn size(response: &StreamingOutputCallResponse) -> i32 {
    response.payload.as_ref().map_or(0, |payload| payload.body.len() as i32)
}

fn code<T>(result: Result<T>) -> Option<Code> {
    result.err().map(|status| status.code())
}

fn unexpected(status: Status) -> String {
    format!("unexpected {status}")
}

fn expect<T: PartialEq + std::fmt::Debug>(what: &str, seen: T, expected: T) -> Verdict {
    if seen == expected {
        return Ok(());
    }
    Err(format!("{what} should be {expected:?}, is {seen:?}").chars().take(600).collect())
}
