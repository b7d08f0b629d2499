//! What is asked for: `--seconds N --target NAME --seed N --findings FOLDER --repeat FILE`.

use std::path::PathBuf;
use std::time::Duration;

use crate::target::{ALL, Target};

/// For each target, if nothing is said.
const SECONDS: u64 = 20;

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Options {
    /// For each target.
    pub(crate) time: Duration,
    /// Which.
    pub(crate) targets: Vec<&'static Target>,
    /// The same seed makes the same inputs.
    pub(crate) seed: u64,
    /// Where findings go.
    pub(crate) findings: PathBuf,
    /// One input alone.
    pub(crate) repeat: Option<PathBuf>,
}

impl Options {
    /// Reads the command line; `PARLOUR_SEED` is the seed if it names none.
    pub(crate) fn read(arguments: &[String]) -> Result<Self, String> {
        let seed = std::env::var("PARLOUR_SEED").ok().filter(|seed| !seed.is_empty());
        let mut options = Self {
            time: Duration::from_secs(SECONDS),
            targets: ALL.iter().collect(),
            seed: seed.map_or(Ok(1), |seed| number("PARLOUR_SEED", &seed))?,
            findings: PathBuf::from("findings"),
            repeat: None,
        };
        for pair in arguments.chunks(2) {
            let [name, value] = pair else {
                return Err(format!("`{}` has no value", pair.concat()));
            };
            match name.as_str() {
                "--seconds" => options.time = Duration::from_secs(number(name, value)?),
                "--seed" => options.seed = number(name, value)?,
                "--target" => options.targets = vec![named(value)?],
                "--findings" => options.findings = PathBuf::from(value),
                "--repeat" => options.repeat = Some(PathBuf::from(value)),
                other => return Err(format!("there is no `{other}`")),
            }
        }
        Ok(options)
    }
}

fn number(name: &str, text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| format!("`{name}` is a whole number, not `{text}`"))
}

fn named(name: &str) -> Result<&'static Target, String> {
    let names = || ALL.iter().map(|target| target.name).collect::<Vec<_>>().join(", ");
    let found = ALL.iter().find(|target| target.name == name);
    found.ok_or_else(|| format!("there is no target `{name}`, but {}", names()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Options, String> {
        Options::read(&words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_asked_for_is_understood_and_nothing_else() {
        let options = read(&["--seconds", "3", "--target", "go-chat", "--seed", "7"]).unwrap();
        assert_eq!((options.time.as_secs(), options.seed), (3, 7));
        assert_eq!(
            options.targets.iter().map(|target| target.name).collect::<Vec<_>>(),
            ["go-chat"]
        );
        assert_eq!(read(&[]).unwrap().targets.len(), ALL.len());
        for wrong in [
            &["--seconds"][..],
            &["--seconds", "x"],
            &["--target", "none"],
            &["--other", "1"],
        ] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
