//! The measured table as text.

use crate::table::{Row, Source};
use crate::world::Measured;

/// One line for each row: what was measured, and what may be.
pub(crate) fn print(measured: &[(Row, Measured)]) {
    let width = measured.iter().map(|(row, _)| row.name.len()).max().unwrap_or(0);
    println!();
    println!(
        "{:width$} | {:>11} | {:>11} | {:>13} | {:>7} | {:>9} | budget",
        "operation", "round trips", "write units", "read units", "durable", "billable"
    );
    println!("{}", "-".repeat(width + 79));
    for (row, found) in measured {
        let budget = row.budget;
        let pair = |found: String, allowed: Option<String>| match allowed {
            Some(allowed) => format!("{found}/{allowed}"),
            None => String::new(),
        };
        println!(
            "{:width$} | {:>11} | {:>11} | {:>13} | {:>7} | {:>9} | {}",
            row.name,
            pair(
                found.usage.round_trips.to_string(),
                Some(budget.round_trips.to_string())
            ),
            pair(
                found.usage.write_units.to_string(),
                Some(budget.write_units.to_string())
            ),
            pair(found.usage.read_units.to_string(), Some(budget.read_units.to_string())),
            pair(found.durable.to_string(), budget.durable.map(|at| at.to_string())),
            pair(
                found.billable.to_string(),
                budget.billable.map(|count| count.to_string())
            ),
            match row.source {
                Source::Design => "design",
                Source::Ceiling => "ceiling",
            }
        );
    }
    println!("\nmeasured/budget; `ceiling`: not in the design's table, kept so that growth shows.\n");
}
