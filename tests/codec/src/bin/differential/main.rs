//! Differential fuzzing: the same bytes and the same JSON, sound and odd, for our codec, Google's for Python
//! and protobuf-es. All three must accept them or all refuse them, and those that accept must read the same
//! message.
//!
//! The fuzzing is seeded, so every run asks the same questions. `known.rs` lists the differences that have a
//! reason; any other is a failure. The program prints its counts, and one line in the form of a test's.
#![allow(unused_crate_dependencies, clippy::print_stdout)]

mod bytes;
mod dice;
mod known;
mod text;

use dice::Dice;
use known::Verdicts;
use polywire::{JsonOptions, JsonUnknown, Message};
use polywire_codec_tests::judge::Judge;
use polywire_codec_tests::ours;
use proptest::prelude::{Arbitrary, Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::process::ExitCode;

/// Cases a message type, half of them in each encoding.
const CASES: u64 = 440;

/// One question, and what we say to it.
pub(crate) struct Case {
    message: &'static str,
    input: Input,
    ours: Result<Read, String>,
    /// Reads another's bytes as ours, and writes them again.
    rewrite: fn(&[u8]) -> Result<String, String>,
}

/// The input to read, and the change that was made to it.
pub(crate) enum Input {
    Bytes(Vec<u8>, &'static str),
    Text(String, text::Change),
}

/// The message that was read, in both encodings.
pub(crate) struct Read {
    hex: String,
    json: Value,
}

fn main() -> ExitCode {
    let cases = cases();
    let questions: Vec<Value> = cases.iter().map(Case::question).collect();
    let (python, es) = std::thread::scope(|scope| {
        let python = scope.spawn(|| Judge::python().ask_all(&questions));
        let es = scope.spawn(|| Judge::protobuf_es().ask_all(&questions));
        (python.join(), es.join())
    });
    let (Ok(python), Ok(es)) = (python, es) else {
        println!("a judge did not answer");
        return ExitCode::FAILURE;
    };
    report(&cases, &python, &es)
}

fn report(cases: &[Case], python: &[Value], es: &[Value]) -> ExitCode {
    let (mut taken, mut refused, mut unexplained) = (0, 0, 0);
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for ((case, python), es) in cases.iter().zip(python).zip(es) {
        let verdicts = Verdicts::new(case, python, es);
        match (verdicts.agree(), known::explain(&verdicts)) {
            (Ok(()), _) if case.ours.is_ok() => taken += 1,
            (Ok(()), _) => refused += 1,
            (Err(_), Some(reason)) => *known.entry(reason).or_default() += 1,
            (Err(what), None) => {
                unexplained += 1;
                if unexplained <= 20 {
                    println!("{what}\n  {}\n  Python: {python}\n  protobuf-es: {es}", case.describe());
                }
            }
        }
    }
    for (reason, count) in &known {
        println!("known difference: {count} × {reason}");
    }
    let differ: usize = known.values().sum();
    println!(
        "differential: {} messages, {taken} read alike, {refused} refused alike, {differ} known differences, {unexplained} unexplained",
        cases.len()
    );
    let verdict = if unexplained == 0 { "ok" } else { "FAILED" };
    println!("test result: {verdict}. {} passed; {unexplained} failed;", cases.len() - unexplained);
    if unexplained == 0 && taken > 0 && refused > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Case {
    fn question(&self) -> Value {
        match &self.input {
            Input::Bytes(bytes, _) => json!({ "message": self.message, "hex": hex(bytes) }),
            Input::Text(text, change) => {
                json!({ "message": self.message, "json": text, "ignore": change.adds_unknown() })
            }
        }
    }

    fn describe(&self) -> String {
        let (input, change) = match &self.input {
            Input::Bytes(bytes, change) => (hex(bytes), (*change).to_owned()),
            Input::Text(text, change) => (text.clone(), format!("{change:?}")),
        };
        let ours = match &self.ours {
            Ok(read) => format!("{} {}", read.hex, read.json),
            Err(error) => format!("refused: {error}"),
        };
        format!("{} ({change}): {input}\n  ours: {ours}", self.message)
    }
}

fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    macro_rules! each {
        ($($name:ident),*) => { $(all.extend(of::<ours::$name>(stringify!($name)));)* };
    }
    each!(
        Everything, Scalars, Optionals, Lists, Maps, Tree, Choice, Numbers, Times, Required, Texts, Arrays,
        Foreign, Moments
    );
    all
}

fn of<M: Message + Arbitrary + Debug>(name: &'static str) -> impl Iterator<Item = Case> {
    let mut runner = TestRunner::deterministic();
    let mut dice = Dice::new(name);
    (0..CASES).map(move |at| {
        let message = any::<M>().new_tree(&mut runner).map(|tree| tree.current());
        let message = message.unwrap_or_else(|why| panic!("no {name}: {why}"));
        if at % 2 == 0 {
            let (bytes, change) = bytes::change(name, &message.encode(), &mut dice);
            let ours = read_bytes::<M>(&bytes);
            Case { message: name, input: Input::Bytes(bytes, change), ours, rewrite: rewrite::<M> }
        } else {
            let written = JsonOptions::default().write(&message);
            let written = written.unwrap_or_else(|why| panic!("{why}: {message:?}"));
            let (text, change) = text::change(name, &written, &mut dice);
            let ours = read_text::<M>(&text);
            Case { message: name, input: Input::Text(text, change), ours, rewrite: rewrite::<M> }
        }
    })
}

fn read_bytes<M: Message + Debug>(bytes: &[u8]) -> Result<Read, String> {
    M::decode(bytes.to_vec().into()).map(|message| both(&message)).map_err(|error| error.to_string())
}

fn read_text<M: Message + Debug>(text: &str) -> Result<Read, String> {
    let options = JsonOptions { unknown: JsonUnknown::default(), ..JsonOptions::default() };
    options.read::<M>(text).map(|message| both(&message)).map_err(|error| error.to_string())
}

fn both<M: Message + Debug>(message: &M) -> Read {
    let written = JsonOptions::default().write(message).unwrap_or_else(|why| panic!("{why}: {message:?}"));
    let json = serde_json::from_str(&written).unwrap_or_else(|why| panic!("{why}: {written}"));
    Read { hex: hex(&message.encode()), json }
}

fn rewrite<M: Message>(bytes: &[u8]) -> Result<String, String> {
    M::decode(bytes.to_vec().into()).map(|message| hex(&message.encode())).map_err(|error| error.to_string())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
