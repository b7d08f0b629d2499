//! What the OpenAPI description says of each operation's answers is what the end-to-end suite saw: the codes of its refusals, no more and
//! no fewer, and the statuses of its successes. Of an action of the WebSocket the suite saw no code that is not described.
//!
//! The suite keeps what it sees in the file that `PARLOUR_TEST_ANSWERS` names; `cargo xtask test --only rust` runs both. With
//! `PARLOUR_WRITE_REFUSALS=1` it writes the codes anew.

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fmt::Write as _;
    use std::path::{Path, PathBuf};

    use parlour_protocol::{Code, refusals};

    /// What every operation that takes a credential can be refused with: seen of some.
    const CREDENTIALS: [&str; 5] = [
        "unauthenticated",
        "token_expired",
        "ambiguous_credentials",
        "origin_not_allowed",
        "user_suspended",
    ];

    /// How a line of an action begins.
    const ACTION: &str = "action:";

    /// What a frame is refused with that is none of an action, whatever it names.
    const OF_NO_ACTION: [Code; 2] = [Code::UnknownAction, Code::MalformedJson];

    /// By operation, or by `action:` and the name of an action.
    type Sets = BTreeMap<String, BTreeSet<String>>;

    fn file() -> PathBuf {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        root.join("shared/protocol/src/refusals.txt")
    }

    fn is_success(said: &str) -> bool {
        said.starts_with('2')
    }

    fn seen() -> Sets {
        let path = std::env::var_os("PARLOUR_TEST_ANSWERS").expect("where the suite has kept the answers");
        let text = std::fs::read_to_string(path).unwrap();
        let mut seen = Sets::new();
        for line in text.lines() {
            let (operation, said) = line.split_once(' ').unwrap();
            seen.entry(operation.to_owned()).or_default().insert(said.to_owned());
        }
        seen
    }

    /// Every operation with the statuses of its successes, and whether it takes a credential.
    fn described() -> Vec<(String, BTreeSet<String>, bool)> {
        let openapi = serde_json::to_value(parlour_handlers::rest::openapi()).unwrap();
        let paths = openapi["paths"].as_object().unwrap().values();
        let operations = paths.flat_map(|methods| methods.as_object().unwrap().values());
        let described = operations.map(|operation| {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            let statuses = operation["responses"].as_object().unwrap().keys();
            let successes = statuses.filter(|status| is_success(status)).cloned().collect();
            let schemes = operation["security"].as_array().map(Vec::len);
            (name, successes, schemes.is_some_and(|schemes| schemes > 0))
        });
        described.collect()
    }

    /// The lines of the file, as they should be.
    fn lines(seen: &Sets) -> BTreeMap<String, BTreeSet<String>> {
        let secured = described().into_iter().filter(|(_, _, secured)| *secured);
        let own = |said: &&String| !is_success(said) && !CREDENTIALS.contains(&said.as_str());
        secured
            .map(|(name, ..)| {
                let said = seen.get(&name).into_iter().flatten().filter(own).cloned().collect();
                (name, said)
            })
            .collect()
    }

    fn text(lines: &Sets) -> String {
        let mut text = String::new();
        for (name, codes) in lines {
            let codes: Vec<_> = codes.iter().map(String::as_str).collect();
            let _ = writeln!(text, "{}", format!("{name}: {}", codes.join(" ")).trim_end());
        }
        text
    }

    fn written() -> Sets {
        let text = std::fs::read_to_string(file()).unwrap();
        let lines = text.lines().map(|line| line.split_once(':').unwrap());
        let codes = |codes: &str| codes.split_whitespace().map(str::to_owned).collect();
        lines.map(|(name, of)| (name.to_owned(), codes(of))).collect()
    }

    /// The codes of actions that are seen and not described.
    fn unknown_of_actions(actions: &Sets, wrong: &mut Vec<String>) {
        for (name, seen) in actions {
            let described = refusals::of_action(name.trim_start_matches(ACTION));
            let is_described = |code: &&String| {
                let mut codes = described.iter().chain(&OF_NO_ACTION);
                codes.any(|known| known.as_str() == code.as_str())
            };
            let unknown = seen.iter().filter(|code| !is_described(code));
            wrong.extend(unknown.map(|code| format!("{name}: code {code} is seen and not described")));
        }
    }

    /// What one has and the other has not.
    fn differences(what: &str, said: &Sets, seen: &Sets, wrong: &mut Vec<String>) {
        let nothing = BTreeSet::new();
        let names: BTreeSet<_> = said.keys().chain(seen.keys()).collect();
        for name in names {
            let (said, seen) = (said.get(name).unwrap_or(&nothing), seen.get(name).unwrap_or(&nothing));
            let more = said
                .difference(seen)
                .map(|one| format!("{name}: {what} {one} is described and never seen"));
            wrong.extend(more);
            let fewer = seen
                .difference(said)
                .map(|one| format!("{name}: {what} {one} is seen and not described"));
            wrong.extend(fewer);
        }
    }

    #[test]
    #[ignore = "looks at what a run of the end-to-end suite has kept: `cargo xtask test --only rust`"]
    fn what_is_described_is_what_is_seen() {
        let (actions, seen): (Sets, Sets) = seen().into_iter().partition(|(name, _)| name.starts_with(ACTION));
        let lines = lines(&seen);
        if std::env::var_os("PARLOUR_WRITE_REFUSALS").is_some() {
            std::fs::write(file(), text(&lines)).unwrap();
        }
        let mut wrong = Vec::new();
        assert!(!actions.is_empty(), "refusals of actions are kept");
        unknown_of_actions(&actions, &mut wrong);
        differences("code", &written(), &lines, &mut wrong);
        let successes = |said: &BTreeSet<String>| said.iter().filter(|said| is_success(said)).cloned().collect();
        let seen_successes: Sets = seen
            .iter()
            .map(|(name, said)| (name.clone(), successes(said)))
            .collect();
        let successes: Sets = described().into_iter().map(|(name, said, _)| (name, said)).collect();
        differences("status", &successes, &seen_successes, &mut wrong);
        for code in CREDENTIALS {
            if !seen.values().any(|said| said.contains(code)) {
                wrong.push(format!("{code} is never seen"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn the_codes_are_written_as_they_would_be_anew() {
        let kept = std::fs::read_to_string(file()).unwrap();
        assert_eq!(kept, text(&written()), "sorted, each once");
    }
}
