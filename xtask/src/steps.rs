//! The steps of `cargo xtask test`, in the order in which they run: cheap ones first. A new one is a file and a row.

mod build;
mod client;
mod conformance;
mod contract;
mod doc;
mod dynamodb;
mod edge;
mod fuzz;
mod lambda;
mod licences;
mod lint;
mod page;
mod rust;
mod sam;
mod target_cargo_lambda;
mod target_emulator;
mod tidy;

use anyhow::Result;

pub(crate) use contract::soak as soak_contract;

use crate::session::{Outcome, Session};

/// One check.
#[derive(Debug)]
pub(crate) struct Step {
    /// As in `--only NAME`.
    pub(crate) name: &'static str,
    /// What it checks, in a few words.
    pub(crate) about: &'static str,
    pub(crate) check: fn(&Session) -> Result<Outcome>,
}

/// All of them.
pub(crate) const ALL: &[Step] = &[
    Step {
        name: "fmt",
        about: "Rust code is formatted",
        check: lint::fmt,
    },
    Step {
        name: "tidy",
        about: "the rules of the repository hold",
        check: tidy::check,
    },
    Step {
        name: "sam",
        about: "the deployment's template, by the SAM CLI and cfn-lint",
        check: sam::check,
    },
    Step {
        name: "edge",
        about: "the function at the edge, and the proxy that stands for it",
        check: edge::check,
    },
    Step {
        name: "licences",
        about: "licences, banned crates and sources",
        check: licences::check,
    },
    Step {
        name: "advisories",
        about: "no dependency has a known vulnerability",
        check: licences::advisories,
    },
    Step {
        name: "clippy",
        about: "no lint warns",
        check: lint::clippy,
    },
    Step {
        name: "build",
        about: "all programs and tests compile",
        check: build::check,
    },
    Step {
        name: "dynamodb-local",
        about: "DynamoDB Local starts and answers",
        check: dynamodb::check,
    },
    Step {
        name: "rust",
        about: "all Rust tests, on DynamoDB Local too",
        check: rust::check,
    },
    Step {
        name: "fuzz",
        about: "inputs of every kind for what reads clients' frames and requests",
        check: fuzz::check,
    },
    Step {
        name: "lambda",
        about: "all functions, as Lambda runs them, in one build",
        check: lambda::check,
    },
    Step {
        name: "target-cargo-lambda",
        about: "the end-to-end suite: gateway, cargo-lambda, functions, DynamoDB Local",
        check: target_cargo_lambda::check,
    },
    Step {
        name: "target-emulator",
        about: "the end-to-end suite: the template deployed into MiniStack",
        check: target_emulator::check,
    },
    Step {
        name: "doc",
        about: "the documentation builds without a warning",
        check: doc::check,
    },
    Step {
        name: "contract",
        about: "the descriptions of REST and WebSocket, and the answers of a running `parlour`",
        check: contract::check,
    },
    Step {
        name: "client",
        about: "the JavaScript client, Socket.IO's, and the clients of other services, against a running `parlour`",
        check: client::check,
    },
    Step {
        name: "page",
        about: "the page in a browser against a running `parlour`",
        check: page::check,
    },
];
