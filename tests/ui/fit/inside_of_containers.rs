// 5 errors
//! A type that is no field, inside of what holds others.

use polywire::Message;
use std::collections::HashMap;

struct Ink;

#[derive(Message)]
struct Perhaps {
    id: i32,
    ink: Option<Ink>,
}

#[derive(Message)]
struct Many {
    inks: Vec<Ink>,
    note: String,
}

#[derive(Message)]
struct Named {
    inks: HashMap<String, Ink>,
}

#[derive(Message)]
struct Pair {
    inks: [Ink; 2],
}

#[derive(Message)]
enum Way {
    Dipped { ink: Option<Ink> },
    Dry(String),
}

fn main() {}
