//! Other protobuf libraries as judges: Google's for Python, and protobuf-es. Each is a process that answers
//! one question a line.

use crate::DESCRIPTORS;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running judge.
#[derive(Debug)]
pub struct Judge {
    name: &'static str,
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Judge {
    /// Google's protobuf, in the Python that `scripts/tools` installs.
    ///
    /// # Panics
    /// When it is not there.
    pub fn python() -> Self {
        Self::start("Python", "python", "judge.py")
    }

    /// protobuf-es, in the Node that `scripts/tools` installs, with the packages of tests/peers/node.
    ///
    /// # Panics
    /// When it is not there.
    pub fn protobuf_es() -> Self {
        Self::start("protobuf-es", "node", "../peers/node/codec_judge.mjs")
    }

    #[allow(clippy::expect_used)]
    fn start(name: &'static str, program: &str, script: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let program = root.join("../../.tools/bin").join(program);
        assert!(program.exists(), "{} is not there: run scripts/tools, which installs it", program.display());
        let descriptors = root.join(env!("OUT_DIR")).join("codec_v1.bin");
        assert_eq!(std::fs::read(&descriptors).ok().as_deref(), Some(DESCRIPTORS));
        let mut child = Command::new(program)
            .arg(root.join(script))
            .arg(descriptors)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the judge starts");
        let questions = child.stdin.take().expect("a pipe");
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { name, child, questions, answers }
    }

    /// One question, one answer.
    #[allow(clippy::expect_used)]
    fn ask(&mut self, question: &Value) -> Value {
        writeln!(self.questions, "{}", line(question)).expect("the judge reads");
        answer(self.name, &mut self.answers)
    }

    /// Many questions, their answers in the same order.
    ///
    /// # Panics
    /// When the judge does not answer them all.
    #[allow(clippy::expect_used)]
    pub fn ask_all(&mut self, questions: &[Value]) -> Vec<Value> {
        let Self { name, questions: pipe, answers, .. } = self;
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for question in questions {
                    writeln!(pipe, "{}", line(question)).expect("the judge reads");
                }
            });
            questions.iter().map(|_| answer(name, answers)).collect()
        })
    }

    /// Reads bytes: the answer has the judge's own bytes and JSON, or the reason for which it refuses them.
    pub fn read_bytes(&mut self, message: &str, hex: &str) -> Value {
        self.ask(&json!({ "message": message, "hex": hex }))
    }

    /// Reads JSON; the answer is the same.
    pub fn read_json(&mut self, message: &str, text: &str) -> Value {
        self.ask(&json!({ "message": message, "json": text }))
    }
}

/// JSON in ASCII: some take other characters than a line feed for the end of a line.
fn line(question: &Value) -> String {
    let mut units = [0; 2];
    question.to_string().chars().fold(String::new(), |mut line, c| {
        if c.is_ascii() {
            line.push(c);
        } else {
            c.encode_utf16(&mut units).iter().for_each(|unit| line.push_str(&format!("\\u{unit:04x}")));
        }
        line
    })
}

#[allow(clippy::expect_used)]
fn answer(name: &str, answers: &mut impl BufRead) -> Value {
    let mut answer = String::new();
    answers.read_line(&mut answer).expect("the judge answers");
    serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{name} answered {answer:?}: {error}"))
}

impl Drop for Judge {
    fn drop(&mut self) {
        // The judge ends when its standard input does, and must not outlive the test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
