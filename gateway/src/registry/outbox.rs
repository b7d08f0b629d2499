//! What waits to be sent to one connection: bounded in frames and in bytes, empty at no cost.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// The most frames that may wait.
const MAX_FRAMES: usize = 256;
/// The most bytes that may wait.
const MAX_BYTES: usize = 1024 * 1024;
/// The most frames taken at once, so that a slow reader fills the queue and not the sender's hands.
const TAKE: usize = 32;

/// The queue is full; the frame was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

/// What was waiting.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Frames, oldest first.
    pub frames: Vec<Utf8Bytes>,
    /// After these frames the connection is to be closed.
    pub deleted: bool,
}

#[derive(Debug, Default)]
struct Queue {
    frames: VecDeque<Utf8Bytes>,
    bytes: usize,
    deleted: bool,
}

/// A queue with one reader.
#[derive(Debug, Default)]
pub struct Outbox {
    queue: Mutex<Queue>,
    filled: Notify,
}

impl Outbox {
    /// Adds a frame.
    ///
    /// # Errors
    /// If 256 frames or 1 MB are waiting already.
    pub fn push(&self, frame: Utf8Bytes) -> Result<(), Full> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = queue.bytes + frame.as_str().len();
        if queue.frames.len() >= MAX_FRAMES || bytes > MAX_BYTES {
            return Err(Full);
        }
        queue.bytes = bytes;
        queue.frames.push_back(frame);
        drop(queue);
        self.filled.notify_one();
        Ok(())
    }

    /// Asks for the connection to be closed after what waits.
    pub fn delete(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).deleted = true;
        self.filled.notify_one();
    }

    /// Waits until there is something, then takes some of it.
    pub async fn take(&self) -> Taken {
        loop {
            if let Some(taken) = self.take_now() {
                return taken;
            }
            self.filled.notified().await;
        }
    }

    fn take_now(&self) -> Option<Taken> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.frames.is_empty() && !queue.deleted {
            return None;
        }
        let count = queue.frames.len().min(TAKE);
        let frames: Vec<_> = queue.frames.drain(..count).collect();
        queue.bytes -= frames.iter().map(|frame| frame.as_str().len()).sum::<usize>();
        let mut deleted = false;
        if queue.frames.is_empty() {
            // An idle connection keeps no buffer.
            queue.frames = VecDeque::new();
            deleted = std::mem::take(&mut queue.deleted);
        }
        Some(Taken { frames, deleted })
    }
}
