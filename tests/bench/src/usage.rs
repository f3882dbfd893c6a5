//! The usage of a process: CPU time by its own clock, allocations by its own counter. It is one line of text
//! between processes.

use crate::{Result, machine};
use std::fmt;
use std::ops::Sub;
use std::str::FromStr;
use std::time::Duration;

/// Allocations of a process since its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Allocations {
    /// How many, growing an allocation included.
    pub count: u64,
    /// The bytes of all of them together.
    pub bytes: u64,
}

/// The usage of a process since its start, or between two readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Usage {
    /// User and system time of all threads, ended ones too.
    pub(crate) cpu: Duration,
    /// Present in the program that counts.
    pub(crate) allocations: Option<Allocations>,
}

impl Usage {
    /// The usage of this process until now.
    pub(crate) fn now(allocations: fn() -> Option<Allocations>) -> Result<Self> {
        Ok(Self { cpu: machine::cpu_time()?, allocations: allocations() })
    }
}

impl Sub for Usage {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        let allocations = self.allocations.zip(before.allocations);
        Self {
            cpu: self.cpu.saturating_sub(before.cpu),
            allocations: allocations.map(|(now, before)| Allocations {
                count: now.count - before.count,
                bytes: now.bytes - before.bytes,
            }),
        }
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.cpu.as_nanos())?;
        match self.allocations {
            Some(Allocations { count, bytes }) => write!(f, " {count} {bytes}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Usage {
    type Err = crate::Error;

    fn from_str(text: &str) -> Result<Self> {
        let numbers = text.split(' ').map(str::parse).collect::<Result<Vec<u64>, _>>()?;
        let (cpu, allocations) = match numbers[..] {
            [cpu] => (cpu, None),
            [cpu, count, bytes] => (cpu, Some(Allocations { count, bytes })),
            _ => return Err(format!("not a usage: {text:?}").into()),
        };
        Ok(Self { cpu: Duration::from_nanos(cpu), allocations })
    }
}
