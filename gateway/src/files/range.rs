//! The one range of a `GET` (RFC 9110 §14).

/// The range begins after the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outside;

/// From where, and how many bytes; `None`: all of it. What is no single range of bytes is ignored, as S3 does.
pub(super) fn of(asked: Option<&str>, size: u64) -> Result<Option<(u64, u64)>, Outside> {
    let Some((first, last)) = asked
        .and_then(|asked| asked.strip_prefix("bytes="))
        .and_then(|range| range.split_once('-'))
    else {
        return Ok(None);
    };
    let (first, last) = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => (first, last.min(size.saturating_sub(1))),
        (Ok(first), Err(_)) if last.is_empty() => (first, size.saturating_sub(1)),
        (Err(_), Ok(count)) if first.is_empty() => (size.saturating_sub(count), size.saturating_sub(1)),
        _ => return Ok(None),
    };
    if first > last || first >= size {
        return Err(Outside);
    }
    Ok(Some((first, last - first + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_ends_with_the_file() {
        for (asked, expected) in [
            ("bytes=0-65535", Ok(Some((0, 10)))),
            ("bytes=0-0", Ok(Some((0, 1)))),
            ("bytes=4-", Ok(Some((4, 6)))),
            ("bytes=-3", Ok(Some((7, 3)))),
            ("bytes=-30", Ok(Some((0, 10)))),
            ("bytes=9-9", Ok(Some((9, 1)))),
            ("bytes=10-", Err(Outside)),
            ("bytes=10-20", Err(Outside)),
            ("bytes=-0", Err(Outside)),
            ("bytes=5-4", Ok(None)),
            ("bytes=0-1,3-4", Ok(None)),
            ("bytes=x-y", Ok(None)),
            ("items=0-1", Ok(None)),
        ] {
            assert_eq!(of(Some(asked), 10), expected, "{asked}");
        }
        assert_eq!(of(None, 10), Ok(None));
        assert_eq!(of(Some("bytes=0-"), 0), Err(Outside));
    }
}
