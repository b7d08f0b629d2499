//! Migrations on the embedded engine.

use parlour_connectors::embedded::EmbeddedEngine;
use parlour_connectors::http_client;
use parlour_migrations::{MIGRATIONS, status, up};
use parlour_store::domain::Timestamp;
use parlour_store::{ClientSettings, Credentials, Store, Tables, client};

fn store(engine: &EmbeddedEngine) -> Store {
    let client = client(ClientSettings {
        http: http_client(engine.connector()),
        endpoint: Some("http://embedded".to_owned()),
        region: "local".to_owned(),
        credentials: Credentials::new("local", "local", None, None, "test"),
        attempts: 1,
    });
    Store::new(client, Tables::with_prefix("parlour_"))
}

#[test]
fn the_numbers_are_one_two_three() {
    let numbers: Vec<u32> = MIGRATIONS.iter().map(|migration| migration.number).collect();
    assert_eq!(
        numbers,
        (1..=u32::try_from(MIGRATIONS.len()).unwrap()).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn up_applies_each_once_and_status_tells_when() {
    let engine = EmbeddedEngine::in_memory().unwrap();
    let store = store(&engine);
    assert!(
        status(&store)
            .await
            .unwrap()
            .iter()
            .all(|status| status.applied_at.is_none())
    );
    let now = Timestamp::from_millis(1_700_000_000_000);
    assert_eq!(up(&store, now).await.unwrap().len(), MIGRATIONS.len());
    assert!(up(&store, now.plus_seconds(9)).await.unwrap().is_empty());
    assert!(
        status(&store)
            .await
            .unwrap()
            .iter()
            .all(|status| status.applied_at == Some(now))
    );
}

#[tokio::test]
async fn a_migration_that_was_applied_but_not_noted_is_applied_again() {
    let engine = EmbeddedEngine::in_memory().unwrap();
    let store = store(&engine);
    store.create_tables().await.unwrap();
    assert_eq!(
        up(&store, Timestamp::from_millis(1)).await.unwrap().len(),
        MIGRATIONS.len()
    );
}
