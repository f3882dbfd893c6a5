use polywire::Message;

#[derive(Message)]
struct Board {
    rows: [[i32; 3]; 3],
    columns: Vec<[i32; 3]>,
}

fn main() {}
// 2 errors
