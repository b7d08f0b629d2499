//! More connections in a room than a scene has.

use parlour_domain::{ConnectionId, Timestamp};
use parlour_store::{Connection, Subscribed, Subscriber};

use crate::outside::Heard;
use crate::scene::Scene;
use crate::world::World;

/// Connects the member once more, and has the connection join the group.
pub(crate) async fn join(world: &World, scene: &Scene, connected_at: Timestamp) -> String {
    let id = format!("{:015}=", world.draw());
    let connection = Connection {
        id: ConnectionId::parse(&id).unwrap(),
        connected_at,
        token_expires: world.now().plus_seconds(3_600),
        endpoint: None,
        dialect: None,
        rooms: Vec::new(),
    };
    let (store, app, user) = (world.store(), &world.app, scene.member.user);
    store.put_connection(app, user, &connection, world.now()).await.unwrap();
    let who = Subscriber {
        user,
        connection: connection.id,
        endpoint: None,
        dialect: None,
    };
    let until = world.now().plus_seconds(2 * 3_600 + 5 * 60);
    let subscribed = store.subscribe(app, scene.number(world), &who, until).await;
    assert_eq!(subscribed.unwrap(), Subscribed::Done);
    id
}

/// Has so many connections in the group, those of the scene among them.
pub(crate) async fn fill(world: &World, scene: &Scene, connections: usize) -> Vec<String> {
    let people = [&scene.owner, &scene.member, &scene.guest];
    let clients = people.map(|person| person.client.as_ref().unwrap().connection.clone());
    let mut all = Vec::from(clients);
    while all.len() < connections {
        all.push(join(world, scene, world.now()).await);
    }
    all
}

/// What a connection heard, in this order.
pub(crate) fn heard_by<'a>(heard: &'a [Heard], connection: &'a str) -> impl Iterator<Item = &'a Heard> {
    heard.iter().filter(move |heard| heard.connection == connection)
}
