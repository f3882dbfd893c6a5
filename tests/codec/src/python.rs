//! Python's protobuf as a judge: a process that is asked one question a line.

use crate::DESCRIPTORS;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running `python judge.py`.
#[derive(Debug)]
pub struct Python {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Python {
    /// Starts the interpreter that `scripts/tools` installs, with the schema.
    ///
    /// # Panics
    /// When it is not there, or has no protobuf.
    #[allow(clippy::expect_used, clippy::missing_errors_doc, clippy::new_without_default)]
    pub fn new() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = root.join("../../.tools/bin/python");
        assert!(python.exists(), "{} is not there: run scripts/tools, which installs it", python.display());
        let descriptors = root.join(env!("OUT_DIR")).join("codec_v1.bin");
        assert_eq!(std::fs::read(&descriptors).ok().as_deref(), Some(DESCRIPTORS));
        let mut child = Command::new(python)
            .arg(root.join("judge.py"))
            .arg(descriptors)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python starts");
        let questions = child.stdin.take().expect("a pipe");
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, questions, answers }
    }

    /// One question, one answer.
    #[allow(clippy::expect_used)]
    fn ask(&mut self, question: &Value) -> Value {
        writeln!(self.questions, "{question}").expect("python reads");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("python answers");
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("python answered {answer:?}: {error}"))
    }

    /// What Python makes of bytes: its own bytes, and its JSON; or why it refuses them.
    pub fn read_bytes(&mut self, message: &str, hex: &str) -> Value {
        self.ask(&json!({ "message": message, "hex": hex }))
    }

    /// What Python makes of JSON: the same.
    pub fn read_json(&mut self, message: &str, text: &str) -> Value {
        self.ask(&json!({ "message": message, "json": text }))
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        // It ends by itself when its standard input does; it must not outlive the test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
