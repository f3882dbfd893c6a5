//! Types of packages that have no service: one file each, and outer messages for the nested ones.

use polywire::{Message, Result, service};

#[derive(Message)]
#[message(package = "people.v1")]
pub struct Person {
    pub name: String,
    pub home: Address,
}

/// In the package of what holds it.
#[derive(Message)]
pub struct Address {
    pub street: String,
    pub country: CountryCode,
}

#[derive(Message)]
#[message(package = "places.v1", name = "Country.Atlas.Code")]
pub enum CountryCode {
    Nz = 1,
}

#[derive(Message)]
#[message(name = "Shelf.Label")]
pub struct ShelfLabel {
    pub text: String,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn get_author(&self, id: i32) -> Result<Person>;
    async fn put_label(&self, label: ShelfLabel) -> Result<()>;
}
