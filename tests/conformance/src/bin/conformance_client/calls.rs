//! The calls, as docs/testing_clients.md of the suite describes them: a generated client, plain streams, a
//! cancellation token.

use crate::{endpoint, wire};
use polywire::wkt::Any;
use polywire::{Context, Message, Result, Status, StreamSender, Streaming};
use polywire_conformance::suite::*;
use std::time::Duration;

/// The outcome of a call.
pub(crate) struct Outcome {
    pub(crate) cx: Context,
    pub(crate) payloads: Vec<ConformancePayload>,
    pub(crate) error: Option<Status>,
    pub(crate) unsent: i32,
}

/// A call in progress.
struct Call {
    client: ConformanceServiceClient,
    asked: ClientCompatRequest,
    cx: Context,
    payloads: Vec<ConformancePayload>,
    unsent: i32,
}

/// Makes the call.
///
/// # Errors
/// Why it cannot be made; what it fails with is an outcome.
pub(crate) async fn make(asked: ClientCompatRequest) -> Result<Outcome> {
    let client = ConformanceServiceClient::connect(endpoint::of(&asked)?).await?;
    let mut cx = Context::new().with_metadata(&wire::metadata(&asked.request_headers)?);
    if let Some(millis) = asked.timeout_ms {
        cx = cx.with_timeout(Duration::from_millis(millis.into()));
    }
    // The token is asked for before the call, so that the call heeds it.
    cx.cancellation();
    let method = asked.method.clone().unwrap_or_default();
    let stream_type = asked.stream_type;
    let mut call = Call { client, asked, cx, payloads: Vec::new(), unsent: 0 };
    let done = match (method.as_str(), stream_type) {
        ("Unary", _) => call.unary().await,
        ("IdempotentUnary", _) => call.idempotent_unary().await,
        ("Unimplemented", _) => call.unimplemented().await,
        ("ServerStream", _) => call.server_stream().await,
        ("ClientStream", _) => call.client_stream().await,
        ("BidiStream", StreamType::HalfDuplexBidiStream) => call.half_duplex().await,
        ("BidiStream", StreamType::FullDuplexBidiStream) => call.full_duplex().await,
        (method, kind) => return Err(Status::unimplemented(format!("no call of {method} as {kind:?}"))),
    };
    Ok(Outcome { cx: call.cx, payloads: call.payloads, error: done.err(), unsent: call.unsent })
}

impl Call {
    async fn unary(&mut self) -> Result<()> {
        let request: UnaryRequest = self.only()?;
        let response = self.cancelled_later(self.client.unary(self.cx.clone(), request)).await?;
        self.payloads.push(response.payload.unwrap_or_default());
        Ok(())
    }

    async fn idempotent_unary(&mut self) -> Result<()> {
        let request: IdempotentUnaryRequest = self.only()?;
        let response = self.cancelled_later(self.client.idempotent_unary(self.cx.clone(), request)).await?;
        self.payloads.push(response.payload.unwrap_or_default());
        Ok(())
    }

    async fn unimplemented(&mut self) -> Result<()> {
        let request: UnimplementedRequest = self.only()?;
        self.cancelled_later(self.client.unimplemented(self.cx.clone(), request)).await.map(drop)
    }

    async fn server_stream(&mut self) -> Result<()> {
        let request: ServerStreamRequest = self.only()?;
        let mut responses = self.client.server_stream(self.cx.clone(), request).await?;
        self.cancel_after_close().await;
        while let Some(response) = responses.next().await? {
            self.received(response.payload);
        }
        Ok(())
    }

    async fn client_stream(&mut self) -> Result<()> {
        let requests: Vec<ClientStreamRequest> = self.all()?;
        let (sender, stream) = Streaming::channel(1);
        let client = self.client.clone();
        let answer = client.client_stream(self.cx.clone(), stream);
        let (sent, answer) = tokio::join!(self.send_all(sender, requests), answer);
        self.unsent = sent;
        self.payloads.push(answer?.payload.unwrap_or_default());
        Ok(())
    }

