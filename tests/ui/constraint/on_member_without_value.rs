use polywire::Message;

#[derive(Message)]
enum Payment {
    #[field(min_len = 1)]
    Card { number: String },
    #[field(required)]
    Cash,
}

fn main() {}
// 2 errors
