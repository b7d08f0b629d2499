//! The inputs that are kept, a folder for each target.

use std::fs;
use std::path::{Path, PathBuf};

use crate::target::Target;

/// Where they are.
fn folder(target: &Target) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target.name)
}

/// All kept inputs of a target with what others have of its vectors, in the order of their names.
pub(crate) fn of(target: &Target) -> Result<Vec<Vec<u8>>, String> {
    let folder = folder(target);
    let wrong = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).map_err(wrong)? {
        files.push(entry.map_err(wrong)?.path());
    }
    files.sort_unstable();
    let mut inputs = (target.vectors)();
    for file in files {
        inputs.push(fs::read(&file).map_err(wrong)?);
    }
    Ok(inputs)
}

/// What means something to a target: its own words, and those that stand in quotes in its corpus.
pub(crate) fn words(target: &Target, inputs: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let quoted = inputs.iter().flat_map(|input| {
        let parts = input.split(|byte| *byte == b'"');
        parts.skip(1).step_by(2)
    });
    let short = quoted.filter(|word| (1..=40).contains(&word.len())).map(<[u8]>::to_vec);
    let own = target.words.iter().map(|word| word.as_bytes().to_vec());
    let mut words: Vec<Vec<u8>> = own.chain(short).collect();
    words.sort_unstable();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::ALL;

    /// What was found once is not found again.
    #[test]
    fn every_kept_input_is_a_command_or_a_refusal() {
        for target in ALL {
            let inputs = of(target).unwrap();
            assert!(!inputs.is_empty(), "{}", target.name);
            for input in inputs {
                if let Err(why) = (target.check)(&input) {
                    panic!("{}: {why}: {}", target.name, String::from_utf8_lossy(&input));
                }
            }
        }
    }

    #[test]
    fn words_are_those_of_the_target_and_of_its_corpus() {
        let words = words(&ALL[0], &[br#"{"zebra":"","x":1}"#.to_vec()]);
        assert!(words.contains(&b"zebra".to_vec()) && !words.contains(&Vec::new()));
        assert!(
            ALL[0]
                .words
                .iter()
                .all(|word| words.contains(&word.as_bytes().to_vec()))
        );
    }
}
