//! `docs/features.md`: what people in a room can do, by REST, by action, by event, and the tests that hold it. The page is written
//! from `table.rs`; here it is held equal to it, and the table to the routes, actions and tests that there are.
//!
//! `PARLOUR_WRITE_FEATURES=1 cargo test -p parlour-tests --test features` writes the page anew.

#[cfg(test)]
mod decided;
#[cfg(test)]
mod page;
#[cfg(test)]
mod seeds;
#[cfg(test)]
mod table;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use crate::decided::DECIDED;
    use crate::page::page;
    use crate::seeds::SEEDS;
    use crate::table::FEATURES;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
    }

    fn routes() -> BTreeSet<String> {
        let openapi = serde_json::to_value(parlour_handlers::rest::openapi()).unwrap();
        let mut routes = BTreeSet::new();
        for (path, methods) in openapi["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys() {
                routes.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
        routes
    }

    /// Every test function of the end-to-end suite, as `file::name`.
    fn tests_in(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                tests_in(&path, found);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let file = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            let named = text.lines().filter_map(|line| {
                let rest = line
                    .trim_start()
                    .strip_prefix("async fn ")
                    .or(line.trim_start().strip_prefix("fn "))?;
                rest.split('(').next()
            });
            found.extend(named.map(|name| format!("{file}::{name}")));
        }
    }

    #[test]
    fn every_action_and_event_is_described() {
        let description = parlour_handlers::rest::asyncapi();
        let messages = description["components"]["messages"].as_object().unwrap();
        for feature in FEATURES {
            for action in feature.actions {
                assert!(messages.contains_key(*action), "{action}");
            }
            for event in feature.events {
                let name = format!("on.{event}");
                assert!(*event == "error" || messages.contains_key(&name), "{event}");
            }
        }
    }

    #[test]
    fn the_page_is_as_the_table_says() {
        let path = root().join("docs/features.md");
        if std::env::var_os("PARLOUR_WRITE_FEATURES").is_some() {
            std::fs::write(&path, page()).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == page(),
            "docs/features.md is not what tests/features/table.rs says: write it anew"
        );
    }

    #[test]
    fn every_route_belongs_to_a_feature_and_exists() {
        let named: BTreeSet<String> = FEATURES
            .iter()
            .flat_map(|feature| feature.routes)
            .map(|route| (*route).to_owned())
            .collect();
        assert_eq!(named, routes());
    }

    #[test]
    fn every_action_belongs_to_a_feature_and_exists() {
        let named: BTreeSet<&str> = FEATURES.iter().flat_map(|feature| feature.actions).copied().collect();
        let known: BTreeSet<&str> = parlour_protocol::frame::ACTIONS.into_iter().collect();
        assert_eq!(named, known);
    }

    #[test]
    fn every_feature_has_tests_and_they_exist() {
        let mut known = BTreeSet::new();
        tests_in(&root().join("tests/it"), &mut known);
        for feature in FEATURES {
            assert!(!feature.tests.is_empty(), "{} has no test", feature.name);
            for test in feature.tests {
                assert!(known.contains(*test), "{}: there is no test {test}", feature.name);
            }
        }
    }

    #[test]
    fn every_room_feature_of_the_five_services_is_covered_or_decided() {
        let features = FEATURES.iter().map(|feature| feature.name);
        let known: BTreeSet<&str> = features.chain(DECIDED.iter().map(|(what, _)| *what)).collect();
        for seed in SEEDS {
            let named = seed.here.iter().all(|name| known.contains(name));
            assert!(named && !seed.here.is_empty(), "{}: {:?}", seed.name, seed.here);
        }
    }
}
