use polywire::Message;

#[derive(Message)]
struct Book {
    #[field(max = 4294967296)]
    pages: u32,
    #[field(min = -1)]
    stock: u64,
    #[field(min = 0.5)]
    id: i32,
    #[field(max = 1e39)]
    price: f32,
    #[field(one_of = [1, 3000000000])]
    shelf: i32,
}

fn main() {}
// 5 errors
