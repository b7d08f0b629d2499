//! Child processes with a time limit, ended by process id together with everything they started.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often a child is asked whether it has ended.
const POLL: Duration = Duration::from_millis(50);

/// How long a child has to end by itself once it is asked to.
const GRACE: Duration = Duration::from_secs(5);

/// A running child. Dropping it ends it and its descendants, on every way out of a step.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    name: String,
}

impl Running {
    /// Starts `command`, with no standard input unless the caller pipes one.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let name = described(command);
        let child = command.spawn().with_context(|| format!("start `{name}`"))?;
        Ok(Self { child, name })
    }

    /// The child itself, for its pipes.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Fails once the child has ended, which a server must not do by itself.
    pub(crate) fn must_be_running(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            Some(status) => bail!("`{}` ended early: {status}", self.name),
            None => Ok(()),
        }
    }

    /// Waits for the child to end; when `limit` is over it is ended, which is an error.
    pub(crate) fn wait(&mut self, limit: Duration) -> Result<ExitStatus> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if Instant::now() >= deadline {
                self.end();
                bail!(
                    "`{}` was ended: it took longer than {}",
                    self.name,
                    crate::output::time(limit)
                );
            }
            thread::sleep(POLL);
        }
    }

    /// Asks the child to end (SIGTERM), and ends it after a few seconds if it has not.
    pub(crate) fn stop(&mut self) -> Result<ExitStatus> {
        signal("-TERM", &[self.child.id()]);
        self.wait(GRACE)
    }

    fn end(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        signal("-KILL", &descendants(self.child.id(), &parents()));
        // Both fail only if the child has just ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Runs `command` to its end and returns what it wrote on standard output, whatever its exit status.
pub(crate) fn output(command: &mut Command, limit: Duration) -> Result<(ExitStatus, String)> {
    let mut running = Running::start(command.stdin(Stdio::null()).stdout(Stdio::piped()))?;
    let mut pipe = running.child().stdout.take().context("no standard output")?;
    let reader = thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).map(|_| bytes)
    });
    let status = running.wait(limit)?;
    let Ok(bytes) = reader.join() else {
        bail!("`{}`: its output could not be read", described(command))
    };
    Ok((status, String::from_utf8_lossy(&bytes?).into_owned()))
}

/// Runs `command` to its end and hands over each line of its standard output as it comes.
pub(crate) fn watched(command: &mut Command, limit: Duration, mut seen: impl FnMut(&str)) -> Result<ExitStatus> {
    let mut running = Running::start(command.stdin(Stdio::null()).stdout(Stdio::piped()))?;
    let pipe = running.child().stdout.take().context("no standard output")?;
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    let deadline = Instant::now() + limit;
    loop {
        match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => seen(&line),
            // All is read, or the time is over, which the wait says.
            Err(_) => return running.wait(deadline.saturating_duration_since(Instant::now()).max(POLL)),
        }
    }
}

/// Runs `command` with its output in a file; on failure the end of that is in the error.
pub(crate) fn logged(command: &mut Command, limit: Duration, log: &Path) -> Result<()> {
    let file = File::create(log).with_context(|| format!("make {}", log.display()))?;
    let status = Running::start(command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file))?.wait(limit)?;
    if !status.success() {
        bail!("`{}`: {status}\n{}", described(command), last_lines(log, 40));
    }
    Ok(())
}

/// The end of a file.
pub(crate) fn last_lines(file: &Path, count: usize) -> String {
    let text = std::fs::read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// A command as one would type it, without its folder.
pub(crate) fn described(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let words: Vec<_> = std::iter::once(name)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect();
    words.join(" ")
}

fn signal(which: &str, ids: &[u32]) {
    if ids.is_empty() {
        return;
    }
    let ids = ids.iter().map(ToString::to_string);
    // A process that has already ended makes this fail, and nothing is lost.
    let _ = Command::new("kill").arg(which).args(ids).stderr(Stdio::null()).status();
}

/// (process, parent) of every process that `ps` shows; none where there is no `ps`.
fn parents() -> Vec<(u32, u32)> {
    let listing = Command::new("ps")
        .args(["-A", "-o", "pid=,ppid="])
        .stderr(Stdio::null())
        .output();
    let text = listing
        .map(|listing| String::from_utf8_lossy(&listing.stdout).into_owned())
        .unwrap_or_default();
    let pair = |line: &str| {
        let mut words = line.split_whitespace().map(str::parse);
        Some((words.next()?.ok()?, words.next()?.ok()?))
    };
    text.lines().filter_map(pair).collect()
}

/// Every process below `root`, nearest first.
fn descendants(root: u32, parents: &[(u32, u32)]) -> Vec<u32> {
    let mut found = vec![root];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        found.extend(
            parents
                .iter()
                .filter(|(id, of)| *of == parent && !found.contains(id))
                .map(|(id, _)| *id)
                .collect::<Vec<_>>(),
        );
        next += 1;
    }
    found.split_off(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descendants_are_found_through_all_generations() {
        let parents = [(1, 0), (10, 1), (11, 10), (12, 11), (20, 1), (13, 10)];
        assert_eq!(descendants(10, &parents), [11, 13, 12]);
        assert!(descendants(12, &parents).is_empty());
    }

    #[test]
    fn a_child_past_its_limit_is_ended_with_its_own_children() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 600 & echo $!; wait"]);
        let mut running = Running::start(command.stdout(Stdio::piped())).unwrap();
        let mut first = [0; 16];
        let length = running.child().stdout.as_mut().unwrap().read(&mut first).unwrap();
        let grandchild: u32 = std::str::from_utf8(&first[..length]).unwrap().trim().parse().unwrap();
        running.wait(Duration::from_millis(10)).unwrap_err();
        // Reading the rest of the pipe ends only when nobody holds its other side: the grandchild is gone.
        running
            .child()
            .stdout
            .as_mut()
            .unwrap()
            .read_to_end(&mut Vec::new())
            .unwrap();
        assert!(
            !parents()
                .iter()
                .any(|(id, of)| *id == grandchild && *of == running.child.id())
        );
    }

    #[test]
    fn output_is_returned_whatever_the_status() {
        let (status, text) = output(Command::new("sh").args(["-c", "echo yes; exit 3"]), GRACE).unwrap();
        assert_eq!((status.code(), text.as_str()), (Some(3), "yes\n"));
    }

    #[test]
    fn lines_are_handed_over_until_the_end_or_the_limit() {
        let mut lines = Vec::new();
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; echo two; exit 4"]);
        let status = watched(&mut command, GRACE, |line| lines.push(line.to_owned())).unwrap();
        assert_eq!(
            (status.code(), lines),
            (Some(4), vec!["one".to_owned(), "two".to_owned()])
        );
        let mut command = Command::new("sh");
        watched(command.args(["-c", "sleep 600"]), Duration::from_millis(10), |_| {}).unwrap_err();
    }

    #[test]
    fn a_failure_says_how_the_log_ended() {
        let scratch = crate::scratch::Scratch::new().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo the reason >&2; exit 5"]);
        let error = logged(&mut command, GRACE, &scratch.file("log")).unwrap_err();
        assert!(error.to_string().ends_with("the reason"), "{error}");
    }
}
