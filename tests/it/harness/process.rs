//! The server as a process of its own: started, killed by its id, and what it printed.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Instant;

use serde_json::Value;
use tempfile::TempDir;

use super::{LIMIT, binary};

/// A running `parlour serve`, killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
    /// What it wrote into its ready file.
    pub(crate) ready: Value,
    _folder: TempDir,
}

impl Process {
    /// Starts it in memory.
    pub(crate) fn in_memory() -> Self {
        Self::start(&["--memory"])
    }

    /// Starts it in memory, as a server on the public Internet: URLs of apps lead to no private address.
    pub(crate) fn in_public() -> Self {
        Self::reaching(&["--memory"], false)
    }

    /// Starts it on a data folder.
    pub(crate) fn on(data: &Path) -> Self {
        Self::start(&["--data", data.to_str().unwrap()])
    }

    /// Starts it on a data folder, as operators do who do not know whoever names URLs: none leads to this machine.
    pub(crate) fn for_strangers(data: &Path) -> Self {
        Self::reaching(&["--data", data.to_str().unwrap()], false)
    }

    /// Starts it on tables behind a DynamoDB endpoint; the folder is for its secrets.
    pub(crate) fn on_tables(data: &Path, endpoint: &str, prefix: &str) -> Self {
        let data = data.to_str().unwrap();
        Self::start(&[
            "--data",
            data,
            "--dynamodb-endpoint",
            endpoint,
            "--table-prefix",
            prefix,
        ])
    }

    /// The identity providers and the receivers of the tests are on this machine.
    fn start(place: &[&str]) -> Self {
        Self::reaching(place, true)
    }

    fn reaching(place: &[&str], private: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ready_file = folder.path().join("ready.json");
        let log = folder.path().join("log");
        let output = File::create(&log).unwrap();
        let child = Command::new(binary::path())
            .args(["serve", "--listen", "127.0.0.1:0", "--ready-file"])
            .arg(&ready_file)
            .args(place)
            .env("PARLOUR_LOG", "debug")
            .env("PARLOUR_PRIVATE_URLS", private.to_string())
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap();
        let mut process = Self {
            child,
            log,
            ready: Value::Null,
            _folder: folder,
        };
        process.ready = process.wait_until_ready(&ready_file);
        process
    }

    fn wait_until_ready(&mut self, file: &Path) -> Value {
        let begin = Instant::now();
        loop {
            if let Ok(text) = std::fs::read(file) {
                return serde_json::from_slice(&text).unwrap();
            }
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "the server ended with {ended:?}:\n{}", self.output());
            assert!(begin.elapsed() < LIMIT, "the server becomes ready:\n{}", self.output());
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything that it has printed so far.
    pub(crate) fn output(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Ends it at once (SIGKILL); nothing is flushed.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end (SIGTERM).
    pub(crate) fn terminate(&self) {
        let id = self.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(told.success());
    }

    /// Waits for its end.
    pub(crate) async fn wait(&mut self) -> ExitStatus {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begin.elapsed() < LIMIT, "the server ends");
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Process {
    /// A panic or a fault that no test looked for is still a failure.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            return;
        }
        let output = self.output();
        let faults: Vec<_> = output.lines().filter(|line| line.contains(" ERROR ")).collect();
        assert!(faults.is_empty(), "the server logged faults:\n{}", faults.join("\n"));
    }
}
