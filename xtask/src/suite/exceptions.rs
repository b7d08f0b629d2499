//! The table of tests that a target cannot run.
//!
//! A row is ``| targets, with commas between | `test` | reason |``; every other line is text for people.

use anyhow::{Result, bail};

use super::TARGETS;

/// A test that some targets cannot run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Exception {
    targets: Vec<String>,
    pub(super) test: String,
    pub(super) reason: String,
}

/// All of them.
#[derive(Debug)]
pub(super) struct Exceptions(Vec<Exception>);

impl Exceptions {
    /// Reads the table.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let rows = text.lines().filter(|line| line.starts_with('|')).skip(2);
        Ok(Self(rows.map(row).collect::<Result<_>>()?))
    }

    /// Every target and test exists, has one row, and every row a reason.
    pub(super) fn check(&self, tests: &[String]) -> Result<()> {
        for (place, exception) in self.0.iter().enumerate() {
            let name = &exception.test;
            if !tests.contains(name) {
                bail!("the table of exceptions names `{name}`, and there is no such test");
            }
            if self.0.iter().skip(place + 1).any(|other| other.test == *name) {
                bail!("the table of exceptions has two rows for `{name}`");
            }
            if let Some(target) = exception.targets.iter().find(|name| !TARGETS.contains(&name.as_str())) {
                bail!("`{name}`: there is no target `{target}`");
            }
            if exception.targets.is_empty() || exception.reason.is_empty() {
                bail!("`{name}`: a row has a target and a reason");
            }
        }
        Ok(())
    }

    /// Those of one target.
    pub(super) fn of(&self, target: &str) -> Vec<&Exception> {
        let concerned = |exception: &&Exception| exception.targets.iter().any(|name| name == target);
        self.0.iter().filter(concerned).collect()
    }
}

fn row(line: &str) -> Result<Exception> {
    let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
    let [targets, test, reason] = cells.as_slice() else {
        bail!("not a row of three cells: {line}")
    };
    let targets = targets.split(',').map(|name| name.trim().to_owned());
    Ok(Exception {
        targets: targets.filter(|name| !name.is_empty()).collect(),
        test: test.trim_matches('`').to_owned(),
        reason: (*reason).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
# Exceptions

| target | test | reason |
|---|---|---|
| emulator | `a::b` | no limit |
| cargo-lambda, emulator | `a::c` | another server |
";

    fn checked(table: &str) -> Result<()> {
        Exceptions::parse(table)?.check(&["a::b".to_owned(), "a::c".to_owned()])
    }

    #[test]
    fn a_target_has_its_rows() {
        let table = Exceptions::parse(TABLE).unwrap();
        let tests = |target| table.of(target).iter().map(|row| row.test.as_str()).collect::<Vec<_>>();
        assert_eq!(tests("emulator"), ["a::b", "a::c"]);
        assert_eq!(tests("cargo-lambda"), ["a::c"]);
        assert_eq!(table.of("emulator")[0].reason, "no limit");
        checked(TABLE).unwrap();
    }

    #[test]
    fn what_does_not_exist_or_says_nothing_is_an_error() {
        for (right, wrong) in [
            ("`a::b`", "`a::d`"),
            ("`a::b`", "`a::c`"),
            ("| emulator |", "| elsewhere |"),
            ("| emulator |", "| |"),
            ("| no limit |", "| |"),
            ("| no limit |", "|"),
        ] {
            assert!(checked(&TABLE.replace(right, wrong)).is_err(), "{wrong}");
        }
    }
}
