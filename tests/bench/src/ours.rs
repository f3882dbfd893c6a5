//! polywire's side: two traits, and the code that serves and calls them.

use crate::Result;
use crate::case::Threads;
use crate::child::work::Meter;
use crate::payload::{BOOK, CHANNEL, SYMBOL, TITLE, price};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use polywire::{Message, Server, Streaming, service};
use tokio::net::TcpListener;

/// A book.
#[derive(Debug, Clone, PartialEq, Message)]
pub(crate) struct Book {
    /// Its number.
    pub(crate) id: i32,
    /// Its title.
    pub(crate) title: String,
}

/// An item of a stream.
#[derive(Debug, Clone, PartialEq, Message)]
pub(crate) struct Tick {
    /// Its place.
    pub(crate) index: u32,
    /// What it is about.
    pub(crate) symbol: String,
    /// What it says.
    pub(crate) price: f64,
}

/// An order of about 6 KB.
#[derive(Debug, Clone, PartialEq, Message)]
pub(crate) struct Order {
    /// Its number.
    pub(crate) id: i32,
    /// Who orders.
    pub(crate) customer: String,
    /// Where to write to.
    pub(crate) email: String,
    /// Where the books go.
    pub(crate) ship_to: Address,
    /// Where the bill goes.
    pub(crate) bill_to: Address,
    /// What is ordered.
    pub(crate) lines: Vec<Line>,
    /// For the driver.
    pub(crate) note: String,
    /// Today, please.
    pub(crate) express: bool,
    /// What it costs.
    pub(crate) total: f64,
}

/// An address.
#[derive(Debug, Clone, PartialEq, Message)]
pub(crate) struct Address {
    /// Street and number.
    pub(crate) street: String,
    /// City.
    pub(crate) city: String,
    /// Postcode.
    pub(crate) postcode: String,
    /// Country.
    pub(crate) country: String,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Message)]
pub(crate) struct Line {
    /// Which article.
    pub(crate) sku: String,
    /// What it is called.
    pub(crate) title: String,
    /// How many.
    pub(crate) quantity: i32,
    /// What one costs.
    pub(crate) unit_price: f64,
    /// What it belongs to.
    pub(crate) tags: Vec<String>,
}

/// What the servers serve.
#[service(package = "bench.v1")]
pub(crate) trait BookService {
    /// One book.
    #[http(GET "/books/{id}")]
    async fn get_book(&self, id: i32) -> polywire::Result<Book>;

    /// The order again.
    #[http(POST "/orders/echo")]
    async fn echo_order(&self, order: Order) -> polywire::Result<Order>;

    /// So many ticks, all at hand.
    async fn watch(&self, count: u32) -> polywire::Result<Streaming<Tick>>;

    /// So many ticks, from a task of their own.
    async fn follow(&self, count: u32) -> polywire::Result<Streaming<Tick>>;
}

struct Shelf;

fn tick(index: u32) -> Tick {
    Tick { index, symbol: SYMBOL.to_owned(), price: price(index) }
}

impl BookService for Shelf {
    async fn get_book(&self, id: i32) -> polywire::Result<Book> {
        Ok(Book { id, title: TITLE.to_owned() })
    }

    async fn echo_order(&self, order: Order) -> polywire::Result<Order> {
        Ok(order)
    }

    async fn watch(&self, count: u32) -> polywire::Result<Streaming<Tick>> {
        Ok(Streaming::from_items((0..count).map(tick)))
    }

    async fn follow(&self, count: u32) -> polywire::Result<Streaming<Tick>> {
        let (sender, ticks) = Streaming::channel(CHANNEL);
        tokio::spawn(async move {
            for index in 0..count {
                if sender.send(tick(index)).await.is_err() {
                    return;
                }
            }
        });
        Ok(ticks)
    }
}

/// Serves every HTTP wire until it is dropped, with the default limits.
pub(crate) async fn serve(listener: TcpListener, threads: Threads) -> Result<()> {
    let server = Server::new().service(BookServiceServer::new(Shelf)).listener(listener);
    let server = if threads == Threads::PerCore { server.thread_per_core() } else { server };
    Ok(server.serve_until(std::future::pending()).await?)
}

/// Makes as many calls as the meter wants, `window` at a time, and counts each when it is answered.
pub(crate) async fn call(url: &str, window: usize, meter: &Meter) -> Result<()> {
    let client = &BookServiceClient::connect(format!("grpc://{url}")).await?;
    let calls = (0..meter.total()).map(|_| async move {
        let book = client.get_book(BOOK).await?;
        if book.title != TITLE {
            return Err("another title than that of the book".into());
        }
        meter.count();
        Ok(())
    });
    stream::iter(calls).buffer_unordered(window).try_collect().await
}

pub(crate) mod queue {
    //! A task, published and consumed.

    use crate::Result;
    use crate::child::work::Meter;
    use crate::payload::NOTE;
    use futures_util::stream::{self, StreamExt, TryStreamExt};
    use polywire::{Server, Status, service};

    /// The queue of polywire's tasks.
    pub(crate) const QUEUE: &str = "bench.polywire.tasks";

    /// What goes through the queue.
    #[service(package = "bench.v1")]
    pub(crate) trait QueueService {
        /// Processes one order.
        #[amqp(task, queue = "bench.polywire.tasks")]
        async fn process(&self, order_id: i64, note: String) -> polywire::Result<()>;
    }

    struct Worker(&'static Meter);

    impl QueueService for Worker {
        async fn process(&self, _: i64, note: String) -> polywire::Result<()> {
            if note != NOTE {
                return Err(Status::invalid_argument("another note than the one that was sent"));
            }
            self.0.count();
            Ok(())
        }
    }

    /// Publishes as many tasks as the meter wants, `window` at a time, and counts each when it is confirmed.
    pub(crate) async fn publish(url: &str, window: usize, meter: &Meter) -> Result<()> {
        let client = &QueueServiceClient::connect(url).await?;
        let publishes = (0..meter.total()).map(|n| async move {
            client.process(n.try_into()?, NOTE.to_owned()).await?;
            meter.count();
            Ok(())
        });
        stream::iter(publishes).buffer_unordered(window).try_collect().await
    }

    /// Consumes as many tasks as the meter wants, and acks them.
    pub(crate) async fn consume(url: &str, meter: &'static Meter) -> Result<()> {
        let server = Server::new().service(QueueServiceServer::new(Worker(meter))).amqp(url);
        Ok(server.serve_until(meter.ended()).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost_types::{DescriptorProto, FileDescriptorProto, MethodDescriptorProto};
    use protox::file::File;

    /// Both sides are to serve the same contract, or the comparison is none.
    #[test]
    fn the_peers_proto_is_ours() {
        let ours = BookServiceServer::<Shelf>::proto();
        let peers = include_str!("../proto/bench.proto");
        assert_eq!(contract(&ours), contract(peers), "{ours}");
    }

    fn contract(proto: &str) -> (Vec<DescriptorProto>, Vec<MethodDescriptorProto>) {
        let file = File::from_source("bench.proto", proto).expect("the .proto parses");
        let FileDescriptorProto { mut message_type, service, .. } = file.file_descriptor_proto().clone();
        let mut methods: Vec<_> = service.into_iter().flat_map(|service| service.method).collect();
        message_type.sort_by(|a, b| a.name.cmp(&b.name));
        methods.iter_mut().for_each(|method| method.options = None);
        methods.sort_by(|a, b| a.name.cmp(&b.name));
        (message_type, methods)
    }
}
