//! `cargo run -p parlour-bench --bin lambda`: built functions beside a Node function that does the same, each in 30 fresh processes
//! under a local Runtime API: cold start, processor time, memory, size, and the first TLS handshake. `bench/README.md` says how to
//! run it. Linux only: peak memory is read from `/proc`.

#![expect(clippy::print_stdout, reason = "printing is what a benchmark is for")]

mod aws;
mod cold_start;
mod events;
mod handshake;
mod processor;
mod rig;
mod rows;
mod size;
mod subject;
mod summary;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

use crate::aws::Aws;
use crate::rig::Rig;
use crate::subject::Subject;
use crate::summary::Table;

/// Measures functions as Lambda runs them, beside a Node function.
#[derive(Debug, Parser)]
#[command(name = "lambda")]
struct Arguments {
    /// DynamoDB, or an engine that speaks its API.
    #[arg(long, value_name = "URL")]
    dynamodb_endpoint: String,
    /// The folder with NAME/bootstrap.
    #[arg(long, value_name = "FOLDER", default_value = "target/lambda")]
    functions: PathBuf,
    /// Node.js.
    #[arg(long, value_name = "PROGRAM", default_value = "node")]
    node: PathBuf,
    /// The Node function, with its dependencies installed.
    #[arg(long, value_name = "FOLDER", default_value = "bench/node")]
    node_function: PathBuf,
    /// The same in one file, as its `build` script makes it.
    #[arg(long, value_name = "FILE", default_value = "target/bench-node/runtime.cjs")]
    node_bundle: PathBuf,
    /// Processes of each.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=1000))]
    runs: u16,
}

fn main() -> Result<ExitCode> {
    // As small as a client can be, so before anything else is read.
    let mut words = std::env::args().skip(1);
    if words.next().as_deref() == Some(handshake::CLIENT) {
        handshake::client(words)?;
        return Ok(ExitCode::SUCCESS);
    }
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new().context("start a runtime")?;
    runtime.block_on(measure(&arguments))?;
    Ok(ExitCode::SUCCESS)
}

/// Prints all figures.
async fn measure(arguments: &Arguments) -> Result<()> {
    let aws = Aws::start().await?;
    let rig = Rig::new(&arguments.dynamodb_endpoint, aws.address()).await?;
    let subjects = Subject::all(arguments)?;
    rig.prepare_node(&subjects)?;
    println!(
        "{} fresh processes of each, in turn; in brackets the ratio to Node",
        arguments.runs
    );
    let samples = cold_start::run(&aws, &rig, &subjects, arguments.runs).await?;
    let mut table = Table::default();
    for (subject, samples) in subjects.iter().zip(&samples) {
        table.add(subject.name(), rows::of(samples, size::zipped(subject)?));
    }
    table.print(subjects.iter().position(Subject::is_yardstick).unwrap_or_default());
    println!();
    println!("zipped, KiB");
    for (name, size) in size::of_functions(&arguments.functions)? {
        println!("{name:<28}{size:>12.1}");
    }
    handshake::run(&subjects, arguments.runs)?.print();
    Ok(())
}
