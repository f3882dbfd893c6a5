//! `catalog.CatalogService`: the whole shelf.

use crate::shelf::{Entry, Shelf};
use polywire::{Message, Result, service};
use std::sync::Arc;

/// A book on the shelf.
#[derive(Debug, Clone, PartialEq, Message)]
pub(crate) struct CatalogEntry {
    /// Its number.
    #[example(1)]
    pub id: i32,
    /// Its title.
    #[example("Django for APIs")]
    pub title: String,
}

/// The whole shelf.
#[service(package = "catalog")]
pub(crate) trait CatalogService {
    /// Lists every book.
    #[http(GET "/books/")]
    async fn list_books(&self) -> Result<Vec<CatalogEntry>>;

    /// Adds a book and answers with its number. A title is more than white space.
    #[http(POST "/books")]
    async fn add_book(
        &self,
        #[field(len = 1..=200, pattern = r"\S")]
        #[example("Dune")]
        title: String,
    ) -> Result<CatalogEntry>;
}

/// Reads and fills the shelf.
pub(crate) struct Catalog(Arc<dyn Shelf>);

impl Catalog {
    pub(crate) fn new(shelf: Arc<dyn Shelf>) -> Self {
        Self(shelf)
    }
}

impl From<Entry> for CatalogEntry {
    fn from(Entry { id, title }: Entry) -> Self {
        Self { id, title }
    }
}

impl CatalogService for Catalog {
    async fn list_books(&self) -> Result<Vec<CatalogEntry>> {
        Ok(self.0.list().into_iter().map(CatalogEntry::from).collect())
    }

    async fn add_book(&self, title: String) -> Result<CatalogEntry> {
        Ok(self.0.add(title).into())
    }
}
