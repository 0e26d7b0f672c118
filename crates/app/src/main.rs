//! `tawthiq`: from what was received to a folder that anyone can check.
//!
//! This crate wires the stages together: it alone reads files, the clock and entropy, and hands values to the
//! pure crates. Results go to standard output; progress and messages go to standard error.

#[macro_use]
mod terminal;

mod anchors;
mod cli;
mod csv_rows;
mod input;
mod jobs;
mod outputs;
mod refusal;
mod sandbox;
mod tables;
mod web;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match sandbox::run_as() {
        sandbox::RunAs::Child(code) => return code,
        sandbox::RunAs::Itself(arguments) => arguments,
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("TAWTHIQ_LOG").unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let arguments = cli::Arguments::parse_from(arguments);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal::say(format!("no thread could be started: {error}; nothing was done"));
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(cli::run(arguments)) {
        Ok(code) => code,
        Err(refusal) => {
            terminal::say(format!("tawthiq: {refusal}"));
            ExitCode::from(refusal.exit_code)
        }
    }
}
