//! Key sets of identity providers, by app and URL: asked for once at a time, believed for five minutes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::Method;
use http::header::{ACCEPT, HeaderMap, HeaderValue};
use parlour_auth::KeySet;
use parlour_domain::{AppId, Timestamp, limits};
use parlour_fetch::{Fetcher, Limits, Target};

use super::bounded::Bounded;
use super::circuit::Circuits;
use super::unusable;
use crate::Error;

/// Sets that are remembered at once.
const SETS: usize = 500;
/// The longest set, in bytes: 32 keys with certificates beside them.
const SET_BYTES: usize = 64 * 1024;

/// App and URL: two apps that name the same URL have a set each.
type Name = (AppId, String);

#[derive(Debug)]
pub(super) struct KeySets(Mutex<Bounded<Name, Arc<Entry>>>);

#[derive(Debug, Default)]
struct Entry {
    known: Mutex<Known>,
    /// Held while the set is asked for: whoever comes meanwhile waits for that answer and asks for no other.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Known {
    /// The set, and when it was asked for.
    set: Option<(Arc<KeySet>, Timestamp)>,
    /// When it was asked for last, with or without success.
    asked: Option<Timestamp>,
}

impl Default for KeySets {
    fn default() -> Self {
        Self(Mutex::new(Bounded::new(SETS)))
    }
}

impl KeySets {
    /// The set. With `again` it is asked for although it is known, because it lacks a key, unless that was done just before. Whoever
    /// needs no more than what is known waits for nobody: keys that somebody makes up hold no others up.
    ///
    /// # Errors
    /// [`Error::NotVerified`].
    pub(super) async fn get(
        &self,
        fetcher: &Fetcher,
        circuits: &Circuits,
        (app, url): (&AppId, &str),
        again: bool,
        now: Timestamp,
    ) -> Result<Arc<KeySet>, Error> {
        let entry = self.entry(app, url);
        if !again && let Some(known) = entry.known().at(now) {
            return Ok(known);
        }
        let _turn = entry.asking.lock().await;
        if let Some(answer) = entry.known().without_asking(again, now) {
            return answer;
        }
        let set = circuits.run(app, now, fetch(fetcher, app, url)).await?;
        entry.known().set = Some((Arc::clone(&set), now));
        Ok(set)
    }

    fn entry(&self, app: &AppId, url: &str) -> Arc<Entry> {
        let name = (app.clone(), url.to_owned());
        let mut sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = sets.get(&name) {
            return Arc::clone(entry);
        }
        let entry = Arc::new(Entry::default());
        sets.put(name, Arc::clone(&entry));
        entry
    }
}

impl Entry {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn at(&self, now: Timestamp) -> Option<Arc<KeySet>> {
        let (set, asked) = self.set.as_ref()?;
        let holds = now < asked.plus_seconds(limits::KEY_SET_SECONDS);
        holds.then(|| Arc::clone(set))
    }

    /// `None`: the set is to be asked for, which is noted.
    fn without_asking(&mut self, again: bool, now: Timestamp) -> Option<Result<Arc<KeySet>, Error>> {
        let known = self.at(now);
        let pause = if known.is_some() {
            limits::KEY_SET_AGAIN_SECONDS
        } else {
            limits::REFUSED_SECONDS
        };
        let asked_lately = self.asked.is_some_and(|asked| now < asked.plus_seconds(pause));
        match known {
            Some(known) if !again || asked_lately => Some(Ok(known)),
            None if asked_lately => Some(Err(Error::NotVerified)),
            _ => {
                self.asked = Some(now);
                None
            }
        }
    }
}

async fn fetch(fetcher: &Fetcher, app: &AppId, url: &str) -> Result<Arc<KeySet>, Error> {
    let target = Target::parse(url, fetcher.reach()).map_err(|error| unusable(app, &error))?;
    let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
    let limits = Limits {
        body: SET_BYTES,
        ..Limits::default()
    };
    let sent = fetcher.send(Method::GET, &target, headers, Bytes::new(), limits);
    let answer = sent.await.map_err(|error| unusable(app, &error))?;
    if !answer.is_json() {
        return Err(unusable(app, &"it is no answer"));
    }
    let set = KeySet::parse(&answer.body).map_err(|error| unusable(app, &error))?;
    Ok(Arc::new(set))
}
