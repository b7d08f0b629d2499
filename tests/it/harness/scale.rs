//! How much the heavy tests do, and how many files a process may open.

use std::process::Command;

/// `full` times `PARLOUR_HEAVY` (0.1 if not given), at least `least`.
pub(crate) fn heavy(full: u32, least: u32) -> u32 {
    let factor = std::env::var("PARLOUR_HEAVY").ok().and_then(|text| text.parse().ok());
    let scaled = f64::from(full) * factor.unwrap_or(0.1);
    format!("{scaled:.0}").parse().unwrap_or(full).max(least)
}

/// Lets a process open `wanted` files if the system allows it; says how many it may open now.
pub(crate) fn raise_file_limit(process: u32, wanted: usize) -> usize {
    if let Some(limit) = file_limit(process)
        && limit >= wanted
    {
        return limit;
    }
    // Without the tool, or the right, the limit stays: the caller does less then.
    let _ = Command::new("prlimit")
        .args(["--pid", &process.to_string(), &format!("--nofile={wanted}:")])
        .output();
    file_limit(process).unwrap_or(wanted)
}

fn file_limit(process: u32) -> Option<usize> {
    let limits = std::fs::read_to_string(format!("/proc/{process}/limits")).ok()?;
    let line = limits.lines().find(|line| line.starts_with("Max open files"))?;
    line.split_whitespace().nth(3)?.parse().ok()
}
