//! Pages by number, which come as texts.

use parlour_domain::limits;

use super::Problem;

/// Messages that come with a room, if nothing is said.
const MESSAGES: usize = 10;

/// Which page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// As it was asked for: answers repeat it.
    pub page: String,
    /// So many items stand before it.
    pub skip: u64,
    /// So many are on it at most: as many as were asked for, but never more than [`limits::PAGE_ITEMS`].
    pub count: usize,
}

impl Paging {
    /// Reads the query's parameters, both of which have to be there.
    ///
    /// # Errors
    /// In the words of the service's validation. It takes any text for a page, and fails on what is no number.
    pub fn read(query: &[(String, String)]) -> Result<Self, Problem> {
        let (page, count) = (single(query, "page"), single(query, "perPage"));
        let (page, count) = match (page, count) {
            (Some(page), Some(count)) => (page, count),
            (page, count) => {
                let given = [("page", page.is_some()), ("perPage", count.is_some())];
                let missing = given.into_iter().filter(|(_, given)| !given);
                let messages: Vec<String> = missing.map(|(name, _)| format!("{name} must be a string")).collect();
                return Err(Problem::invalid(&messages));
            }
        };
        let (number, items) = (positive("page", page), positive("perPage", count));
        let (number, items) = match (number, items) {
            (Ok(number), Ok(items)) => (number, items),
            (number, items) => {
                let messages: Vec<String> = number.err().into_iter().chain(items.err()).collect();
                return Err(Problem::invalid(&messages));
            }
        };
        let items = items.min(limits::PAGE_ITEMS as u64);
        Ok(Self {
            page: page.to_owned(),
            skip: (number - 1).saturating_mul(items),
            count: usize::try_from(items).unwrap_or(limits::PAGE_ITEMS),
        })
    }

    /// How many pages there are of so many items.
    #[must_use]
    pub fn pages(&self, total: u64) -> u64 {
        total.div_ceil(self.count as u64)
    }
}

/// A parameter that is there once: of several the framework makes a list, which is no text.
fn single<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut named = query.iter().filter(|(given, _)| given == name);
    match (named.next(), named.next()) {
        (Some((_, value)), None) => Some(value),
        _ => None,
    }
}

fn positive(name: &str, text: &str) -> Result<u64, String> {
    match number(text) {
        Some(0) => Err(format!("{name} must not be less than 1")),
        Some(number) => Ok(number),
        None => Err(format!("{name} must be a number string")),
    }
}

/// A number of digits alone; one that is too large for any list is as good as the largest.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// How many messages are to come with a room.
///
/// # Errors
/// It is no number.
pub fn message_count(query: &[(String, String)]) -> Result<usize, Problem> {
    if !query.iter().any(|(name, _)| name == "messageCount") {
        return Ok(MESSAGES);
    }
    let count = single(query, "messageCount").and_then(number);
    let count = count.ok_or_else(|| Problem::invalid(&["messageCount must be a number string".to_owned()]))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX).min(limits::PAGE_ITEMS))
}
