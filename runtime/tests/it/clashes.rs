//! Two different types of one name: no document can tell them apart, so no server starts with both.
#![cfg(feature = "macros")]
#![allow(clippy::expect_used)]

use polywire::{Limits, Message, Result, Schema, Server, service};
use std::io::ErrorKind;
use std::panic::catch_unwind;
use std::time::Duration;

mod old {
    #[derive(Debug, polywire::Message)]
    pub(crate) struct Item {
        pub id: i64,
    }
}

mod new {
    #[derive(Debug, polywire::Message)]
    pub(crate) struct Item {
        pub text: String,
    }
}

mod same {
    #[derive(Debug, polywire::Message)]
    pub(crate) struct Item {
        pub id: i64,
    }
}

#[service(package = "clash.v1")]
trait Clash {
    async fn turn(&self, item: old::Item) -> Result<new::Item>;
}

/// As [`Clash`], in another package, with one of its types.
#[service(package = "apart.v1")]
trait Apart {
    async fn keep(&self, item: new::Item) -> Result<()>;
}

#[service(package = "alike.v1")]
trait Alike {
    async fn keep(&self, item: old::Item) -> Result<same::Item>;
}

#[derive(Debug, Message)]
#[message(package = "common.v1", name = "Note")]
struct OneNote {
    id: i64,
}

#[derive(Debug, Message)]
#[message(package = "common.v1", name = "Note")]
struct OtherNote {
    text: String,
}

#[service(package = "first.v1")]
trait First {
    async fn put(&self, note: OneNote) -> Result<()>;
}

#[service(package = "second.v1")]
trait Second {
    async fn put(&self, note: OtherNote) -> Result<()>;
}

struct Shelf;

impl Clash for Shelf {
    async fn turn(&self, item: old::Item) -> Result<new::Item> {
        Ok(new::Item { text: item.id.to_string() })
    }
}

impl Apart for Shelf {
    async fn keep(&self, _: new::Item) -> Result<()> {
        Ok(())
    }
}

impl Alike for Shelf {
    async fn keep(&self, item: old::Item) -> Result<same::Item> {
        Ok(same::Item { id: item.id })
    }
}

impl First for Shelf {
    async fn put(&self, _: OneNote) -> Result<()> {
        Ok(())
    }
}

impl Second for Shelf {
    async fn put(&self, _: OtherNote) -> Result<()> {
        Ok(())
    }
}

async fn refused(server: Server) -> String {
    let error = server.serve_until(std::future::ready(())).await.expect_err("a clash");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    error.to_string()
}

/// The text with which `make` panics.
fn panics<T>(make: impl FnOnce() -> T + std::panic::UnwindSafe) -> String {
    let panic = catch_unwind(|| drop(make())).expect_err("a clash");
    panic.downcast_ref::<String>().cloned().expect("a text")
}

#[tokio::test]
async fn a_server_does_not_start_and_names_both() {
    let told = refused(Server::new().service(ClashServer::new(Shelf))).await;
    assert_eq!(
        told,
        "`clash.v1.Item` is the name of two different types, `it::clashes::old::Item` and `it::clashes::new::Item`; rename one of \
         them, for the schema alone with `#[message(name = \"…\")]`"
    );
    let two = Server::new().service(FirstServer::new(Shelf)).service(SecondServer::new(Shelf));
    let told = refused(two).await;
    let both = told.contains("`it::clashes::OneNote` and `it::clashes::OtherNote`");
    assert!(told.starts_with("`common.v1.Note` is the name") && both, "{told}");
}

#[test]
fn no_document_is_made() {
    let spec = ClashServer::<Shelf>::spec();
    let documents = [
        panics(|| spec.proto()),
        panics(|| spec.openapi(Default::default(), Default::default())),
        panics(|| spec.asyncapi(Default::default())),
        panics(|| Schema::new().service(spec).protos()),
    ];
    for told in documents {
        assert!(told.starts_with("`clash.v1.Item` is the name of two different types"), "{told}");
    }
}

/// Equal types are one type in a document, and types in different packages are two.
#[tokio::test]
async fn what_can_be_told_apart_is_not_refused() {
    let limits = Limits::default().drain_delay(Duration::ZERO);
    let server =
        Server::new().limits(limits).service(AlikeServer::new(Shelf)).service(ApartServer::new(Shelf));
    server.serve_until(std::future::ready(())).await.expect("a start");
    assert_eq!(AlikeServer::<Shelf>::spec().proto().matches("message Item").count(), 1);
}
