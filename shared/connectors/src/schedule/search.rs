//! Depth-first search over choice sequences, with sleep sets.
//!
//! A choice explored at a step is asleep in what is explored after it, until a choice is taken that it does not commute
//! with: a run in which it is taken earlier has been seen. Sleep sets leave out runs, never final states.

use super::choice::Choice;
use super::{Failure, Options};

struct Frame {
    options: Vec<Choice>,
    chosen: usize,
    /// Choices that need not be taken here, those already explored included.
    asleep: Vec<Choice>,
}

impl Frame {
    fn first_awake(options: &[Choice], asleep: &[Choice]) -> Option<usize> {
        options.iter().position(|option| !asleep.contains(option))
    }
}

/// The position in the tree of schedules.
pub(super) struct Search {
    path: Vec<Frame>,
    depth: usize,
    reads_commute: bool,
    replay: Vec<usize>,
}

impl Search {
    pub(super) fn new(options: &Options) -> Self {
        let replay = options.replay.clone().unwrap_or_default();
        Self {
            path: Vec::new(),
            depth: 0,
            reads_commute: options.reads_commute,
            replay,
        }
    }

    /// Begins a run.
    pub(super) fn restart(&mut self) {
        self.depth = 0;
    }

    /// The next choice of this run; `None` if all that could follow is covered by other runs.
    pub(super) fn choose(&mut self, options: Vec<Choice>) -> Result<Option<Choice>, String> {
        let depth = self.depth;
        if depth == self.path.len() {
            let asleep = self.asleep_next();
            let first = match self.replay.get(depth) {
                Some(&index) => (index < options.len()).then_some(index),
                None => Frame::first_awake(&options, &asleep),
            };
            let Some(chosen) = first else { return Ok(None) };
            self.path.push(Frame {
                options,
                chosen,
                asleep,
            });
        } else if self.path[depth].options != options {
            return Err(format!(
                "not deterministic at step {}: the same choices led elsewhere",
                depth + 1
            ));
        }
        self.depth += 1;
        let frame = &self.path[depth];
        Ok(frame.options.get(frame.chosen).cloned())
    }

    fn asleep_next(&self) -> Vec<Choice> {
        let Some(last) = self.path.last().filter(|_| self.reads_commute) else {
            return Vec::new();
        };
        let taken = &last.options[last.chosen];
        last.asleep
            .iter()
            .filter(|asleep| asleep.commutes_with(taken))
            .cloned()
            .collect()
    }

    /// Moves on to the next run; false if there is none.
    pub(super) fn advance(&mut self) -> bool {
        while let Some(frame) = self.path.last_mut() {
            frame.asleep.push(frame.options[frame.chosen].clone());
            if let Some(next) = Frame::first_awake(&frame.options, &frame.asleep) {
                frame.chosen = next;
                return true;
            }
            self.path.pop();
        }
        false
    }

    /// Choices taken in this run so far.
    pub(super) fn length(&self) -> usize {
        self.depth
    }

    pub(super) fn failure(&self, message: String, runs: u64) -> Failure {
        let taken = &self.path[..self.depth];
        let steps = taken
            .iter()
            .map(|frame| frame.options[frame.chosen].to_string())
            .collect();
        let choices = taken.iter().map(|frame| frame.chosen).collect();
        Failure {
            message,
            steps,
            choices,
            runs,
        }
    }
}
