//! The same program, with every allocation counted. Its times are not quoted, because counting costs time.

use polywire_bench::Allocations;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> std::process::ExitCode {
    polywire_bench::main(|| {
        let stats = ALLOCATOR.stats();
        Some(Allocations {
            count: (stats.allocations + stats.reallocations) as u64,
            bytes: stats.bytes_allocated as u64,
        })
    })
}
