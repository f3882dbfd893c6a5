// 1 error
use polywire::Message;

struct Number;

#[derive(Message)]
struct Isbn(Number);

fn main() {}