    async fn half_duplex(&mut self) -> Result<()> {
        let requests: Vec<BidiStreamRequest> = self.all()?;
        let (sender, stream) = Streaming::channel(1);
        let mut responses = self.client.bidi_stream(self.cx.clone(), stream).await?;
        self.unsent = self.send_all(sender, requests).await;
        while let Some(response) = responses.next().await? {
            self.received(response.payload);
        }
        Ok(())
    }

    async fn full_duplex(&mut self) -> Result<()> {
        let requests: Vec<BidiStreamRequest> = self.all()?;
        let (sender, stream) = Streaming::channel(1);
        let mut responses = self.client.bidi_stream(self.cx.clone(), stream).await?;
        let mut left = requests.len() as i32;
        for request in requests {
            self.delay().await;
            if sender.send(request).await.is_err() {
                self.unsent = left;
                break;
            }
            left -= 1;
            match responses.next().await {
                Ok(Some(response)) => self.received(response.payload),
                Ok(None) => break,
                Err(status) => {
                    self.unsent = left;
                    return Err(status);
                }
            }
        }
        self.close(sender).await;
        while let Some(response) = responses.next().await? {
            self.received(response.payload);
        }
        Ok(())
    }

    /// Sends the requests of a stream; ready with the number of those that could not be sent.
    async fn send_all<M: Message>(&self, sender: StreamSender<M>, requests: Vec<M>) -> i32 {
        let mut left = requests.len() as i32;
        for request in requests {
            self.delay().await;
            if sender.send(request).await.is_err() {
                return left;
            }
            left -= 1;
        }
        self.close(sender).await;
        0
    }

    /// Ends a stream of requests, and cancels the call before or after if that is asked for.
    async fn close<M>(&self, sender: StreamSender<M>) {
        if let Some(ClientCompatRequestCancelCancelTiming::BeforeCloseSend) = self.cancel() {
            self.cx.cancellation().cancel();
        }
        drop(sender);
        self.cancel_after_close().await;
    }

    async fn cancel_after_close(&self) {
        if let Some(ClientCompatRequestCancelCancelTiming::AfterCloseSendMs(millis)) = self.cancel() {
            tokio::time::sleep(Duration::from_millis((*millis).into())).await;
            self.cx.cancellation().cancel();
        }
    }

    /// A unary call, cancelled while it runs if that is asked for.
    async fn cancelled_later<T>(&self, call: impl Future<Output = Result<T>>) -> Result<T> {
        let mut call = std::pin::pin!(call);
        tokio::select! {
            biased;
            done = &mut call => done,
            () = self.cancel_after_close(), if self.cancel().is_some() => call.await,
        }
    }

    fn received(&mut self, payload: Option<ConformancePayload>) {
        self.payloads.push(payload.unwrap_or_default());
        if let Some(ClientCompatRequestCancelCancelTiming::AfterNumResponses(count)) = self.cancel()
            && self.payloads.len() == *count as usize
        {
            self.cx.cancellation().cancel();
        }
    }

    fn cancel(&self) -> Option<&ClientCompatRequestCancelCancelTiming> {
        self.asked.cancel.as_ref()?.cancel_timing.as_ref()
    }

    async fn delay(&self) {
        if self.asked.request_delay_ms > 0 {
            tokio::time::sleep(Duration::from_millis(self.asked.request_delay_ms.into())).await;
        }
    }

    fn only<M: Message>(&self) -> Result<M> {
        match self.asked.request_messages.as_slice() {
            [only] => unpack(only),
            other => Err(Status::invalid_argument(format!("{} requests, expected one", other.len()))),
        }
    }

    fn all<M: Message>(&self) -> Result<Vec<M>> {
        self.asked.request_messages.iter().map(unpack).collect()
    }
}

fn unpack<M: Message>(any: &Any) -> Result<M> {
    any.unpack().map_err(Status::from)
}
