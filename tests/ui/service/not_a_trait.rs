use polywire::service;

#[service(package = "books.v1")]
struct Books;

fn main() {}
// 1 error
