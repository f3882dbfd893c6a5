//! Questions to the operating system: cores, the CPU clock of a process, the name of the machine.

use crate::Result;
use std::time::Duration;

/// The two cores that a run uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cores {
    pub(crate) server: usize,
    pub(crate) load: usize,
}

/// The first two cores that this process may use; none on a machine with one.
#[cfg(target_os = "linux")]
pub(crate) fn cores() -> Result<Option<Cores>> {
    let allowed = rustix::thread::sched_getaffinity(None)?;
    let mut cores = (0..rustix::thread::CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core));
    Ok(cores.next().zip(cores.next()).map(|(server, load)| Cores { server, load }))
}

/// Keeps this thread, and those that it starts, on one core.
#[cfg(target_os = "linux")]
pub(crate) fn pin(core: usize) -> Result<()> {
    let mut only = rustix::thread::CpuSet::new();
    only.set(core);
    Ok(rustix::thread::sched_setaffinity(None, &only)?)
}

/// User and system time of this process, all its threads together.
#[cfg(target_os = "linux")]
pub(crate) fn cpu_time() -> Result<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Ok(Duration::new(time.tv_sec.try_into()?, time.tv_nsec.try_into()?))
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn cores() -> Result<Option<Cores>> {
    Ok(None)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn pin(_: usize) -> Result<()> {
    Err("pinning to a core is written for Linux only".into())
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn cpu_time() -> Result<Duration> {
    Err("the CPU clock of a process is read on Linux only".into())
}

/// The processor and how many of it, the kernel, the load at this moment.
pub(crate) fn describe() -> String {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let processor = read("/proc/cpuinfo");
    let model = processor.lines().find_map(|line| line.strip_prefix("model name")?.split(':').nth(1));
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    let load = read("/proc/loadavg");
    format!(
        "{count} × {}, Linux {}, load average {} before the run",
        model.unwrap_or("unknown processor").trim(),
        read("/proc/sys/kernel/osrelease").trim(),
        load.split(' ').next().unwrap_or("unknown"),
    )
}
