//! `fuzz`: inputs of every kind for what reads clients' frames and requests, by the program in `tests/fuzz`.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::places;
use crate::session::{SEED, Session, default_variable};

/// Minutes for each target, if nothing is said.
const MINUTES: u64 = 1;
/// From nothing: some sixty small crates.
const BUILD: Duration = Duration::from_secs(20 * 60);
/// What a target may take beside its time: its corpus, and making its findings small.
const BESIDE: Duration = Duration::from_secs(60);

/// What is looked at, and for how long.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fuzz {
    /// For each target.
    pub(crate) time: Duration,
    /// One alone.
    pub(crate) target: Option<String>,
    /// One input of it alone.
    pub(crate) repeat: Option<PathBuf>,
}

impl Fuzz {
    /// All targets, each for this time.
    pub(crate) fn all(time: Duration) -> Self {
        Self {
            time,
            target: None,
            repeat: None,
        }
    }

    /// Reads `[--minutes N] [--target NAME] [--repeat FILE]`.
    pub(crate) fn read(words: &[&str]) -> Result<Self> {
        let mut fuzz = Self::all(Duration::from_secs(MINUTES * 60));
        for pair in words.chunks(2) {
            match *pair {
                ["--minutes", minutes] => {
                    let minutes: u64 = minutes.parse().context("`--minutes` is a whole number")?;
                    fuzz.time = Duration::from_secs(minutes.saturating_mul(60));
                }
                ["--target", name] => fuzz.target = Some(name.to_owned()),
                ["--repeat", file] => fuzz.repeat = Some(std::path::absolute(file)?),
                _ => bail!("`cargo xtask fuzz` takes no `{}`", pair.join(" ")),
            }
        }
        Ok(fuzz)
    }

    /// Builds the program, nearly as for a release, and runs it; findings fail.
    pub(crate) fn run(&self, session: &Session) -> Result<()> {
        let package = ["--profile", "fuzz", "--package", "parlour-fuzz"];
        session.run(session.cargo().arg("build").args(package), BUILD)?;
        let artefacts = places::named("PARLOUR_ARTEFACTS").unwrap_or_else(|| session.root.join("artefacts"));
        let findings = artefacts.join("fuzz");
        let mut command = session.cargo();
        command.args(["run", "--quiet"]).args(package).arg("--");
        self.tell(&mut command).arg("--findings").arg(&findings);
        default_variable(&mut command, "PARLOUR_SEED", SEED);
        let ran = session.run(&mut command, self.limit(session)?);
        ran.with_context(|| {
            let folder = findings.display();
            format!("findings are in {folder}; an input that ended the program is in a file `under-way` there")
        })
    }

    fn tell<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.args(["--seconds", &self.time.as_secs().to_string()]);
        if let Some(target) = &self.target {
            command.args(["--target", target]);
        }
        if let Some(file) = &self.repeat {
            command.arg("--repeat").arg(file);
        }
        command
    }

    /// As if one target ran after the other; each has a folder.
    fn limit(&self, session: &Session) -> Result<Duration> {
        let corpus = session.root.join("tests/fuzz/corpus");
        let folders = std::fs::read_dir(&corpus).with_context(|| format!("read {}", corpus.display()))?;
        let targets = u32::try_from(folders.count()).context("count the targets")?;
        Ok((self.time + BESIDE).saturating_mul(targets.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_understood_and_nothing_else() {
        let fuzz = Fuzz::read(&["--minutes", "10", "--target", "go-chat"]).unwrap();
        assert_eq!(
            (fuzz.time, fuzz.target.as_deref()),
            (Duration::from_secs(600), Some("go-chat"))
        );
        assert_eq!(Fuzz::read(&[]).unwrap(), Fuzz::all(Duration::from_secs(60)));
        assert!(Fuzz::read(&["--repeat", "x"]).unwrap().repeat.unwrap().is_absolute());
        for wrong in [&["--minutes"][..], &["--minutes", "x"], &["--hours", "1"], &["go-chat"]] {
            assert!(Fuzz::read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_program_is_told() {
        let mut command = Command::new("parlour-fuzz");
        let fuzz = Fuzz::read(&["--minutes", "2", "--target", "place", "--repeat", "/x"]).unwrap();
        fuzz.tell(&mut command);
        let told: Vec<_> = command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        assert_eq!(told, ["--seconds", "120", "--target", "place", "--repeat", "/x"]);
    }
}
