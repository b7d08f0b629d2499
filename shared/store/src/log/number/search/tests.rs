//! The search on logs of any shape, and against an adversary that answers as badly as a log can.

use parlour_domain::{Seq, Timestamp};
use proptest::prelude::*;

use super::*;

/// Round trips after the head's.
const LEFT: u32 = 7;

fn head(seq: u64, msg_no: u64, last: u64) -> Head {
    Head {
        seq: Seq::new(seq).unwrap(),
        msg_no,
        last_msg_seq: Seq::new(last).unwrap(),
        at: Timestamp::from_millis(0),
        closed: false,
    }
}

/// A log by its entries: `true` is a message.
struct Log(Vec<Head>);

impl Log {
    fn of(messages: impl Iterator<Item = bool>) -> Self {
        let (mut count, mut last) = (0, 0);
        let heads = messages.enumerate().map(|(index, message)| {
            let seq = u64::try_from(index).unwrap() + 1;
            if message {
                (count, last) = (count + 1, seq);
            }
            head(seq, count, last)
        });
        Self(heads.collect())
    }

    fn at(&self, seq: Seq) -> Head {
        self.0[usize::try_from(seq.get()).unwrap() - 1]
    }

    /// The place of the `n`-th message, and the rounds and probes that it took. Entries before `floor` are removed.
    fn find(&self, n: u64, floor: u64) -> (Option<u64>, u32, usize) {
        let Some(mut search) = Search::new(n, *self.0.last().unwrap()) else {
            return (None, 0, 0);
        };
        let mut probed = 0;
        for left in (1..=LEFT).rev() {
            match search.step(left) {
                Step::Absent => return (None, LEFT - left, probed),
                Step::Read(from, to) => {
                    assert!(to.get() - from.get() < STRETCH, "too much is left to read");
                    let mut stretch = (from.get().max(floor)..=to.get()).map(|seq| self.at(Seq::new(seq).unwrap()));
                    let found = stretch.find(|at| at.msg_no == n && at.seq == at.last_msg_seq);
                    return (found.map(|at| at.seq.get()), LEFT - left + 1, probed);
                }
                Step::Probe(places) => {
                    probed += places.len();
                    let (there, removed): (Vec<Seq>, Vec<Seq>) =
                        places.into_iter().partition(|place| place.get() >= floor);
                    search.learn(there.into_iter().map(|place| self.at(place)), &removed);
                }
            }
        }
        panic!("not found in time");
    }

    /// The same by looking at every entry.
    fn scan(&self, n: u64, floor: u64) -> Option<u64> {
        let is_it = |at: &&Head| at.msg_no == n && at.seq == at.last_msg_seq && at.seq.get() >= floor;
        self.0.iter().find(is_it).map(|at| at.seq.get())
    }
}

/// The lengths of runs of other entries and of messages, by turns.
fn runs() -> impl Strategy<Value = Vec<usize>> {
    let run = prop_oneof![Just(1_usize), 1..20_usize, 1..400_usize, 1..4_000_usize];
    prop::collection::vec(run, 1..40)
}

proptest! {
    #[test]
    fn the_search_finds_what_a_scan_finds(runs in runs(), at in 0_u64..1_100, floor in 1_u64..3_000) {
        let stretch = |(index, run): (usize, &usize)| std::iter::repeat_n(index % 2 == 1, *run);
        let log = Log::of(runs.iter().enumerate().flat_map(stretch));
        let n = log.0.last().unwrap().msg_no * at / 1_000;
        for floor in [1, floor] {
            let (found, rounds, _) = log.find(n, floor);
            prop_assert_eq!(found, log.scan(n, floor), "message {} with the floor {}", n, floor);
            prop_assert!(rounds <= LEFT);
        }
    }
}

#[test]
fn an_even_log_is_searched_in_few_rounds() {
    for every in [2_u64, 7, 100] {
        let log = Log::of((0..1_000_000_u64).map(|index| index % every != 0));
        let messages = log.0.last().unwrap().msg_no;
        for n in [1, 2, messages / 3, messages / 2, messages - 1, messages] {
            let (found, rounds, probed) = log.find(n, 1);
            assert_eq!(found, log.scan(n, 1), "message {n}");
            assert!(
                rounds <= 4 && probed <= 6,
                "message {n}: {rounds} rounds, {probed} probes"
            );
        }
    }
}

/// Answers every probe so that the longest part stays, and tells as little as an entry can. The rounds it takes, and the half
/// read units of its probes.
fn against_adversary(width: u64) -> (u32, usize) {
    let n = 1_000_000_000;
    let end = n + width;
    let mut search = Search::new(n, head(end, n, end)).unwrap();
    // As if the head were a later message: the message wanted may be anywhere.
    search.from = n;
    search.high.count = n + 1;
    let mut probed = 0;
    for left in (1..=LEFT).rev() {
        match search.step(left) {
            Step::Read(from, to) => {
                assert!(to.get() - from.get() < STRETCH, "too much is left to read");
                return (LEFT - left + 1, probed);
            }
            Step::Absent => panic!("lost"),
            Step::Probe(places) => {
                // In the last round but one the reads are consistent, and cost twice as much.
                probed += places.len() * if left == 2 { 2 } else { 1 };
                let places: Vec<u64> = places.into_iter().map(Seq::get).collect();
                let edges: Vec<u64> = std::iter::once(search.from - 1)
                    .chain(places.iter().copied())
                    .chain([search.to + 1])
                    .collect();
                let longest = (1..edges.len()).max_by_key(|&at| edges[at] - edges[at - 1]).unwrap();
                let (low, high) = (edges[longest - 1], edges[longest]);
                let answer = |place: &u64| {
                    if *place <= low {
                        head(*place, n - 1, *place)
                    } else {
                        head(*place, n + 1, high)
                    }
                };
                let answers: Vec<Head> = places.iter().map(answer).collect();
                search.learn(answers.into_iter(), &[]);
            }
        }
    }
    panic!("not found in time");
}

#[test]
fn an_adversary_cannot_make_it_long() {
    for width in [
        1,
        24,
        25,
        100,
        1_000,
        1_900,
        10_000,
        100_000,
        1_000_000,
        100_000_000,
        10_000_000_000,
    ] {
        let (rounds, probed) = against_adversary(width);
        assert!(rounds <= LEFT, "{width}: {rounds} rounds");
        if width <= 1_900 {
            // With the head and the stretch that is read at the end: 8 units.
            assert!(probed <= 10, "{width}: {probed} half units");
        }
    }
}
