//! The `anteroom` binary; the library's command line is all of it.
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    anteroom::cli::main()
}
