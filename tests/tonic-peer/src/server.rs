//! The contract on tonic, written by hand as a tonic user would write it: the other side for polywire's
//! `grpc://` client.

use crate::stubs::contract_error::{Error as Variant, Missing};
use crate::stubs::contract_service_server::ContractService;
use crate::stubs::{
    BlobRequest, BlobResponse, CancelledRequest, CancelledResponse, ContractError, CountRequest, FailRequest,
    Header, Item, MetadataRequest, MetadataResponse, PanicRequest, RejectRequest, RemainingRequest,
    RemainingResponse, RunningRequest, RunningResponse, SleepRequest, SleepResponse, Summary,
};
use crate::{ERROR_DETAIL, RpcStatus};
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};
use prost::Message as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tonic::{Code, Request, Response, Status, Streaming};

type Items = BoxStream<'static, Result<Item, Status>>;

/// Counts what is dropped before its end; otherwise without state.
#[derive(Debug, Clone, Default)]
pub struct Contract(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    running: AtomicU32,
    dropped: AtomicU32,
}

/// Held while something runs; counted when it is dropped first.
struct Running {
    counts: Arc<Counts>,
    ended: bool,
}

impl Running {
    fn end(&mut self) {
        self.ended = true;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.counts.running.fetch_sub(1, Ordering::SeqCst);
        if !self.ended {
            self.counts.dropped.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl Contract {
    fn run(&self) -> Running {
        self.0.running.fetch_add(1, Ordering::SeqCst);
        Running { counts: Arc::clone(&self.0), ended: false }
    }
}

/// Counts up to `upto`; breaks on the way when asked for 13 or 14, as the contract says.
fn counted(request: CountRequest, running: Running) -> impl Stream<Item = Result<Item, Status>> {
    let CountRequest { upto, delay_ms } = request;
    stream::unfold((1, running), move |(index, mut running)| async move {
        if index > upto {
            running.end();
            return None;
        }
        tokio::time::sleep(Duration::from_millis(delay_ms.into())).await;
        let next = match (upto, index) {
            (13, 4) => Err(Status::data_loss("stream broke")),
            _ => Ok(Item { index, text: format!("item {index}"), data: Vec::new() }),
        };
        Some((next, (index + 1, running)))
    })
}

/// A status that carries a typed error the way every gRPC library does: a `google.rpc.Status` in the trailers.
fn typed(code: Code, message: &str, variant: Variant) -> Status {
    let detail = ContractError { error: Some(variant) };
    let detail = prost_types::Any { type_url: ERROR_DETAIL.to_owned(), value: detail.encode_to_vec() };
    let status = RpcStatus { code: code as i32, message: message.to_owned(), details: vec![detail] };
    Status::with_details(code, message, status.encode_to_vec().into())
}

#[tonic::async_trait]
impl ContractService for Contract {
    type CountStream = Items;
    type ChatStream = Items;

    async fn echo(&self, request: Request<Item>) -> Result<Response<Item>, Status> {
        Ok(Response::new(request.into_inner()))
    }

    async fn count(&self, request: Request<CountRequest>) -> Result<Response<Items>, Status> {
        let request = request.into_inner();
        if request.upto < 0 {
            return Err(Status::invalid_argument("field `upto`: must not be negative"));
        }
        Ok(Response::new(counted(request, self.run()).boxed()))
    }

    async fn collect(&self, request: Request<Streaming<Item>>) -> Result<Response<Summary>, Status> {
        let mut items = request.into_inner();
        let mut summary = Summary::default();
        while let Some(item) = items.message().await? {
            summary.count += 1;
            summary.bytes += i64::try_from(item.data.len()).unwrap_or(i64::MAX);
        }
        Ok(Response::new(summary))
    }

    async fn chat(&self, request: Request<Streaming<Item>>) -> Result<Response<Items>, Status> {
        let echo = |item: Item| Item { text: format!("Echo: {}", item.text), ..item };
        Ok(Response::new(request.into_inner().map(move |item| item.map(echo)).boxed()))
    }

    async fn fail(&self, request: Request<FailRequest>) -> Result<Response<()>, Status> {
        match request.into_inner().kind.as_str() {
            "missing" => Err(typed(Code::NotFound, "no item 7", Variant::Missing(Missing { id: 7 }))),
            "sold_out" => Err(typed(Code::FailedPrecondition, "sold out", Variant::SoldOut(()))),
            "other" => Err(Status::unavailable("somewhere else")),
            _ => Ok(Response::new(())),
        }
    }

    async fn reject(&self, request: Request<RejectRequest>) -> Result<Response<()>, Status> {
        let RejectRequest { code, message } = request.into_inner();
        match Code::from_i32(code) {
            Code::Ok => Ok(Response::new(())),
            code => Err(Status::new(code, message)),
        }
    }

    async fn sleep(&self, request: Request<SleepRequest>) -> Result<Response<SleepResponse>, Status> {
        let mut running = self.run();
        let ms = request.into_inner().ms;
        tokio::time::sleep(Duration::from_millis(ms.into())).await;
        running.end();
        Ok(Response::new(SleepResponse { result: ms }))
    }

    async fn metadata(
        &self,
        request: Request<MetadataRequest>,
    ) -> Result<Response<MetadataResponse>, Status> {
        let headers = request.metadata().clone().into_headers();
        let entries = headers.iter().filter(|(key, _)| key.as_str().starts_with("x-"));
        let entry =
            |(key, value): (&tonic::codegen::http::HeaderName, &tonic::codegen::http::HeaderValue)| Header {
                key: key.to_string(),
                value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
            };
        let mut response = Response::new(MetadataResponse { result: entries.map(entry).collect() });
        response.metadata_mut().insert("x-reply", "header".parse().map_err(|_| Status::internal("x-reply"))?);
        Ok(response)
    }

    async fn remaining(
        &self,
        request: Request<RemainingRequest>,
    ) -> Result<Response<RemainingResponse>, Status> {
        let text = request.metadata().get("grpc-timeout").and_then(|value| value.to_str().ok());
        Ok(Response::new(RemainingResponse { result: text.map_or(0, milliseconds) }))
    }

    async fn panic(&self, _: Request<PanicRequest>) -> Result<Response<()>, Status> {
        panic!("panicked as it was asked to")
    }

    async fn blob(&self, request: Request<BlobRequest>) -> Result<Response<BlobResponse>, Status> {
        Ok(Response::new(BlobResponse { result: vec![b'x'; request.into_inner().size as usize] }))
    }

    async fn running(&self, _: Request<RunningRequest>) -> Result<Response<RunningResponse>, Status> {
        Ok(Response::new(RunningResponse { result: self.0.running.load(Ordering::SeqCst) }))
    }

    async fn cancelled(&self, _: Request<CancelledRequest>) -> Result<Response<CancelledResponse>, Status> {
        Ok(Response::new(CancelledResponse { result: self.0.dropped.load(Ordering::SeqCst) }))
    }
}

/// A `grpc-timeout` in milliseconds; 0 for what is none.
fn milliseconds(text: &str) -> u32 {
    let (digits, unit) = text.split_at_checked(text.len().saturating_sub(1)).unwrap_or_default();
    let Ok(count) = digits.parse::<u64>() else { return 0 };
    let ms = match unit {
        "H" => count * 3_600_000,
        "M" => count * 60_000,
        "S" => count * 1_000,
        "m" => count,
        "u" => count / 1_000,
        "n" => count / 1_000_000,
        _ => 0,
    };
    u32::try_from(ms).unwrap_or(u32::MAX)
}
