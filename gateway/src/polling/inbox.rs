//! What a client has posted: packet by packet, and the next request only when the one before is taken.

use super::packets::{self, Payload};
use crate::connection::Input;

/// What was posted and is not taken yet. `W`: how a request is answered.
#[derive(Debug)]
pub(crate) struct Inbox<W> {
    taken: Payload,
    next: Option<(Payload, W)>,
}

impl<W> Inbox<W> {
    /// With nothing in it.
    pub(crate) fn new() -> Self {
        Self {
            taken: Payload::default(),
            next: None,
        }
    }

    /// A request that waits to be taken; the answer is one that waited before, and is not.
    pub(crate) fn offer(&mut self, payload: Payload, waiter: W) -> Option<W> {
        let before = self.next.replace((payload, waiter));
        before.map(|(_, waiter)| waiter)
    }

    /// Takes the request that waits, if all packets of the one before are taken and its client hears of it (`tell`).
    pub(crate) fn admit(&mut self, tell: impl FnOnce(W) -> bool) {
        if self.taken.is_over()
            && let Some((payload, waiter)) = self.next.take()
            && tell(waiter)
        {
            self.taken = payload;
        }
    }

    /// The next packet of what is taken.
    pub(crate) fn next(&mut self) -> Option<Input> {
        self.taken.next().map(packets::input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(body: &'static str) -> Payload {
        Payload::new(body.into())
    }

    fn text(packet: &'static str) -> Option<Input> {
        Some(Input::Text(packet.into()))
    }

    #[test]
    fn the_next_request_is_taken_when_the_one_before_is_over() {
        let mut inbox = Inbox::new();
        assert_eq!(inbox.next(), None);
        assert_eq!(inbox.offer(payload("40\u{1e}41"), 1), None);
        assert_eq!(inbox.next(), None, "its client has not been told");
        inbox.admit(|waiter| waiter == 1);
        assert_eq!(inbox.next(), text("40"));
        assert_eq!(inbox.offer(payload("42[]"), 2), None);
        inbox.admit(|_| panic!("there is a packet before it"));
        assert_eq!(inbox.next(), text("41"));
        assert_eq!(inbox.next(), None);
        inbox.admit(|waiter| waiter == 2);
        assert_eq!(inbox.next(), text("42[]"));
        inbox.admit(|_: u32| panic!("nobody waits"));
    }

    #[test]
    fn whose_client_has_left_is_not_taken() {
        let mut inbox = Inbox::new();
        inbox.offer(payload("40"), 1);
        inbox.admit(|_| false);
        assert_eq!(inbox.next(), None);
        inbox.offer(payload("40"), 2);
        assert_eq!(inbox.offer(payload("41"), 3), Some(2));
        inbox.admit(|waiter| waiter == 3);
        assert_eq!(inbox.next(), text("41"));
    }
}
