//! `deliver`: messages of its queue, all at once, because each may wait for a receiver.

use futures_util::{StreamExt as _, stream};
use parlour_domain::Moment;
use parlour_service::Parlour;
use parlour_service::deliver::{Job, run};
use parlour_service::push::BoxFuture;
use serde_json::Value;

use crate::InvokeError;
use crate::queued;
use crate::wire::failed;

/// As many as a queue hands over together: the slowest of them fits into the time of the function.
const PARALLEL: usize = 10;

/// Does the jobs. A message that cannot be read, and a job that fails, is answered as failed: the queue gives it again.
pub(crate) async fn deliver(parlour: &Parlour, mut moment: Moment, payload: &[u8]) -> Result<Value, InvokeError> {
    let (mut runs, mut undone): (Vec<BoxFuture<'_, Option<String>>>, _) = (Vec::new(), Vec::new());
    for message in queued::messages("deliver", payload)? {
        let id = message.message_id;
        let Some(job) = Job::read(&message.body) else {
            tracing::error!(message_id = id, "a message of the queue cannot be read");
            undone.push(id);
            continue;
        };
        let mut moment = moment.fork();
        runs.push(Box::pin(async move {
            let error = run(parlour, &mut moment, job).await.err()?;
            // What it is told by stays in the queue; the log has the reason.
            let _logged = failed("deliver", &error);
            Some(id)
        }));
    }
    let failures: Vec<Option<String>> = stream::iter(runs).buffer_unordered(PARALLEL).collect().await;
    undone.extend(failures.into_iter().flatten());
    Ok(queued::failed(undone))
}
