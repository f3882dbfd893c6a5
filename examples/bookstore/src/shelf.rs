//! The shelf: books in memory, behind a trait.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// A title with its number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) id: i32,
    pub(crate) title: String,
}

/// Keeps books.
pub(crate) trait Shelf: Send + Sync {
    /// The book with this number.
    fn get(&self, id: i32) -> Option<Entry>;
    /// Every book, by number.
    fn list(&self) -> Vec<Entry>;
    /// Puts a book at the end.
    fn add(&self, title: String) -> Entry;
}

/// Keeps books until the program ends.
#[derive(Debug, Default)]
pub(crate) struct MemoryShelf(Mutex<BTreeMap<i32, String>>);

impl MemoryShelf {
    pub(crate) fn with_first_book() -> Self {
        Self(Mutex::new(BTreeMap::from([(1, "Django for APIs".to_owned())])))
    }

    fn books(&self) -> std::sync::MutexGuard<'_, BTreeMap<i32, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf for MemoryShelf {
    fn get(&self, id: i32) -> Option<Entry> {
        self.books().get(&id).map(|title| Entry { id, title: title.clone() })
    }

    fn list(&self) -> Vec<Entry> {
        self.books().iter().map(|(id, title)| Entry { id: *id, title: title.clone() }).collect()
    }

    fn add(&self, title: String) -> Entry {
        let mut books = self.books();
        let id = books.last_key_value().map_or(1, |(last, _)| last + 1);
        books.insert(id, title.clone());
        Entry { id, title }
    }
}
