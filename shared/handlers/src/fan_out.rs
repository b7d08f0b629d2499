//! `fan_out`: messages of its queue, several at a time.

use futures_util::{StreamExt as _, stream};
use parlour_domain::Moment;
use parlour_service::Parlour;
use parlour_service::fan_out::{Job, deliver};
use parlour_service::live::{self, Task};
use parlour_service::push::BoxFuture;
use serde_json::Value;

use crate::InvokeError;
use crate::queued;
use crate::wire::failed;

/// Tasks under way at once: each has a few seconds for its posts, and the function has 25 in all.
const PARALLEL: usize = 4;

/// Tells who is left to tell, and does the tasks. A message that cannot be read, and a task that fails, is answered as failed: the
/// queue gives it again, and in the end puts it aside for people to look at.
pub(crate) async fn fan_out(parlour: &Parlour, moment: &Moment, payload: &[u8]) -> Result<Value, InvokeError> {
    let (mut jobs, mut tasks, mut unread) = (Vec::new(), Vec::new(), Vec::new());
    for message in queued::messages("fan_out", payload)? {
        if let Some(job) = Job::read(&message.body) {
            jobs.push(job);
        } else if let Some(task) = Task::read(&message.body) {
            tasks.push((message.message_id, task));
        } else {
            tracing::error!(message_id = message.message_id, "a message of the queue cannot be read");
            unread.push(message.message_id);
        }
    }
    let (delivered, undone) = tokio::join!(deliver(parlour, jobs, moment.now), run_all(parlour, moment, tasks));
    tracing::debug!(?delivered, "fan-out");
    unread.extend(undone);
    Ok(queued::failed(unread))
}

/// Runs the tasks; the ids of the messages that failed.
async fn run_all(parlour: &Parlour, moment: &Moment, tasks: Vec<(String, Task)>) -> Vec<String> {
    let mut runs: Vec<BoxFuture<'_, Option<String>>> = Vec::with_capacity(tasks.len());
    for (id, task) in tasks {
        runs.push(Box::pin(async move {
            let error = live::run(parlour, task, moment.now).await.err()?;
            // What it is told by stays in the queue; the log has the reason.
            let _logged = failed("fan_out", &error);
            Some(id)
        }));
    }
    let undone: Vec<Option<String>> = stream::iter(runs).buffer_unordered(PARALLEL).collect().await;
    undone.into_iter().flatten().collect()
}
