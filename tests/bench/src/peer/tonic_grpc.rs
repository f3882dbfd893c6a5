//! The gRPC peer: tonic's server and tonic's client with generated stubs.

use super::grpc_stubs::book_service_client::BookServiceClient;
use super::grpc_stubs::book_service_server::{BookService, BookServiceServer};
use super::grpc_stubs::{Book, FollowRequest, GetBookRequest, Order, Tick, WatchRequest};
use crate::Result;
use crate::child::work::Meter;
use crate::payload::{BOOK, CHANNEL, SYMBOL, TITLE, price};
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

struct Shelf;

fn tick(index: u32) -> Tick {
    Tick { index, symbol: SYMBOL.to_owned(), price: price(index) }
}

#[tonic::async_trait]
impl BookService for Shelf {
    async fn get_book(&self, request: Request<GetBookRequest>) -> Result<Response<Book>, Status> {
        Ok(Response::new(Book { id: request.into_inner().id, title: TITLE.to_owned() }))
    }

    async fn echo_order(&self, request: Request<Order>) -> Result<Response<Order>, Status> {
        Ok(Response::new(request.into_inner()))
    }

    type WatchStream = BoxStream<'static, Result<Tick, Status>>;

    async fn watch(&self, request: Request<WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let ticks = (0..request.into_inner().count).map(|index| Ok(tick(index)));
        Ok(Response::new(stream::iter(ticks).boxed()))
    }

    type FollowStream = ReceiverStream<Result<Tick, Status>>;

    async fn follow(&self, request: Request<FollowRequest>) -> Result<Response<Self::FollowStream>, Status> {
        let (sender, ticks) = mpsc::channel(CHANNEL);
        tokio::spawn(async move {
            for index in 0..request.into_inner().count {
                if sender.send(Ok(tick(index))).await.is_err() {
                    return;
                }
            }
        });
        Ok(Response::new(ReceiverStream::new(ticks)))
    }
}

/// Serves until it is dropped.
pub(crate) async fn serve(listener: TcpListener) -> Result<()> {
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let server = tonic::transport::Server::builder().add_service(BookServiceServer::new(Shelf));
    Ok(server.serve_with_incoming(incoming).await?)
}

/// Makes as many calls as the meter wants, `window` at a time over one channel, and counts each when it is answered.
pub(crate) async fn call(url: &str, window: usize, meter: &Meter) -> Result<()> {
    let client = &BookServiceClient::connect(format!("http://{url}")).await?;
    let calls = (0..meter.total()).map(|_| async move {
        let book = client.clone().get_book(GetBookRequest { id: BOOK }).await?.into_inner();
        if book.title != TITLE {
            return Err("another title than that of the book".into());
        }
        meter.count();
        Ok(())
    });
    stream::iter(calls).buffer_unordered(window).try_collect().await
}
