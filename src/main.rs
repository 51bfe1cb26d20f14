//! The `larkctl` program: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    larkctl::cli::run(std::env::args_os()).into()
}
