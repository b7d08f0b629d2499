//! What each run begins with: new people, a group of three of them with two messages, a direct room of two, and the clients of
//! all three, which have joined both.

use parlour_domain::text::DisplayName;
use parlour_domain::user::User;
use parlour_domain::{RoomId, RoomNumber, UserId};
use parlour_store::Written;
use serde_json::{Map, Value, json};

use crate::operations::{Step, Who};
use crate::request::Sent;
use crate::world::World;

/// A connection that the authorizer has let in.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) connection: String,
    pub(crate) context: Map<String, Value>,
}

/// A user with a token and a client.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) user: UserId,
    pub(crate) token: String,
    pub(crate) client: Option<Client>,
}

impl Person {
    pub(crate) fn id(&self) -> String {
        self.user.to_string()
    }
}

/// A scene of its own: nothing another run did is seen in it.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) owner: Person,
    pub(crate) member: Person,
    /// A member whom most of what is done to others is done to.
    pub(crate) guest: Person,
    /// In no room; has a client that is not connected yet.
    pub(crate) newcomer: Person,
    /// A public group.
    pub(crate) room: String,
    /// The direct room of member and guest.
    pub(crate) direct: String,
    /// The member's message in the group, entry 2; the guest's is entry 3.
    pub(crate) message: String,
    /// The id of what the step before made or was about, or the ticket.
    pub(crate) made: String,
    /// A number that no other scene has.
    pub(crate) number: u64,
}

pub(crate) const fn step(name: &'static str, who: Who, body: fn(&Scene) -> Value) -> Step {
    Step { name, who, body }
}

/// What makes a scene, in this order.
const GROUP: Step = step("POST /room", Who::Owner, |scene| {
    json!({
        "kind": "group", "name": "room", "public": true, "members": [scene.member.id(), scene.guest.id()],
    })
});
const DIRECT: Step = step(
    "POST /room",
    Who::Member,
    |scene| json!({ "kind": "direct", "members": [scene.guest.id()] }),
);
const FIRST: Step = step(
    "POST /room/{room_id}/message/send",
    Who::Member,
    |scene| json!({ "text_message": "one", "mentions": [scene.guest.id()] }),
);
const SECOND: Step = step(
    "POST /room/{room_id}/message/send",
    Who::Guest,
    |_| json!({ "text_message": "two" }),
);
const JOINS: [Step; 3] = [
    step("resume", Who::Owner, |scene| json!({ "rooms": [scene.end_of_room()] })),
    step("resume", Who::Member, both_rooms),
    step("resume", Who::Guest, both_rooms),
];

fn both_rooms(scene: &Scene) -> Value {
    json!({ "rooms": [scene.end_of_room(), { "room_id": scene.direct, "after_seq": 1 }] })
}

impl Scene {
    pub(crate) async fn new(world: &World) -> Self {
        let mut scene = Self {
            owner: person(world).await,
            member: person(world).await,
            guest: person(world).await,
            newcomer: person(world).await,
            room: String::new(),
            direct: String::new(),
            message: String::new(),
            made: String::new(),
            number: world.draw(),
        };
        scene.room = scene.made_by(world, GROUP).await;
        scene.direct = scene.made_by(world, DIRECT).await;
        scene.message = scene.made_by(world, FIRST).await;
        scene.made_by(world, SECOND).await;
        for person in [
            &mut scene.owner,
            &mut scene.member,
            &mut scene.guest,
            &mut scene.newcomer,
        ] {
            person.client = Some(world.visitor(&person.token).await);
        }
        for who in [Who::Owner, Who::Member, Who::Guest] {
            scene.made_by(world, step("$connect", who, |_| Value::Null)).await;
        }
        for join in JOINS {
            scene.made_by(world, join).await;
        }
        world.outside.take_queued();
        world.outside.take_heard();
        scene
    }

    /// Takes a step; the id of what it made, if anything.
    pub(crate) async fn made_by(&self, world: &World, step: Step) -> String {
        let answer = Sent::new(world, self, step).send(world).await;
        assert!(answer.is_success(), "{}: {answer:?}", step.name);
        let made = ["id", "ticket", "attachment_id"].map(|name| answer.body[name].as_str());
        made.into_iter().flatten().next().unwrap_or_default().to_owned()
    }

    /// The group, from its end on.
    fn end_of_room(&self) -> Value {
        json!({ "room_id": self.room, "after_seq": 3 })
    }

    /// The number that the store knows the group by.
    pub(crate) fn number(&self, world: &World) -> RoomNumber {
        number(world, &self.room)
    }

    /// Everyone, by name.
    pub(crate) fn people(&self) -> [(&'static str, &Person); 4] {
        [
            ("owner", &self.owner),
            ("member", &self.member),
            ("guest", &self.guest),
            ("newcomer", &self.newcomer),
        ]
    }
}

pub(crate) fn number(world: &World, room: &str) -> RoomNumber {
    RoomId::parse(room).unwrap().number(&world.app).unwrap()
}

async fn person(world: &World) -> Person {
    let user = User {
        id: UserId::generate(&mut world.moment()),
        external_id: None,
        name: DisplayName::parse("Someone").unwrap(),
        avatar_url: None,
        custom: None,
        suspension: None,
        number: None,
        created_at: world.now(),
        updated_at: world.now(),
    };
    let written = world.store().create_user(&world.app, &user, None).await.unwrap();
    assert_eq!(written, Written::Done);
    Person {
        user: user.id,
        token: world.token(user.id),
        client: None,
    }
}
