//! The store and what the use-cases work with: for a server, and for the commands that need no gateway.

use std::sync::Arc;

use parlour_service::deliver::Outgoing;
use parlour_service::files::Files;
use parlour_service::trust::Trust;
use parlour_service::{Parlour, Settings};

use super::{Options, ServeError};
use crate::background::Work;
use crate::engine::Engine;
use crate::registry::Registry;
use crate::secrets::Secrets;
use crate::signed::KeyPair;
use crate::upgrade;

/// An engine with what the use-cases work with.
#[derive(Debug)]
pub struct Backend {
    /// The engine.
    pub engine: Engine,
    /// What the use-cases work with.
    pub parlour: Arc<Parlour>,
    /// What they leave for later; a server does it.
    pub work: Work,
}

impl Backend {
    /// Opens the store and takes the secrets from `secrets`; `own` signs requests to an engine that asks for nothing better.
    ///
    /// # Errors
    /// [`ServeError`].
    pub async fn open(
        options: &Options,
        secrets: &Secrets,
        own: &KeyPair,
        registry: Arc<Registry>,
        (settings, files): (Settings, Arc<dyn Files>),
    ) -> Result<Self, ServeError> {
        let engine = Engine::open(options.place(), options.tables(), own).await?;
        let work = Work::default();
        let outgoing = Outgoing {
            queue: Arc::clone(&work.deliveries) as _,
            bus: None,
        };
        let parlour = Parlour {
            store: engine.store.clone().with_outbox(),
            push: registry,
            queue: Arc::clone(&work.queue) as _,
            calls: Arc::clone(&work.calls) as _,
            files,
            signing: secrets.signing_keys()?,
            trust: Trust::reaching(options.reach())?,
            outgoing: Some(outgoing),
            default_app: None,
            settings,
        };
        Ok(Self {
            engine,
            parlour: Arc::new(parlour),
            work,
        })
    }

    /// Applies the migrations of the schema that are missing; those of rows are left to a server or to `parlour migrate`.
    ///
    /// # Errors
    /// [`ServeError`].
    pub async fn migrate(&self) -> Result<(), ServeError> {
        self.engine.expect_tables().await?;
        Ok(upgrade::schema(&self.engine.store).await?)
    }
}
