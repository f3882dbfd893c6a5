//! A double for tests implements the methods that its test calls, and no others.

use polywire_user::platform::rpc::Server;
use polywire_user::platform::{Ping, Pings, PingsClient, PingsServer};
use polywire_user::{BookError, Books, BooksClient, BooksServer, Genre, Isbn, Nothing};
use std::sync::Arc;
use wire::{Code, Context, Result};

struct Double;

impl Books for Double {
    async fn list(&self, genre: Genre, limit: u32) -> Result<Vec<String>> {
        Ok(vec![format!("{genre:?}"); limit as usize])
    }
}

struct Counter;

impl Pings for Counter {
    async fn get(&self, from: u64, step: u32) -> Result<Ping> {
        Ok(Ping { number: from + u64::from(step) })
    }
}

#[tokio::test]
async fn a_method_that_is_left_out_answers_unimplemented_and_the_others_answer() {
    let books = BooksClient::local(Double);
    assert_eq!(books.list(Genre::Essay, 2).await.expect("it is there"), ["Essay", "Essay"]);
    let status = books.count().await.expect_err("it was left out");
    assert_eq!(status.code(), Code::Unimplemented);
    assert_eq!(status.message(), "user.v1.Books/Count is not implemented");
    let error = books.get(Context::new(), Isbn(7)).await.expect_err("it was left out");
    assert!(matches!(error, BookError::Other(status) if status.code() == Code::Unimplemented));
    let status = books.watch(7).await.expect_err("it was left out");
    assert!(matches!(status, BookError::Other(status) if status.code() == Code::Unimplemented));
}

/// Called by itself, not through a client.
#[tokio::test]
async fn a_double_is_what_it_is_without_a_wire_too() {
    assert_eq!(Double.add_nothing().await.expect_err("it was left out").code(), Code::Unimplemented);
    assert_eq!(PingsClient::local(Counter).get(4, 3).await.expect("it is there"), Ping { number: 7 });
}

impl Double {
    #[allow(deprecated)]
    async fn add_nothing(&self) -> Result<Nothing> {
        self.old().await
    }
}

/// Both have a method `get` with arguments of their own.
#[tokio::test]
async fn two_services_of_one_package_start_when_one_names_its_request() {
    let server =
        Server::new().service(BooksServer::new(Double)).service(PingsServer::from_arc(Arc::new(Counter)));
    drop(server.into_router());
    assert!(PingsServer::<Counter>::proto().contains("rpc Get(GetPingRequest) returns (Ping);"));
}
