//! The table, as Markdown.

use crate::Result;
use crate::case::{CASES, Case};
use crate::machine::Cores;
use crate::run::Allocated;
use std::fmt;
use std::io::Write;

/// One round of one side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    /// CPU microseconds a call, of the process under test.
    pub(crate) cpu: f64,
    /// Calls a second.
    pub(crate) rate: f64,
}

/// One line of the table.
pub(crate) struct Row {
    case: &'static Case,
    polywire: Figures,
    peer: Figures,
    /// The smallest and the largest ratio of CPU time within one pair of rounds.
    spread: (f64, f64),
    cost: Cost,
}

/// The costs that no clock shows, of polywire and of its peer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) allocations: Option<[Allocated; 2]>,
    pub(crate) instructions: Option<[f64; 2]>,
}

impl Row {
    /// Makes a row from the rounds of both sides, in the order in which they ran.
    pub(crate) fn new(case: &'static Case, polywire: &[Figures], peer: &[Figures], cost: Cost) -> Self {
        let ratios = || polywire.iter().zip(peer).map(|(ours, peer)| ours.cpu / peer.cpu);
        let spread = (ratios().fold(f64::INFINITY, f64::min), ratios().fold(0.0, f64::max));
        Self { case, polywire: medians(polywire), peer: medians(peer), spread, cost }
    }

    fn ratio(&self) -> f64 {
        self.polywire.cpu / self.peer.cpu
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (cpu, peer_cpu) = (self.polywire.cpu, self.peer.cpu);
        let (low, high) = self.spread;
        write!(
            f,
            "{} µs, peer {} µs: ×{:.2} ({low:.2}–{high:.2})",
            micros(cpu),
            micros(peer_cpu),
            self.ratio()
        )
    }
}

fn medians(rounds: &[Figures]) -> Figures {
    let of = |pick: fn(&Figures) -> f64| median(rounds.iter().map(pick).collect());
    Figures { cpu: of(|figures| figures.cpu), rate: of(|figures| figures.rate) }
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        1 => values[middle],
        _ => values[middle - 1..].iter().take(2).sum::<f64>() / 2.0,
    }
}

/// Three digits are what a run is good for.
pub(crate) fn micros(value: f64) -> String {
    match value {
        ..1.0 => format!("{value:.3}"),
        ..10.0 => format!("{value:.2}"),
        _ => format!("{value:.1}"),
    }
}

/// In thousands where that is enough.
fn rate(value: f64) -> String {
    if value < 1e6 { format!("{:.1}k", value / 1e3) } else { format!("{:.2}M", value / 1e6) }
}

/// Prints the table, with what it was measured on.
pub(crate) fn print(machine: &str, cores: Option<Cores>, rows: &[Row]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let pinned = match cores {
        Some(Cores { server, load }) => format!("server on core {server}, load on core {load}"),
        None => "one core, or one that cannot be chosen: server and load share it".to_owned(),
    };
    writeln!(out, "{machine}; {pinned}.\n")?;
    writeln!(
        out,
        "| | beside | CPU µs a call | peer | **ratio** (of single rounds) | aim | calls/s | peer | ratio | allocations (bytes) a call | peer | instructions a call | peer |"
    )?;
    writeln!(out, "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")?;
    for row in rows {
        let Row { case, polywire, peer, spread: (low, high), .. } = row;
        let allocated = both(row.cost.allocations, allocated);
        let instructions = both(row.cost.instructions, |count| format!("{count:.0}"));
        writeln!(
            out,
            "| {} | {} | {} | {} | **{:.2}** ({low:.2}–{high:.2}) | ≤ {:.2} | {} | {} | {:.2} | {} | {} | {} | {} |",
            case.what,
            case.peer,
            micros(polywire.cpu),
            micros(peer.cpu),
            row.ratio(),
            case.aim,
            rate(polywire.rate),
            rate(peer.rate),
            polywire.rate / peer.rate,
            allocated[0],
            allocated[1],
            instructions[0],
            instructions[1],
        )?;
    }
    Ok(())
}

/// Polywire's and the peer's, or dashes.
fn both<T>(sides: Option<[T; 2]>, show: impl Fn(T) -> String) -> [String; 2] {
    sides.map_or(["–".to_owned(), "–".to_owned()], |sides| sides.map(show))
}

fn allocated(Allocated { count, bytes }: Allocated) -> String {
    let digits = if count < 10.0 { 2 } else { 0 };
    format!("{count:.digits$} ({bytes:.0})")
}

/// Prints the names of the cases.
pub(crate) fn list() -> Result<()> {
    let mut out = std::io::stdout().lock();
    for case in CASES {
        writeln!(out, "{:14} {}, beside {}", case.name, case.what, case.peer)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![9.0, 1.0, 5.0]), 5.0);
        assert_eq!(median(vec![9.0, 1.0, 5.0, 7.0]), 6.0);
    }
}
