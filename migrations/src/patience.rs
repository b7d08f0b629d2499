//! Waiting out a store that is busy or away for a while.

use std::time::Duration;

use parlour_store::StoreError;

/// The first wait; each further one is twice as long.
const FIRST: Duration = Duration::from_millis(50);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(10);
/// Tries of one call, each with the tries of its client: the waits take about two minutes in all.
const TRIES: u32 = 20;

/// Makes a call until it succeeds, is refused for good, or has failed [`TRIES`] times.
pub(crate) async fn patiently<T, F>(mut call: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let mut wait = FIRST;
    for _ in 1..TRIES {
        match call().await {
            Err(error) if error.retryable() => tokio::time::sleep(wait).await,
            result => return result,
        }
        wait = (wait * 2).min(LONGEST);
    }
    call().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn throttling_is_waited_out_and_refusals_are_not() {
        let busy = || StoreError::Throttled("busy".to_owned());
        let mut calls = 0;
        let waited = patiently(|| {
            calls += 1;
            let answer = if calls < 15 { Err(busy()) } else { Ok(calls) };
            std::future::ready(answer)
        });
        assert_eq!(waited.await.unwrap(), 15);
        let mut calls = 0;
        let refused = patiently(|| {
            calls += 1;
            std::future::ready(Err::<(), _>(StoreError::Refused("no".to_owned())))
        });
        assert!(refused.await.is_err());
        assert_eq!(calls, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_ends() {
        let begun = tokio::time::Instant::now();
        let away = || std::future::ready(Err::<(), _>(StoreError::Unavailable("away".to_owned())));
        assert!(patiently(away).await.is_err());
        assert!(begun.elapsed() < Duration::from_secs(180));
    }
}
