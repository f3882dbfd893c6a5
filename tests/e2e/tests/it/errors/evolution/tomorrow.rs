//! The contract of tomorrow.

use polywire::{Message, Result, Streaming, service};
use std::collections::BTreeMap;
use tokio::sync::mpsc::UnboundedSender;

#[derive(Debug, Clone, Copy, PartialEq, Message)]
pub enum Kind {
    Novel = 1,
    Poem = 2,
    Essay = 9,
}

#[derive(Debug, Clone, Copy, PartialEq, Message)]
pub struct Genre(pub Kind);

/// An enum with data.
#[derive(Debug, Clone, PartialEq, Message)]
pub enum Shape {
    Circle(i32),
    Square(i32),
    Named(Kind),
    Star(i32),
}

/// One whose members stand in the message around it.
#[derive(Debug, Clone, PartialEq, Message)]
pub enum Form {
    #[field(20)]
    Text(String),
    #[field(21)]
    Scan(String),
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
    No = 2,
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
    #[field(14)]
    pub shelf_mark: String,
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

#[derive(Debug, Clone, PartialEq, Message)]
pub struct Reader {
    pub name: String,
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
    async fn lend(&self, id: i32, #[field(default = 14)] days: i32, reader: Option<Reader>)
    -> Result<String>;
    async fn give(&self, id: i32, reader: Reader) -> Result<String>;
    #[amqp(event)]
    async fn moved(&self, book: Book) -> Result<()>;
}

#[derive(Debug)]
pub struct Store(pub UnboundedSender<Book>);

impl Book {
    pub fn empty() -> Self {
        Self {
            id: 0,
            kind: None,
            kinds: vec![],
            loose: vec![],
            by_name: BTreeMap::new(),
            genre: None,
            genres: vec![],
            shape: None,
            shapes: vec![],
            shapes_by_name: BTreeMap::new(),
            marked: None,
            form: None,
            note: Note { kind: None, kinds: vec![] },
            stated: Stated::Unstated,
            shelf_mark: String::new(),
        }
    }

    /// Has what yesterday does not know wherever it can be.
    pub fn full() -> Self {
        use super::map;
        Self {
            id: 7,
            kind: Some(Kind::Essay),
            kinds: vec![Kind::Novel, Kind::Essay, Kind::Poem, Kind::Essay],
            loose: vec![Kind::Essay, Kind::Novel],
            by_name: map(&[("a", Kind::Novel), ("b", Kind::Essay)]),
            genre: Some(Genre(Kind::Essay)),
            genres: vec![Genre(Kind::Essay), Genre(Kind::Poem)],
            shape: Some(Shape::Star(1)),
            shapes: vec![Shape::Star(1), Shape::Square(2), Shape::Named(Kind::Essay)],
            shapes_by_name: map(&[("s", Shape::Square(3)), ("t", Shape::Star(4))]),
            marked: Some(Shape::Named(Kind::Essay)),
            form: Some(Form::Scan("scan".to_owned())),
            note: Note { kind: Some(Kind::Essay), kinds: vec![Kind::Essay, Kind::Novel] },
            stated: Stated::No,
            shelf_mark: "A 7".to_owned(),
        }
    }
}

impl Shelf for Store {
    async fn get(&self, _: i32) -> Result<Book> {
        Ok(Book::full())
    }
    async fn kinds(&self) -> Result<Vec<Kind>> {
        Ok(vec![Kind::Novel, Kind::Essay, Kind::Poem])
    }
    async fn maybe(&self) -> Result<Option<Kind>> {
        Ok(Some(Kind::Essay))
    }
    async fn watch(&self) -> Result<Streaming<Book>> {
        Ok(Streaming::from_items([Book::full(), Book::full()]))
    }
    async fn put(&self, book: Book) -> Result<Book> {
        Ok(book)
    }
    async fn must_kind(&self) -> Result<MustKind> {
        Ok(MustKind { kind: Kind::Essay })
    }
    async fn must_shape(&self) -> Result<MustShape> {
        Ok(MustShape { shape: Shape::Star(1) })
    }
    async fn must_form(&self) -> Result<MustForm> {
        Ok(MustForm { form: Form::Scan("scan".to_owned()) })
    }
    async fn kept(&self) -> Result<Kept> {
        Ok(Kept {
            kind: Some(Kind::Essay),
            kinds: vec![Kind::Essay, Kind::Novel],
            by_name: super::map(&[("a", Kind::Novel), ("b", Kind::Essay)]),
            shape: Some(Shape::Star(1)),
            note: Note { kind: Some(Kind::Poem), kinds: vec![] },
        })
    }
    async fn lend(&self, _: i32, days: i32, reader: Option<Reader>) -> Result<String> {
        let reader = reader.map_or("nobody".to_owned(), |reader| reader.name);
        Ok(format!("to {reader}, for {days} days"))
    }
    async fn give(&self, _: i32, reader: Reader) -> Result<String> {
        Ok(reader.name)
    }
    async fn moved(&self, book: Book) -> Result<()> {
        drop(self.0.send(book));
        Ok(())
    }
}
