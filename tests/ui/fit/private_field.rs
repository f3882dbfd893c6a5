// 2 errors
use polywire::Message;

pub struct Ink;
struct Paper;

#[derive(Message)]
pub struct Book {
    pub id: i32,
    ink: Ink,
    sheets: Option<Paper>,
}

fn main() {}
