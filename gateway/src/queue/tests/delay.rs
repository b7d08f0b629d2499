//! Messages that are to wait.

use std::time::Duration;

use parlour_service::queue::Queue as _;
use tokio::time::sleep;

use super::{Rules, SOON, start, texts};

#[tokio::test(start_paused = true)]
async fn what_is_to_wait_comes_later_and_lets_the_others_pass() {
    let rig = start(Rules::default());
    rig.queue.put_later(texts(&["later"]), 10).await.unwrap();
    rig.queue.put(texts(&["now"])).await.unwrap();
    sleep(Duration::from_millis(9_900)).await;
    assert_eq!(rig.functions.batches(), [["now"]]);
    assert_eq!(rig.queue.count(), (0, 1));
    sleep(SOON).await;
    assert_eq!(rig.functions.batches(), [["now"], ["later"]]);
    // A gateway that stops does not wait.
    rig.queue.put_later(texts(&["much later"]), 900).await.unwrap();
    rig.queue.settled().await;
    assert_eq!(rig.functions.batches().concat(), ["now", "later", "much later"]);
}
