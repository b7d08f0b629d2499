//! Places of uploads. Each holds a file open and is held for as long as its client takes, so there are not many.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parlour_domain::AppId;

/// Uploads at once.
const ALL: usize = 128;

/// Who holds how many. An app gets one more only while it holds fewer than are free: alone it has half of all, and leaves half of the
/// rest to the next one, so that no app can take the last place of another.
#[derive(Debug, Default)]
pub(super) struct Places(Mutex<BTreeMap<AppId, usize>>);

/// One of them, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    app: AppId,
}

impl Places {
    /// `None`: there is none for this app.
    pub(super) fn take(self: &Arc<Self>, app: &AppId) -> Option<Place> {
        let mut taken = self.taken();
        let free = ALL.saturating_sub(taken.values().sum());
        let own = taken.get(app).copied().unwrap_or_default();
        if own >= free {
            return None;
        }
        taken.insert(app.clone(), own + 1);
        Some(Place {
            places: Arc::clone(self),
            app: app.clone(),
        })
    }

    fn taken(&self) -> MutexGuard<'_, BTreeMap<AppId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        match taken.get_mut(&self.app) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(taken.remove(&self.app)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_for(places: &Arc<Places>, app: &str) -> Vec<Place> {
        let app = AppId::parse(app).unwrap();
        std::iter::from_fn(|| places.take(&app)).collect()
    }

    #[test]
    fn an_app_leaves_places_to_others_and_gives_its_own_back() {
        let places = Arc::<Places>::default();
        let one = all_for(&places, "one");
        assert_eq!(one.len(), 64);
        let two = all_for(&places, "two");
        assert_eq!(two.len(), 32);
        assert_eq!(all_for(&places, "three").len(), 16);
        assert_eq!(all_for(&places, "three").len(), 16, "they were given back");
        drop((one, two));
        assert!(places.taken().is_empty());
        assert_eq!(all_for(&places, "two").len(), 64);
    }
}
