//! Inputs of every kind for what reads clients' frames and requests: none may panic, and each is a command or a refusal in the
//! words of its service.
//!
//! A loop of its own over mutations of a kept corpus, and no fuzzing engine: those that instrument for coverage want a nightly
//! compiler or a second build of everything with flags of their own, and a C++ compiler beside it. What tells one input's way from
//! another's here is what became of it: an input with a new outcome is kept and mutated further. `cargo xtask fuzz` runs this.

mod corpus;
mod hunt;
mod mutate;
mod options;
mod output;
mod pending;
mod random;
mod run;
mod smaller;
mod target;

use std::process::ExitCode;

use crate::options::Options;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = Options::read(&arguments).and_then(|options| match &options.repeat {
        Some(file) => run::repeat(&options, file),
        None => run::all(&options),
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            output::say(&format!("parlour-fuzz: {why}"));
            ExitCode::FAILURE
        }
    }
}
