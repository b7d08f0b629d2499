//! Message ids as whole numbers, for protocols that have no others: computed from the message's place as its own id is, so that no
//! index is needed. A room's is its number.

use crate::{RoomNumber, Seq};

/// The bits of a place in a log.
const SEQ_BITS: u32 = 31;

/// Room number · 2³¹ + `seq`. A JavaScript number holds those of the first 2²² rooms exactly. `None`: it has more than 64 bits, which
/// takes a log of 2³¹ entries or 2³³ rooms.
#[must_use]
pub const fn of_message(room: RoomNumber, seq: Seq) -> Option<u64> {
    if seq.get() >> SEQ_BITS > 0 || room.get() >> (u64::BITS - SEQ_BITS) > 0 {
        return None;
    }
    Some(room.get() << SEQ_BITS | seq.get())
}

/// The place of the message with this id. `None`: none has it.
#[must_use]
pub fn message(id: u64) -> Option<(RoomNumber, Seq)> {
    let seq = Seq::new(id & ((1 << SEQ_BITS) - 1)).filter(|seq| *seq != Seq::ZERO)?;
    Some((RoomNumber::new(id >> SEQ_BITS)?, seq))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(room: u64, seq: u64) -> (RoomNumber, Seq) {
        (RoomNumber::new(room).unwrap(), Seq::new(seq).unwrap())
    }

    proptest! {
        #[test]
        fn an_id_leads_back_to_its_place(room in 1..1_u64 << 33, seq in 1..1_u64 << 31) {
            let (room, seq) = place(room, seq);
            prop_assert_eq!(message(of_message(room, seq).unwrap()), Some((room, seq)));
        }

        #[test]
        fn every_number_is_one_places_or_nobodys(id in any::<u64>()) {
            if let Some((room, seq)) = message(id) {
                prop_assert_eq!(of_message(room, seq), Some(id));
            }
        }
    }

    #[test]
    fn the_first_rooms_are_exact_in_javascript_and_nothing_overflows() {
        let of = |(room, seq)| of_message(room, seq);
        assert_eq!(of(place(1, 1)), Some(2_147_483_649));
        assert!(of(place((1 << 22) - 1, (1 << 31) - 1)).unwrap() < 1 << 53);
        assert_eq!(of(place((1 << 33) - 1, (1 << 31) - 1)), Some(u64::MAX));
        assert_eq!((of(place(1 << 33, 1)), of(place(1, 1 << 31))), (None, None));
        assert_eq!((message(0), message(1), message(1 << 31)), (None, None, None));
    }
}
