//! Faults while apps and users are written.

use parlour_domain::app::{App, AppToken};
use parlour_domain::user::UserChange;
use parlour_domain::{AppId, ExternalId};
use parlour_store::{StoreError, Written};

use super::at_every_call;
use crate::given::name;
use crate::world::World;

/// Whether a caller would send it again.
pub(super) fn answered(written: Result<Written, StoreError>) -> Result<(), String> {
    match written {
        Ok(Written::Busy) => Err("busy".to_owned()),
        Ok(_) => Ok(()),
        Err(error) => {
            assert!(error.retryable(), "{error}");
            Err(error.to_string())
        }
    }
}

pub(super) fn stored<T>(result: Result<T, StoreError>) -> Result<T, String> {
    result.map_err(|error| {
        assert!(error.retryable(), "{error}");
        error.to_string()
    })
}

fn user(world: &World) -> parlour_domain::user::User {
    let mut ada = world.clock.user("Ada");
    ada.external_id = Some(ExternalId::parse("7").unwrap());
    ada
}

#[tokio::test(start_paused = true)]
async fn a_user_is_created_once() {
    at_every_call(
        "create_user",
        async |world| user(world),
        async |world, ada| {
            let claim = world.clock.claim(&world.app, "c1", "create", "reply");
            let written = world.store.create_user(&world.app, ada, Some(&claim)).await;
            let done = !matches!(written, Ok(Written::Refused | Written::Reused));
            assert!(done, "a repeat is no refusal: {written:?}");
            answered(written)
        },
        async |world, ada| {
            let id = ada.external_id.as_ref().unwrap();
            let found = world.store.user_by_external_id(&world.app, id).await.unwrap();
            assert_eq!(found.as_ref(), Some(ada));
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_user_is_changed_and_deleted_with_the_external_id() {
    at_every_call(
        "replace_user, delete_user",
        async |world| {
            let ada = user(world);
            world.store.create_user(&world.app, &ada, None).await.unwrap();
            ada
        },
        async |world, ada| {
            let change = UserChange {
                name: Some(name("Countess")),
                ..UserChange::default()
            };
            let after = ada.changed(change, world.now());
            answered(world.store.replace_user(&world.app, ada, &after, None).await)?;
            let found = stored(world.store.user(&world.app, ada.id).await)?;
            assert!(found.is_none_or(|found| found == after));
            answered(world.store.delete_user(&world.app, ada, None).await)
        },
        async |world, _| assert!(world.rows().await.is_empty()),
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_app_never_has_a_token_without_its_row() {
    let token = |world: &World, id: &str| AppToken {
        id: id.to_owned(),
        created_at: world.now(),
    };
    at_every_call(
        "create_app, add_token",
        async |world| App {
            id: AppId::parse("one").unwrap(),
            name: "one".to_owned(),
            allowed_origins: vec![],
            quotas: Default::default(),
            created_at: world.now(),
            tokens: vec![token(world, "t0")],
            verification: None,
            message_hook: None,
            dialects: Vec::new(),
        },
        async |world, app| {
            stored(world.store.create_app(app, "hash").await)?;
            for id in ["t1", "t2"] {
                // An operator looks before trying again.
                let now = stored(world.store.app(&app.id).await)?;
                if now.is_some_and(|now| now.tokens.iter().all(|token| token.id != id)) {
                    stored(world.store.add_token(&app.id, token(world, id), "hash", None).await)?;
                }
            }
            stored(world.store.next_room_number(&app.id).await).map(|_| ())
        },
        async |world, app| {
            let row = world.store.app(&app.id).await.unwrap().unwrap();
            assert_eq!(row.tokens.len(), 2);
            let stored = world
                .rows()
                .await
                .iter()
                .filter(|row| super::text(row, "sk") == "token")
                .count();
            assert_eq!(stored, 2, "as many token rows as the app has tokens");
            for token in &row.tokens {
                assert!(world.store.token(&token.id).await.unwrap().is_some());
            }
            assert!(world.store.next_room_number(&app.id).await.unwrap().unwrap().get() > 1);
        },
    )
    .await;
}
