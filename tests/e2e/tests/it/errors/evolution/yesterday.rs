//! The contract of today.

use polywire::{Message, Result, Streaming, service};
use std::collections::BTreeMap;
use tokio::sync::mpsc::UnboundedSender;

#[derive(Debug, Clone, Copy, PartialEq, Message)]
pub enum Kind {
    Novel = 1,
    Poem = 2,
}

#[derive(Debug, Clone, Copy, PartialEq, Message)]
pub struct Genre(pub Kind);

/// An enum with data.
#[derive(Debug, Clone, PartialEq, Message)]
pub enum Shape {
    Circle(i32),
    Square(i32),
    Named(Kind),
}

/// One whose members stand in the message around it.
#[derive(Debug, Clone, PartialEq, Message)]
pub enum Form {
    #[field(20)]
    Text(String),
}

#[derive(Debug, Clone, PartialEq, Message)]
pub struct Note {
    pub kind: Option<Kind>,
    pub kinds: Vec<Kind>,
}

/// An enum whose zero is a variant.
#[derive(Debug, Clone, Copy, PartialEq, Message)]
pub enum Stated {
    Unstated = 0,
    Yes = 1,
}

#[derive(Debug, Clone, PartialEq, Message)]
pub struct Book {
    #[field(1)]
    pub id: i32,
    #[field(2)]
    pub kind: Option<Kind>,
    #[field(3)]
    pub kinds: Vec<Kind>,
    #[field(4, packed = false)]
    pub loose: Vec<Kind>,
    #[field(5)]
    pub by_name: BTreeMap<String, Kind>,
    #[field(6)]
    pub genre: Option<Genre>,
    #[field(7)]
    pub genres: Vec<Genre>,
    #[field(8)]
    pub shape: Option<Shape>,
    #[field(9)]
    pub shapes: Vec<Shape>,
    #[field(10)]
    pub shapes_by_name: BTreeMap<String, Shape>,
    /// A known member that holds an unknown value.
    #[field(11)]
    pub marked: Option<Shape>,
    #[field(oneof)]
    pub form: Option<Form>,
    #[field(12)]
    pub note: Note,
    #[field(13)]
    pub stated: Stated,
}

#[derive(Debug, Clone, PartialEq, Message)]
pub struct Kept {
    #[field(1)]
    pub kind: Option<Kind>,
    #[field(2)]
    pub kinds: Vec<Kind>,
    #[field(3)]
    pub by_name: BTreeMap<String, Kind>,
    #[field(4)]
    pub shape: Option<Shape>,
    #[field(5)]
    pub note: Note,
    #[unknown_fields]
    pub rest: polywire::UnknownFields,
}

#[derive(Debug, Clone, PartialEq, Message)]
pub struct MustKind {
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Message)]
pub struct MustShape {
    pub shape: Shape,
}

#[derive(Debug, Clone, PartialEq, Message)]
pub struct MustForm {
    #[field(oneof)]
    pub form: Form,
}

#[service(package = "evolution.v1")]
pub trait Shelf {
    async fn get(&self, id: i32) -> Result<Book>;
    async fn kinds(&self) -> Result<Vec<Kind>>;
    async fn maybe(&self) -> Result<Option<Kind>>;
    async fn watch(&self) -> Result<Streaming<Book>>;
    async fn put(&self, book: Book) -> Result<Book>;
    async fn must_kind(&self) -> Result<MustKind>;
    async fn must_shape(&self) -> Result<MustShape>;
    async fn must_form(&self) -> Result<MustForm>;
    async fn kept(&self) -> Result<Kept>;
    async fn lend(&self, id: i32) -> Result<String>;
    async fn give(&self, id: i32) -> Result<String>;
    #[amqp(event)]
    async fn moved(&self, book: Book) -> Result<()>;
}

#[derive(Debug)]
pub struct Store(pub UnboundedSender<Book>);

impl Shelf for Store {
    async fn put(&self, book: Book) -> Result<Book> {
        Ok(book)
    }
    async fn moved(&self, book: Book) -> Result<()> {
        drop(self.0.send(book));
        Ok(())
    }
    async fn get(&self, _: i32) -> Result<Book> {
        unasked()
    }
    async fn kinds(&self) -> Result<Vec<Kind>> {
        unasked()
    }
    async fn maybe(&self) -> Result<Option<Kind>> {
        unasked()
    }
    async fn watch(&self) -> Result<Streaming<Book>> {
        unasked()
    }
    async fn must_kind(&self) -> Result<MustKind> {
        unasked()
    }
    async fn must_shape(&self) -> Result<MustShape> {
        unasked()
    }
    async fn must_form(&self) -> Result<MustForm> {
        unasked()
    }
    async fn kept(&self) -> Result<Kept> {
        unasked()
    }
    async fn lend(&self, _: i32) -> Result<String> {
        unasked()
    }
    async fn give(&self, _: i32) -> Result<String> {
        unasked()
    }
}

fn unasked<T>() -> Result<T> {
    Err(polywire::Status::unimplemented("no test asks for it"))
}
