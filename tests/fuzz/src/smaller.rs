//! A smaller input of which the same is true.

/// Tries at most.
const TRIES: usize = 2_000;

/// Leaves out whatever can be left out while `holds` stays true, first large parts and then small ones.
pub(crate) fn smaller(input: &[u8], holds: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let (mut best, mut size, mut tries) = (input.to_vec(), input.len() / 2, 0);
    while size > 0 && tries < TRIES {
        let mut start = 0;
        while start < best.len() && tries < TRIES {
            let end = (start + size).min(best.len());
            let without = [best.get(..start), best.get(end..)]
                .map(Option::unwrap_or_default)
                .concat();
            tries += 1;
            if holds(&without) {
                best = without;
            } else {
                start = end;
            }
        }
        size /= 2;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_matter_is_left_out() {
        let input = [b"a".repeat(500), b"X".to_vec(), b"b".repeat(300), b"Y".to_vec()].concat();
        let found = smaller(&input, |input| input.contains(&b'X') && input.contains(&b'Y'));
        assert_eq!(found, b"XY");
        assert_eq!(smaller(b"", |_| true), b"");
    }
}
