//! REST of facebook-clone's chat, as the Django REST framework answers: its paths, pages by number, and errors.

mod routes;

use serde::Serialize;
use serde_json::{Map, Value, json};

pub use routes::{Found, Method, Resource, Route, description, description_page, find};

/// Items of a page.
pub const PAGE: u64 = 10;

/// Which page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// This one, from 1 on.
    Page(u64),
    /// The last.
    Last,
}

impl Wanted {
    /// Reads the parameter. `None`: there is no such page.
    #[must_use]
    pub fn read(page: Option<&str>) -> Option<Self> {
        match page.map(str::trim).filter(|page| !page.is_empty()) {
            None => Some(Self::Page(1)),
            Some("last") => Some(Self::Last),
            Some(number) => number.parse().ok().filter(|number| *number > 0).map(Self::Page),
        }
    }

    /// How many items stand before the page, if that is known already.
    #[must_use]
    pub fn skip(self) -> Option<u64> {
        match self {
            Self::Page(number) => Some((number - 1).saturating_mul(PAGE)),
            Self::Last => None,
        }
    }

    /// The number of the page, of a list of so many items. `None`: there is no such page.
    #[must_use]
    pub fn of(self, total: u64) -> Option<u64> {
        let pages = total.div_ceil(PAGE).max(1);
        match self {
            Self::Last => Some(pages),
            Self::Page(number) => (number <= pages).then_some(number),
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page<T> {
    count: u64,
    next: Option<String>,
    previous: Option<String>,
    results: Vec<T>,
}

impl<T> Page<T> {
    /// A page of a list of `count` items. `url` is where the list is, without its query, which is as it came.
    #[must_use]
    pub fn new(count: u64, number: u64, results: Vec<T>, (url, query): (&str, &str)) -> Self {
        let last = Wanted::Last.of(count).unwrap_or(1);
        let link = |number: u64| link(url, query, number);
        Self {
            count,
            next: (number < last).then(|| link(number + 1)),
            previous: (number > 1).then(|| link(number - 1)),
            results,
        }
    }
}

/// The URL of another page: the other parameters stay, all in the order of their names. The first page has no number.
fn link(url: &str, query: &str, number: u64) -> String {
    // As it is read: `%70age` is the page too, and would win over the new one.
    let name = |part: &str| {
        let mut read = form_urlencoded::parse(part.as_bytes());
        read.next().map(|(name, _)| name.into_owned()).unwrap_or_default()
    };
    let given = query.split('&').filter(|part| !part.is_empty());
    let mut parts: Vec<String> = given.map(str::to_owned).filter(|part| name(part) != "page").collect();
    if number > 1 {
        parts.push(format!("page={number}"));
    }
    parts.sort_by_key(|part| name(part));
    match parts.is_empty() {
        true => url.to_owned(),
        false => format!("{url}?{}", parts.join("&")),
    }
}

/// Which rooms are listed: all, or those with someone online in them.
///
/// # Errors
/// What is said of any other filter; the service itself fails.
pub fn only_online(filter: Option<&str>) -> Result<bool, Value> {
    match filter {
        None | Some("") => Ok(false),
        Some("online") => Ok(true),
        Some(other) => Err(json!({ "filter": [format!("\"{other}\" is not a valid choice.")] })),
    }
}

/// Whether a `POST` marks a room as read: by the service's parameter, which may say anything, or by the body of its document.
#[must_use]
pub fn marks_read(parameter: Option<&str>, body: &[u8]) -> bool {
    let in_body = || {
        let body: Option<Map<String, Value>> = serde_json::from_slice(body).ok();
        body.is_some_and(|body| body.get("is_read") == Some(&Value::Bool(true)))
    };
    parameter.is_some_and(|parameter| !parameter.is_empty()) || in_body()
}

/// An error.
#[must_use]
pub fn detail(text: &str) -> Value {
    json!({ "detail": text })
}

/// What is said to a method that a path does not have.
#[must_use]
pub fn not_allowed(method: &str) -> Value {
    detail(&format!("Method \"{method}\" not allowed."))
}

#[cfg(test)]
mod tests;
