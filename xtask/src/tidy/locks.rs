//! Rules for lock files: they name no registry but the public one, so that they work wherever a registry is reached.

use super::files::Text;

/// The ending that every source in `Cargo.lock` has.
const PUBLIC: &str = "/rust-lang/crates.io-index\"";

/// What is wrong with one lock file.
pub(super) fn breaches(file: &Text) -> Vec<String> {
    let foreign = match file.path.rsplit('/').next() {
        Some("Cargo.lock") => |line: &str| line.starts_with("source = ") && !line.ends_with(PUBLIC),
        Some("package-lock.json") => |line: &str| line.trim_start().starts_with("\"resolved\": \"http"),
        _ => return Vec::new(),
    };
    let lines = file.content.lines().enumerate().filter(|(_, line)| foreign(line));
    lines
        .map(|(n, line)| format!("{}:{}: a registry's address: {}", file.path, n + 1, line.trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_addresses_are_found() {
        let file = |path: &str, content: &str| Text {
            path: path.to_owned(),
            content: content.to_owned(),
        };
        let public = "source = \"registry+https://example.com/rust-lang/crates.io-index\"\n";
        assert!(breaches(&file("Cargo.lock", public)).is_empty());
        assert_eq!(
            breaches(&file("Cargo.lock", "source = \"git+https://example.com/a\"\n")).len(),
            1
        );
        let npm = "      \"resolved\": \"https://example.com/ws.tgz\",\n";
        assert_eq!(breaches(&file("tests/browser/package-lock.json", npm)).len(), 1);
    }
}
