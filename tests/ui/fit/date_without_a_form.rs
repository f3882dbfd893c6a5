// 1 error
use polywire::Message;

mod chrono {
    pub struct NaiveDate;
}

#[derive(Message)]
struct Book {
    id: i32,
    printed: chrono::NaiveDate,
}

fn main() {}
