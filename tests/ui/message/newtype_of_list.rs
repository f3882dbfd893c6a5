use polywire::Message;

#[derive(Message)]
struct Tags(Vec<String>);

#[derive(Message)]
struct Maybe(Option<i32>);

fn main() {}
// 2 errors
