//! The cases whose child is a client, seen from the run: a child for each round. A queue is empty before and
//! after a round.

use crate::case::{Case, Side, Task};
use crate::server::{Round, on_core};
use crate::{Result, ours, peer};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// How such children are started.
pub(crate) struct Worker<'a> {
    pub(crate) program: &'a Path,
    pub(crate) url: &'a str,
    /// Tasks, or calls, a round; a tenth as many come before.
    pub(crate) tasks: u64,
    pub(crate) case: &'a Case,
    pub(crate) core: Option<usize>,
}

impl Worker<'_> {
    /// One round.
    pub(crate) fn round(&self, task: Task, side: Side) -> Result<Round> {
        match task {
            Task::Call => self.work(side, task),
            Task::Publish | Task::Consume => self.queue_round(task, side),
        }
    }

    /// A consumer's tasks are published by its own side.
    fn queue_round(&self, task: Task, side: Side) -> Result<Round> {
        let queue = match side {
            Side::Polywire => ours::queue::QUEUE,
            Side::Peer => peer::lapin::QUEUE,
        };
        let queue = Queue { url: self.url, name: queue };
        queue.purge()?;
        let published = self.work(side, Task::Publish)?;
        queue.expect(self.tasks + self.tasks / 10)?;
        let round = if task == Task::Consume {
            let consumed = self.work(side, Task::Consume)?;
            queue.expect(0)?;
            consumed
        } else {
            published
        };
        queue.purge()?;
        Ok(round)
    }

    fn work(&self, side: Side, task: Task) -> Result<Round> {
        let mut command = Command::new(self.program);
        command.args(["work", &side.to_string(), &task.to_string(), self.url, &self.tasks.to_string()]);
        command.args(["--in-flight", &self.case.in_flight.to_string()]).args(on_core(self.core));
        let output = command.stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("the {side} child of {task} failed").into());
        }
        let line = String::from_utf8(output.stdout)?;
        let (elapsed, usage) = line.trim_end().split_once(' ').ok_or("the child printed nothing")?;
        let elapsed = Duration::from_nanos(elapsed.parse()?);
        Ok(Round { units: self.tasks, elapsed, usage: usage.parse()? })
    }
}

/// A queue, looked at from outside.
struct Queue<'a> {
    url: &'a str,
    name: &'a str,
}

impl Queue<'_> {
    /// How long the broker may take to agree, and how long an agreement must last: what was unacked comes back
    /// after its connection is gone.
    const PATIENCE: u32 = 50;
    const PAUSE: Duration = Duration::from_millis(200);

    fn expect(&self, tasks: u64) -> Result<()> {
        let mut waiting = 0;
        for _ in 0..Self::PATIENCE {
            std::thread::sleep(Self::PAUSE);
            waiting = self.block_on(peer::lapin::waiting(self.url, self.name))?;
            if u64::from(waiting) == tasks {
                return Ok(());
            }
        }
        Err(format!("{waiting} tasks wait in {}, not {tasks}", self.name).into())
    }

    fn purge(&self) -> Result<()> {
        self.block_on(peer::lapin::purge(self.url, self.name))
    }

    fn block_on<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
    }
}
