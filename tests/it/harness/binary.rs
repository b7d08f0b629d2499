//! The built `parlour` binary: in the folder that `PARLOUR_TEST_BINARIES` names, else built once per run, next to this test.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// Builds the binary on first use and says where it is.
pub(crate) fn path() -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT
        .get_or_init(|| {
            let name = format!("parlour{}", std::env::consts::EXE_SUFFIX);
            // Whoever built the whole workspace did it with one set of features; building the one package would do it again.
            std::env::var_os("PARLOUR_TEST_BINARIES").map_or_else(build, |folder| PathBuf::from(folder).join(name))
        })
        .clone()
}

/// `…/target/debug/deps/it-…` → `…/target/debug/parlour`.
fn build() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--quiet", "--package", "parlour-gateway", "--bin", "parlour"])
        .arg("--target-dir")
        .arg(profile.parent().unwrap())
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    if profile.ends_with("release") {
        command.arg("--release");
    }
    assert!(command.status().unwrap().success(), "the binary is built");
    profile.join(format!("parlour{}", std::env::consts::EXE_SUFFIX))
}
