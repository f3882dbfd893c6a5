//! An error of one package that a method of another passes on. Its detail keeps the name from its own
//! package.

use crate::support::serve;
use polywire::{Code, Error, Result, Server, Status, Streaming, service};

#[derive(Debug, Clone, PartialEq, Error)]
enum CommonError {
    #[error(NotFound, "no item {id}")]
    Missing { id: u32 },
    #[error(transparent)]
    Other(Status),
}

#[derive(Debug, PartialEq, Error)]
enum OrderError {
    #[error(FailedPrecondition, "closed")]
    Closed,
    #[error(transparent)]
    Other(Status),
}

#[service(package = "b.v1")]
trait Stock {
    async fn take(&self, id: u32) -> Result<(), CommonError>;
}

#[service(package = "c.v1")]
trait Orders {
    async fn place(&self, id: u32) -> Result<(), OrderError>;
    async fn plain(&self, id: u32) -> Result<()>;
    async fn watch(&self, id: u32) -> Result<Streaming<()>, OrderError>;
}

struct Shelf;

impl Stock for Shelf {
    async fn take(&self, id: u32) -> Result<(), CommonError> {
        Err(CommonError::Missing { id })
    }
}

struct Desk<S>(S);

impl<S: Stock> Orders for Desk<S> {
    async fn place(&self, id: u32) -> Result<(), OrderError> {
        if id == 0 {
            return Err(OrderError::Closed);
        }
        self.0.take(id).await.map_err(|error| Status::from(error).into())
    }

    async fn plain(&self, id: u32) -> Result<()> {
        Ok(self.0.take(id).await?)
    }

    async fn watch(&self, id: u32) -> Result<Streaming<()>, OrderError> {
        let error = self.0.take(id).await.expect_err("nothing is there");
        Ok(Streaming::new(futures_util::stream::iter([Ok(()), Err(error.into())])))
    }
}

fn assert_passed_on(status: &Status, id: u32) {
    let names: Vec<_> = status.details().iter().map(polywire::Detail::type_name).collect();
    assert_eq!((status.code(), names), (Code::NotFound, vec!["b.v1.CommonError"]), "{status}");
    assert_eq!(CommonError::from(status.clone()), CommonError::Missing { id });
}

async fn is_passed_on(orders: OrdersClient) {
    let OrderError::Other(status) = orders.place(7).await.expect_err("nothing is there") else {
        panic!("it is no error of orders")
    };
    assert_passed_on(&status, 7);
    assert_passed_on(&orders.plain(8).await.expect_err("nothing is there"), 8);
    let mut items = orders.watch(9).await.expect("a stream");
    assert_eq!(items.next().await.expect("an item"), Some(()));
    assert_passed_on(&items.next().await.expect_err("nothing is there"), 9);
    assert_eq!(orders.place(0).await.expect_err("it is closed"), OrderError::Closed);
}

#[tokio::test]
async fn an_error_of_another_package_keeps_its_name_over_every_wire() {
    let server = Server::new().service(StockServer::new(Shelf)).service(OrdersServer::new(Desk(Shelf)));
    let address = serve(server).await;
    for url in ["grpc://", "grpcweb://", "http://", "ws://"] {
        let url = format!("{url}{address}{}", if url == "ws://" { "/ws" } else { "" });
        is_passed_on(OrdersClient::connect(url.as_str()).await.expect("a client")).await;
    }
}

/// The other package is a server elsewhere, and this program only calls it.
#[tokio::test]
async fn an_error_that_a_client_brought_keeps_its_name() {
    let stock = serve(Server::new().service(StockServer::new(Shelf))).await;
    let stock = StockClient::connect(format!("http://{stock}")).await.expect("a client");
    let orders = serve(Server::new().service(OrdersServer::new(Desk(stock)))).await;
    is_passed_on(OrdersClient::connect(format!("grpc://{orders}")).await.expect("a client")).await;
}

mod apart {
    #[derive(Debug, PartialEq, polywire::Error)]
    #[message(name = "CommonError")]
    pub(super) enum Twin {
        #[error(NotFound, "no item {id}")]
        Missing { id: u32 },
        #[error(transparent)]
        Other(polywire::Status),
    }
}

/// The program has the type, and neither serves nor calls a method that fails with it.
#[tokio::test]
async fn an_error_of_a_package_that_is_not_known_is_read_by_its_last_word() {
    let orders = OrdersClient::local(Desk(StockClient::local(Shelf)));
    let status = orders.plain(7).await.expect_err("nothing is there");
    assert_passed_on(&status, 7);
    assert_eq!(apart::Twin::from(status.clone()), apart::Twin::Missing { id: 7 });
    assert!(matches!(OrderError::from(status), OrderError::Other(_)));
}
