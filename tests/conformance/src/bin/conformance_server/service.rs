//! The suite's service, as the comments in service.proto describe it.

use crate::wire::{request_info, respond_with, status};
use futures_util::stream;
use polywire::wkt::Any;
use polywire::{Context, Result, Status, Streaming};
use polywire_conformance::suite::*;
use std::time::Duration;

pub(crate) struct Conformance;

impl ConformanceService for Conformance {
    async fn unary(&self, cx: Context, request: UnaryRequest) -> Result<UnaryResponse> {
        let seen = vec![Any::pack(&request)];
        Ok(UnaryResponse { payload: Some(answer(&cx, request.response_definition, seen).await?) })
    }

    async fn idempotent_unary(
        &self,
        cx: Context,
        request: IdempotentUnaryRequest,
    ) -> Result<IdempotentUnaryResponse> {
        let seen = vec![Any::pack(&request)];
        Ok(IdempotentUnaryResponse { payload: Some(answer(&cx, request.response_definition, seen).await?) })
    }

    async fn client_stream(
        &self,
        cx: Context,
        mut requests: Streaming<ClientStreamRequest>,
    ) -> Result<ClientStreamResponse> {
        let (mut seen, mut definition) = (Vec::new(), None);
        while let Some(request) = requests.next().await? {
            let first = seen.is_empty();
            seen.push(Any::pack(&request));
            if first {
                definition = request.response_definition;
            }
        }
        Ok(ClientStreamResponse { payload: Some(answer(&cx, definition, seen).await?) })
    }

    async fn server_stream(
        &self,
        cx: Context,
        request: ServerStreamRequest,
    ) -> Result<Streaming<ServerStreamResponse>> {
        let seen = vec![Any::pack(&request)];
        let replies = Replies::new(cx, request.response_definition.unwrap_or_default(), seen)?;
        Ok(Streaming::new(stream::try_unfold(replies, |mut replies| async move {
            let payload = replies.next().await?;
            Ok(payload.map(|payload| (ServerStreamResponse { payload: Some(payload) }, replies)))
        })))
    }

    async fn bidi_stream(
        &self,
        cx: Context,
        mut requests: Streaming<BidiStreamRequest>,
    ) -> Result<Streaming<BidiStreamResponse>> {
        let Some(first) = requests.next().await? else { return Ok(Streaming::from_items([])) };
        let mut seen = vec![Any::pack(&first)];
        let full_duplex = first.full_duplex;
        if !full_duplex {
            while let Some(request) = requests.next().await? {
                seen.push(Any::pack(&request));
            }
        }
        let replies = Replies::new(cx, first.response_definition.unwrap_or_default(), seen)?;
        let requests = full_duplex.then_some(requests);
        Ok(Streaming::new(stream::try_unfold(
            (replies, requests),
            |(mut replies, mut requests)| async move {
                // In a full duplex call, each answer describes the request that it answers.
                if let Some(open) = requests.as_mut().filter(|_| replies.sent > 0 && replies.left()) {
                    match open.next().await? {
                        Some(request) => replies.seen.push(Any::pack(&request)),
                        None => requests = None,
                    }
                }
                let payload = replies.next().await?;
                Ok(payload
                    .map(|payload| (BidiStreamResponse { payload: Some(payload) }, (replies, requests))))
            },
        )))
    }

    async fn unimplemented(&self, _: Context, _: UnimplementedRequest) -> Result<UnimplementedResponse> {
        Err(Status::unimplemented(
            "connectrpc.conformance.v1.ConformanceService.Unimplemented is not implemented",
        ))
    }
}

/// The answer to a call that has one.
async fn answer(
    cx: &Context,
    definition: Option<UnaryResponseDefinition>,
    seen: Vec<Any>,
) -> Result<ConformancePayload> {
    let info = request_info(cx, seen);
    let Some(definition) = definition else {
        return Ok(ConformancePayload { request_info: Some(info), ..Default::default() });
    };
    respond_with(cx, &definition.response_headers, &definition.response_trailers)?;
    delay(definition.response_delay_ms).await;
    match definition.response {
        Some(UnaryResponseDefinitionResponse::Error(error)) => Err(status(error, Some(&info))),
        Some(UnaryResponseDefinitionResponse::ResponseData(data)) => {
            Ok(ConformancePayload { data, request_info: Some(info) })
        }
        None => Ok(ConformancePayload { request_info: Some(info), ..Default::default() }),
    }
}

/// The answers of a stream, and the error behind them.
struct Replies {
    cx: Context,
    definition: StreamResponseDefinition,
    /// Requests that no answer has told of.
    seen: Vec<Any>,
    sent: usize,
}

impl Replies {
    fn new(cx: Context, definition: StreamResponseDefinition, seen: Vec<Any>) -> Result<Self> {
        respond_with(&cx, &definition.response_headers, &definition.response_trailers)?;
        Ok(Self { cx, definition, seen, sent: 0 })
    }

    fn left(&self) -> bool {
        self.sent < self.definition.response_data.len()
    }

    async fn next(&mut self) -> Result<Option<ConformancePayload>> {
        if !self.left() {
            return self.end();
        }
        delay(self.definition.response_delay_ms).await;
        let data = std::mem::take(&mut self.definition.response_data[self.sent]);
        let seen = std::mem::take(&mut self.seen);
        let request_info = match self.sent {
            0 => Some(request_info(&self.cx, seen)),
            _ if seen.is_empty() => None,
            _ => Some(ConformancePayloadRequestInfo { requests: seen, ..Default::default() }),
        };
        self.sent += 1;
        Ok(Some(ConformancePayload { data, request_info }))
    }

    fn end(&mut self) -> Result<Option<ConformancePayload>> {
        let Some(error) = self.definition.error.take() else { return Ok(None) };
        let info = (self.sent == 0).then(|| request_info(&self.cx, std::mem::take(&mut self.seen)));
        Err(status(error, info.as_ref()))
    }
}

async fn delay(millis: u32) {
    if millis > 0 {
        tokio::time::sleep(Duration::from_millis(millis.into())).await;
    }
}
