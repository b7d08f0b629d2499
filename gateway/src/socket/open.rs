//! An open connection: frames in, replies and posts out, until it closes.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::Session;
use super::transport::{Broken, Transport};
use crate::answer;
use crate::clock;
use crate::connection::{Command, Input, InvocationId, Outcome, Route};
use crate::connection_id;
use crate::event;
use crate::registry::{Entry, Taken};

/// The invocations of a connection that are under way.
#[derive(Default)]
struct Running {
    tasks: JoinSet<(InvocationId, Outcome)>,
    request_ids: Vec<(InvocationId, String)>,
}

/// How the socket is to end.
#[derive(Default)]
struct Ending {
    close: Option<(u16, &'static str)>,
    disconnect: Option<(u16, String)>,
}

impl Session {
    /// Serves the connection until it is over, `$disconnect` included.
    pub(super) async fn serve(mut self, opened: Result<Transport, Broken>, entry: &Arc<Entry>) {
        let mut running = Running::default();
        let mut ending = Ending::default();
        match opened {
            Ok(mut transport) => {
                self.talk(&mut transport, entry, &mut running, &mut ending).await;
                let close = ending.close;
                tokio::join!(transport.close(close), self.finish(&mut running, ending));
            }
            Err(Broken) => {
                let commands = self.handle(Input::Lost);
                self.note(commands, &mut ending);
                self.finish(&mut running, ending).await;
            }
        }
    }

    async fn talk(&mut self, transport: &mut Transport, entry: &Entry, running: &mut Running, ending: &mut Ending) {
        let mut drain = self.hub.drain.clone();
        while self.machine.is_open() {
            let inputs = self.next_inputs(transport, entry, running, &mut drain).await;
            let mut written = Ok(());
            for input in inputs {
                let commands = self.handle(input);
                written = self.carry_out(commands, transport, running, ending).await;
                if written.is_err() || !self.machine.is_open() {
                    break;
                }
            }
            if written.is_ok() && self.machine.is_open() {
                written = transport.flush().await;
            }
            entry.touch(clock::now_millis());
            if written.is_err() {
                let commands = self.handle(Input::Lost);
                self.note(commands, ending);
            }
        }
    }

    /// Waits for the next things to happen; more than one only when several posts wait.
    async fn next_inputs(
        &self,
        transport: &mut Transport,
        entry: &Entry,
        running: &mut Running,
        drain: &mut watch::Receiver<bool>,
    ) -> Vec<Input> {
        let wake_at = self
            .machine
            .wake_at()
            .map(|at| Instant::from_std(self.hub.started + at));
        let tick = async {
            match wake_at {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let has_room = transport.has_room();
        let reading = has_room && self.machine.wants_frames();
        tokio::select! {
            input = transport.next(reading) => input.into_iter().collect(),
            taken = entry.outbox.take(), if has_room => posts(taken),
            Some(input) = running.next() => vec![input],
            Ok(()) = drain.changed() => vec![Input::Drain],
            () = tick => vec![Input::Tick],
        }
    }

    async fn carry_out(
        &self,
        commands: Vec<Command>,
        transport: &mut Transport,
        running: &mut Running,
        ending: &mut Ending,
    ) -> Result<(), Broken> {
        let mut written = Ok(());
        for command in commands {
            match command {
                // After a failed write the rest still counts: how the connection ends must not get lost.
                Command::Send(_) | Command::Ping | Command::Fault { .. } if written.is_err() => {}
                Command::Send(frame) => written = transport.text(frame).await,
                Command::Ping => written = transport.ping().await,
                Command::Fault { id, message } => {
                    written = transport.text(self.fault(message, running.request_id(id))).await;
                }
                Command::Invoke { id, route, body } => self.invoke(id, route, &body, running),
                ending_command => self.note(vec![ending_command], ending),
            }
        }
        written
    }

    fn invoke(&self, id: InvocationId, route: Route, body: &Utf8Bytes, running: &mut Running) {
        let stamp = self.stamp();
        let message_id = connection_id::generate().unwrap_or_default();
        let payload = event::message(&self.client, &self.context, &stamp, route.key, &message_id, body);
        let invoker = self.hub.invoker.clone();
        running.request_ids.push((id, stamp.request_id));
        running
            .tasks
            .spawn(async move { (id, answer::message(invoker.call(route.function, payload).await)) });
    }

    /// API Gateway's error frame.
    fn fault(&self, message: &str, request_id: Option<String>) -> Utf8Bytes {
        let request_id = request_id.unwrap_or_else(|| self.stamp().request_id);
        let frame = json!({ "message": message, "connectionId": self.client.connection_id, "requestId": request_id });
        frame.to_string().into()
    }

    /// Takes note of how the connection ends; from here on posts find nobody.
    fn note(&self, commands: Vec<Command>, ending: &mut Ending) {
        for command in commands {
            match command {
                Command::Close { code, reason } => {
                    self.deregister();
                    ending.close = Some((code, reason));
                }
                Command::HangUp => self.deregister(),
                Command::Disconnect { code, reason } => ending.disconnect = Some((code, reason)),
                _ => {}
            }
        }
    }

    /// Lets the invocations under way end, then tells `$disconnect`.
    async fn finish(&mut self, running: &mut Running, mut ending: Ending) {
        if let Some((code, reason)) = ending.disconnect.take() {
            self.disconnect(code, &reason).await;
        }
        while let Some(input) = running.next().await {
            for command in self.handle(input) {
                if let Command::Disconnect { code, reason } = command {
                    self.disconnect(code, &reason).await;
                }
            }
        }
    }
}

impl Running {
    /// The next answer; `None`: nothing is under way.
    async fn next(&mut self) -> Option<Input> {
        // A task that ended without an answer was aborted, which happens only when the process ends.
        let (id, outcome) = self.tasks.join_next().await?.ok()?;
        if !matches!(outcome, Outcome::Failed | Outcome::TimedOut) {
            self.request_id(id);
        }
        Some(Input::InvocationAnswered { id, outcome })
    }

    fn request_id(&mut self, id: InvocationId) -> Option<String> {
        let place = self.request_ids.iter().position(|(running, _)| *running == id)?;
        Some(self.request_ids.swap_remove(place).1)
    }
}

fn posts(taken: Taken) -> Vec<Input> {
    let mut inputs: Vec<_> = taken.frames.into_iter().map(Input::Post).collect();
    if taken.deleted {
        inputs.push(Input::Delete);
    }
    inputs
}
