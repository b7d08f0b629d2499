//! Faults while users get numbers and tokens, and homes their apps.

use parlour_domain::app::{App, AppToken};
use parlour_domain::{AppId, ApplicationId};
use parlour_store::{HostedApp, Registered, Registering, With};

use super::at_every_call;
use super::users::stored;
use crate::world::World;

#[tokio::test(start_paused = true)]
async fn a_user_has_one_number_and_the_last_token() {
    at_every_call(
        "number_user, register_token",
        async |world| {
            let ada = world.clock.user("Ada");
            world.store.create_user(&world.app, &ada, None).await.unwrap();
            Registered {
                app: world.app.clone(),
                user: ada.id,
            }
        },
        async |world, of| {
            let drawn = stored(world.store.draw_user_numbers(&of.app, 1).await)?;
            let number = stored(world.store.number_user(&of.app, of.user, drawn).await)?;
            assert!(number.is_some_and(|number| number <= drawn), "{number:?}");
            let home = AppId::parse("home").unwrap();
            for hash in ["one", "two"] {
                match stored(world.store.register_token(of, &home, hash).await)? {
                    Registering::Done => {}
                    Registering::Busy => return Err("busy".to_owned()),
                    other => panic!("{other:?}"),
                }
            }
            Ok(())
        },
        async |world, of| {
            let ada = world.store.user(&of.app, of.user).await.unwrap().unwrap();
            let found = world.store.user_by_number(&of.app, ada.number.unwrap()).await.unwrap();
            assert_eq!(found, Some(ada));
            let numbers = world.rows().await;
            let numbers = numbers.iter().filter(|row| super::text(row, "sk") == "number");
            assert_eq!(numbers.count(), 1, "no other number leads to anybody");
            for (hash, good) in [("one", false), ("two", true)] {
                for app in [&of.app, &AppId::parse("home").unwrap()] {
                    let found = world.store.registered(app, hash).await.unwrap();
                    assert_eq!(found.as_ref(), good.then_some(of), "{hash}");
                }
                assert_eq!(world.store.is_current_token(of, hash).await.unwrap(), good, "{hash}");
            }
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_app_is_listed_as_long_as_it_is_there() {
    let app = |world: &World| App {
        id: AppId::parse("one").unwrap(),
        name: "one".to_owned(),
        allowed_origins: vec![],
        quotas: Default::default(),
        created_at: world.now(),
        tokens: vec![AppToken {
            id: "t0".to_owned(),
            created_at: world.now(),
        }],
        verification: None,
        message_hook: None,
        dialects: Vec::new(),
    };
    at_every_call(
        "change_hosted",
        async |world| app(world),
        async |world, app| {
            let mut hosted = stored(world.store.hosted(&world.app).await)?;
            // Who made it before looks at what is there.
            if hosted.last == 1 {
                hosted.last = 2;
                hosted.apps.push(HostedApp {
                    number: 2,
                    application_id: ApplicationId::parse("f47ac10b-58cc-4372-a567-0e02b2c3d479").unwrap(),
                    app: app.id.clone(),
                    operator: 1,
                    client_id: None,
                });
                let made = world.store.change_hosted(&world.app, hosted, With::Made(app, "hash"));
                if !stored(made.await)? {
                    return Err("changed".to_owned());
                }
                hosted = stored(world.store.hosted(&world.app).await)?;
            }
            let there = stored(world.store.app(&app.id).await)?;
            assert_eq!(there.is_some(), !hosted.apps.is_empty());
            if let Some(there) = there {
                hosted.apps.clear();
                let ended = world.store.change_hosted(&world.app, hosted, With::Ended(&there));
                if !stored(ended.await)? {
                    return Err("changed".to_owned());
                }
            }
            Ok(())
        },
        async |world, app| {
            let hosted = world.store.hosted(&world.app).await.unwrap();
            assert_eq!((hosted.last, hosted.apps.len()), (2, 0));
            assert!(world.store.app(&app.id).await.unwrap().is_none());
            assert!(world.store.token("t0").await.unwrap().is_none());
        },
    )
    .await;
}
