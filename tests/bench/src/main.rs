//! The benchmark: `run`, and the child processes that it starts from this same program.

fn main() -> std::process::ExitCode {
    polywire_bench::main(|| None)
}
