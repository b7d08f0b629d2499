//! What is outside of the use-cases: connections that behave in one way or another, and a queue.

use std::sync::Mutex;

use bytes::Bytes;
use parlour_service::calls::{CallError, Calls};
use parlour_service::push::{Address, BoxFuture, Push, Pushed};
use parlour_service::queue::{Queue, QueueError};

/// How connections take a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// They take it.
    Take,
    /// They never do.
    Hang,
    /// There are none.
    Gone,
    /// There are none before so many posts.
    GoneFor(usize),
}

/// The connections, and what was posted to them.
#[derive(Debug)]
pub(crate) struct Connections {
    behaviour: Behaviour,
    posts: Mutex<Vec<(String, String)>>,
    /// So many closes come to this, from now on.
    refuses: Mutex<(usize, Pushed)>,
    closed: Mutex<Vec<String>>,
}

impl Connections {
    pub(crate) fn new(behaviour: Behaviour) -> Self {
        Self {
            behaviour,
            posts: Mutex::default(),
            refuses: Mutex::new((0, Pushed::Sent)),
            closed: Mutex::default(),
        }
    }

    /// So many closes come to this: the manager is busy, or a connection is not open yet.
    pub(crate) fn refuse_to_close(&self, times: usize, with: Pushed) {
        *self.refuses.lock().unwrap() = (times, with);
    }

    /// Which connections were closed.
    pub(crate) fn closed(&self) -> Vec<String> {
        self.closed.lock().unwrap().clone()
    }

    /// Takes out what was posted since the last time, taken or not: to which connection, and the frame.
    pub(crate) fn posts(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.posts.lock().unwrap())
    }
}

impl Push for Connections {
    fn post<'a>(&'a self, to: Address<'a>, frame: Bytes) -> BoxFuture<'a, Pushed> {
        let mut posts = self.posts.lock().unwrap();
        posts.push((to.connection.to_string(), String::from_utf8(frame.to_vec()).unwrap()));
        let pushed = match self.behaviour {
            Behaviour::Take => Pushed::Sent,
            Behaviour::Gone => Pushed::Gone,
            Behaviour::GoneFor(tries) if posts.len() <= tries => Pushed::Gone,
            Behaviour::GoneFor(_) => Pushed::Sent,
            Behaviour::Hang => return Box::pin(std::future::pending()),
        };
        Box::pin(std::future::ready(pushed))
    }

    fn close<'a>(&'a self, to: Address<'a>) -> BoxFuture<'a, Pushed> {
        let mut refuses = self.refuses.lock().unwrap();
        let closed = if refuses.0 > 0 {
            refuses.0 -= 1;
            refuses.1
        } else {
            self.closed.lock().unwrap().push(to.connection.to_string());
            Pushed::Sent
        };
        Box::pin(std::future::ready(closed))
    }
}

/// The queue of `fan_out`, which takes messages or not.
#[derive(Debug)]
pub(crate) struct Messages {
    takes: bool,
    messages: Mutex<Vec<String>>,
    tasks: Mutex<Vec<(u16, String)>>,
}

impl Messages {
    pub(crate) fn new(takes: bool) -> Self {
        Self {
            takes,
            messages: Mutex::default(),
            tasks: Mutex::default(),
        }
    }

    /// Takes out the tasks since the last time, and how long each is to wait, in seconds.
    pub(crate) fn take_tasks(&self) -> Vec<(u16, String)> {
        std::mem::take(&mut *self.tasks.lock().unwrap())
    }

    /// Takes out what was put since the last time.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.messages.lock().unwrap())
    }
}

impl Queue for Messages {
    fn put(&self, messages: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        let put = if self.takes {
            self.messages.lock().unwrap().extend(messages);
            Ok(())
        } else {
            Err(QueueError("it is full".to_owned()))
        };
        Box::pin(std::future::ready(put))
    }

    fn put_later(&self, messages: Vec<String>, seconds: u16) -> BoxFuture<'_, Result<(), QueueError>> {
        let tasks = messages.into_iter().map(|message| (seconds, message));
        self.tasks.lock().unwrap().extend(tasks);
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Calls for Messages {
    fn call_later(&self, function: &'static str, _: Bytes) -> BoxFuture<'_, Result<(), CallError>> {
        panic!("nothing here calls {function}")
    }
}
