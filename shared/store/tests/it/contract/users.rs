//! Users: creation, external ids, pages, changes by version, deletion.

use parlour_domain::ExternalId;
use parlour_domain::user::{User, UserChange};
use parlour_store::Written;

use crate::given::name;
use crate::world::World;

on_both_engines!(
    a_user_is_read_back_as_created,
    an_external_id_belongs_to_one_user_until_that_user_is_deleted,
    users_are_listed_in_order_of_creation_page_by_page,
    the_newest_users_come_first_to_a_limit,
    a_user_changes_only_from_the_version_that_was_read,
    users_are_found_by_their_ids_and_missing_ones_left_out,
);

fn known_as(user: User, external: &str) -> User {
    User {
        external_id: Some(ExternalId::parse(external).unwrap()),
        ..user
    }
}

async fn a_user_is_read_back_as_created(world: &World) {
    let ada = known_as(world.clock.user("Ada"), "auth0|ada#1");
    assert_eq!(
        world.store.create_user(&world.app, &ada, None).await.unwrap(),
        Written::Done
    );
    assert_eq!(world.store.user(&world.app, ada.id).await.unwrap(), Some(ada.clone()));
    let found = world
        .store
        .user_by_external_id(&world.app, ada.external_id.as_ref().unwrap())
        .await;
    assert_eq!(found.unwrap(), Some(ada.clone()));
    let other_app = parlour_domain::AppId::parse("other").unwrap();
    assert_eq!(world.store.user(&other_app, ada.id).await.unwrap(), None);
    assert_eq!(
        world.store.create_user(&world.app, &ada, None).await.unwrap(),
        Written::Refused
    );
}

async fn an_external_id_belongs_to_one_user_until_that_user_is_deleted(world: &World) {
    let ada = known_as(world.clock.user("Ada"), "7");
    let bob = known_as(world.clock.user("Bob"), "7");
    let id = bob.external_id.clone().unwrap();
    assert_eq!(
        world.store.create_user(&world.app, &ada, None).await.unwrap(),
        Written::Done
    );
    assert_eq!(
        world.store.create_user(&world.app, &bob, None).await.unwrap(),
        Written::Refused
    );
    assert_eq!(
        world.store.user(&world.app, bob.id).await.unwrap(),
        None,
        "all or nothing"
    );
    assert_eq!(
        world.store.delete_user(&world.app, &ada, None).await.unwrap(),
        Written::Done
    );
    assert_eq!(
        world.store.delete_user(&world.app, &ada, None).await.unwrap(),
        Written::Refused
    );
    assert_eq!(world.store.user_by_external_id(&world.app, &id).await.unwrap(), None);
    assert_eq!(
        world.store.create_user(&world.app, &bob, None).await.unwrap(),
        Written::Done
    );
    assert_eq!(
        world.store.user_by_external_id(&world.app, &id).await.unwrap(),
        Some(bob)
    );
}

async fn users_are_listed_in_order_of_creation_page_by_page(world: &World) {
    let mut created = Vec::new();
    for index in 0..7 {
        let user = world.clock.user(&format!("user {index}"));
        world.store.create_user(&world.app, &user, None).await.unwrap();
        created.push(user);
        world.clock.pass(1);
    }
    let (mut listed, mut after) = (Vec::new(), None);
    for _ in 0..4 {
        let page = world.store.list_users(&world.app, after, 3).await.unwrap();
        assert!(page.users.len() <= 3);
        listed.extend(page.users);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((listed, after), (created, None));
}

async fn the_newest_users_come_first_to_a_limit(world: &World) {
    let mut created = Vec::new();
    for index in 0..5 {
        let user = world.clock.user(&format!("user {index}"));
        world.store.create_user(&world.app, &user, None).await.unwrap();
        created.push(user);
        world.clock.pass(1);
    }
    let gone = created.remove(3);
    world.store.delete_user(&world.app, &gone, None).await.unwrap();
    created.reverse();
    let ids: Vec<_> = created.iter().map(|user| user.id).collect();
    for most in [0, 1, 3, 4, 9] {
        let newest = world.store.newest_users(&world.app, most).await.unwrap();
        assert_eq!(newest, ids[..most.min(4)], "{most}");
    }
    let other = parlour_domain::AppId::parse("other").unwrap();
    assert_eq!(world.store.newest_users(&other, 9).await.unwrap(), []);
}

async fn a_user_changes_only_from_the_version_that_was_read(world: &World) {
    let ada = world.clock.user("Ada");
    world.store.create_user(&world.app, &ada, None).await.unwrap();
    let rename = |to: &str| {
        let change = UserChange {
            name: Some(name(to)),
            ..UserChange::default()
        };
        ada.changed(change, world.now())
    };
    let (one, two) = (rename("Ada L."), rename("Countess"));
    assert_eq!(
        world.store.replace_user(&world.app, &ada, &one, None).await.unwrap(),
        Written::Done
    );
    assert_eq!(
        world.store.replace_user(&world.app, &ada, &two, None).await.unwrap(),
        Written::Refused
    );
    assert_eq!(world.store.user(&world.app, ada.id).await.unwrap(), Some(one.clone()));
    let listed = world.store.list_users(&world.app, None, 10).await.unwrap();
    assert_eq!(listed.users, [one], "a change keeps the user in the list");
}

async fn users_are_found_by_their_ids_and_missing_ones_left_out(world: &World) {
    let (ada, bob) = (world.clock.user("Ada"), world.clock.user("Bob"));
    for user in [&ada, &bob] {
        world.store.create_user(&world.app, user, None).await.unwrap();
    }
    let nobody = world.clock.user_id();
    let found = world
        .store
        .users_by_id(&world.app, &[bob.id, nobody, ada.id, bob.id])
        .await
        .unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!((&found[&ada.id], &found[&bob.id]), (&ada, &bob));
    assert!(world.store.users_by_id(&world.app, &[]).await.unwrap().is_empty());
}
