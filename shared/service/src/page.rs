//! How much a page may hold: so many items, and over a socket no more of them than fit a frame.

use parlour_domain::limits;
use parlour_protocol::view::PageView;
use serde::Serialize;
use serde_json::Value;

/// How much a page may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize {
    /// What is looked at for it.
    pub(crate) items: usize,
    /// Bytes of its items, as JSON.
    bytes: usize,
}

impl PageSize {
    /// So many items, however long they are: an answer of REST.
    #[must_use]
    pub const fn whole(items: usize) -> Self {
        Self {
            items,
            bytes: usize::MAX,
        }
    }

    /// So many items, or as many as fit a frame: an answer over a socket.
    #[must_use]
    pub const fn in_frame(items: usize) -> Self {
        Self {
            items,
            bytes: limits::PAGE_BYTES,
        }
    }

    /// The first of these items, as many as the page may have bytes for, but never none of several. `part` is what is long in an
    /// item.
    pub(crate) fn cut<T, V: Serialize>(self, mut items: Vec<T>, part: impl Fn(&T) -> &V) -> Vec<T> {
        if self.bytes == usize::MAX {
            return items;
        }
        let mut left = self.bytes;
        let fits = |item: &T| {
            let size = serde_json::to_string(part(item)).map_or(0, |text| text.len() + 1);
            let enough = size <= left;
            left = left.saturating_sub(size);
            enough
        };
        let kept = items.iter().map(fits).take_while(|fits| *fits).count();
        items.truncate(kept.max(1));
        items
    }

    /// Of these items, each with its place, those that the page holds; and where the next page goes on: after the last of them if
    /// the page does not hold all, else at `next`.
    pub(crate) fn hold<P, T: Serialize>(self, items: Vec<(P, T)>, next: Option<P>) -> (Vec<T>, Option<P>) {
        let all = items.len();
        let kept = self.cut(items, |(_, item)| item);
        let is_cut = kept.len() < all;
        let (places, items): (Vec<P>, Vec<T>) = kept.into_iter().unzip();
        let next = if is_cut { places.into_iter().next_back() } else { next };
        (items, next)
    }

    /// The same as a page.
    pub(crate) fn page<P: Into<Value>, T: Serialize>(self, items: Vec<(P, T)>, next: Option<P>) -> PageView<T> {
        let (items, next) = self.hold(items, next);
        PageView {
            items,
            next: next.map(Into::into),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(lengths: &[usize]) -> Vec<(u64, String)> {
        (1..).zip(lengths.iter().map(|length| "x".repeat(*length))).collect()
    }

    #[test]
    fn a_page_in_a_frame_ends_where_the_frame_does() {
        let size = PageSize::in_frame(50);
        let third = limits::PAGE_BYTES / 3;
        // Two quotes and a comma each.
        let (items, next) = size.hold(placed(&[third - 3; 4]), Some(9));
        assert_eq!(
            (items.len(), next),
            (3, Some(3)),
            "goes on after the last that it holds"
        );
        let (items, next) = size.hold(placed(&[third - 3; 3]), Some(9));
        assert_eq!((items.len(), next), (3, Some(9)), "holds all");
        let (items, next) = size.hold(placed(&[third, third, third]), None);
        assert_eq!((items.len(), next), (2, Some(2)));
    }

    #[test]
    fn a_page_is_not_empty_because_its_first_item_is_long() {
        let long = limits::PAGE_BYTES * 2;
        let (items, next) = PageSize::in_frame(50).hold(placed(&[long, 1]), None);
        assert_eq!((items.len(), next), (1, Some(1)));
        let (items, next) = PageSize::in_frame(50).hold(placed(&[]), None);
        assert_eq!((items.len(), next), (0, None));
    }

    #[test]
    fn a_small_item_behind_a_large_one_is_not_put_before_it() {
        let most = limits::PAGE_BYTES;
        let (items, next) = PageSize::in_frame(50).hold(placed(&[1, most, 1]), None);
        assert_eq!((items.len(), next), (1, Some(1)));
    }

    #[test]
    fn a_whole_page_has_any_size() {
        let long = limits::PAGE_BYTES;
        let (items, next) = PageSize::whole(2).hold(placed(&[long, long]), None);
        assert_eq!((items.len(), next), (2, None));
    }
}
