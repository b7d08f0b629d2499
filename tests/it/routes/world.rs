//! Two apps with people in every relation to a room, and a new room for every request, so that no request sees the traces of
//! the one before.

use serde_json::{Value, json};

use super::Actor;
use crate::harness::{Caller, Credential, Person, Tenants};

/// The people, who stay.
#[derive(Debug)]
pub(crate) struct Cast {
    pub(crate) tenants: Tenants,
    pub(crate) owner: Person,
    pub(crate) member: Person,
    pub(crate) removed: Person,
    pub(crate) stranger: Person,
    /// In no room; only ever added.
    pub(crate) newcomer: Person,
    /// Of the other app.
    pub(crate) outsider: Person,
    /// The erasure of what the newcomer has said: nothing.
    pub(crate) task: String,
    /// A file that the member has confirmed and that no message has.
    pub(crate) file: String,
    /// Of the first app; a host that no name server knows.
    pub(crate) webhook: String,
    expired: String,
}

/// The rooms, made anew for each request.
#[derive(Debug)]
pub(crate) struct World<'a> {
    pub(crate) cast: &'a Cast,
    /// A member whom nobody acts as; may be deleted.
    pub(crate) guest: Person,
    pub(crate) room: String,
    pub(crate) public_room: String,
    /// A message in the room.
    pub(crate) message: String,
    /// One in the public room.
    pub(crate) public_message: String,
    /// The guest's report of the member.
    pub(crate) report: String,
}

impl Cast {
    pub(crate) async fn new() -> Self {
        let tenants = Tenants::start();
        let names = ["Owner", "Member", "Removed", "Stranger", "Newcomer"];
        let [owner, member, removed, stranger, newcomer] = tenants.server.people(names).await;
        let outsider = tenants.other.backend.person("Outsider").await;
        let erasure = format!("/user/{}/erasure", newcomer.id);
        let task = tenants.server.call("POST", &erasure, None).await.expect(202);
        let task = task["task_id"].as_str().unwrap().to_owned();
        let file = member.upload("notes.txt", "text/plain", b"notes").await;
        let file = file["attachment_id"].as_str().unwrap().to_owned();
        let hook = json!({ "url": "https://receiver.invalid/hook", "events": ["room.deleted"] });
        let webhook = id(&tenants.server.post("/webhook", hook).await.expect(201));
        let expired = tenants.expired(&tenants.server.tenant, &member.id);
        Self {
            tenants,
            owner,
            member,
            removed,
            stranger,
            newcomer,
            outsider,
            task,
            file,
            webhook,
            expired,
        }
    }

    /// How an actor calls.
    pub(crate) fn caller(&self, actor: Actor) -> Caller {
        let server = &self.tenants.server;
        match actor {
            Actor::Nobody => server.with(Credential::Nothing),
            Actor::Malformed => server.with(Credential::Bearer("no.real.token".to_owned())),
            Actor::Expired => server.with(Credential::Bearer(self.expired.clone())),
            Actor::OtherBackend => self.tenants.other.backend.caller(),
            Actor::OtherUser => (*self.outsider).clone(),
            Actor::Stranger => (*self.stranger).clone(),
            Actor::Removed => (*self.removed).clone(),
            Actor::Member => (*self.member).clone(),
            Actor::Owner => (*self.owner).clone(),
            Actor::Backend => server.caller(),
            Actor::ActingAsMember => server.acting_as(&self.member.id),
        }
    }

    /// New rooms. `removed` is still a member of the private one: [`World::remove`] ends that.
    pub(crate) async fn world(&self) -> World<'_> {
        let guest = self.tenants.server.person("Guest").await;
        let members = [&self.member.id, &self.removed.id, &guest.id];
        let mut rooms = Vec::new();
        for public in [false, true] {
            let body = json!({ "kind": "group", "members": members, "public": public });
            rooms.push(id(&self.owner.post("/room", body).await.expect(201)));
        }
        let message = id(&self.member.say(&rooms[0], "private").await);
        let public_message = id(&self.member.say(&rooms[1], "public").await);
        let path = format!("/user/{}/report", self.member.id);
        let report = id(&guest.post(&path, json!({ "reason": "spam" })).await.expect(201));
        let [room, public_room] = rooms.try_into().unwrap();
        World {
            cast: self,
            guest,
            room,
            public_room,
            message,
            public_message,
            report,
        }
    }
}

impl World<'_> {
    /// Ends the membership of `removed`.
    pub(crate) async fn remove(&self) {
        for room in [&self.room, &self.public_room] {
            let path = format!("/room/{room}/member/{}", self.cast.removed.id);
            self.cast.owner.delete(&path).await.expect(204);
        }
    }

    /// Everything in the app that a request about this world could change, as the backend reads it.
    pub(crate) async fn state(&self) -> Value {
        let backend = &self.cast.tenants.server;
        let mut state = json!({});
        for path in [
            format!("/room/{}", self.room),
            format!("/room/{}/member", self.room),
            format!("/room/{}/message", self.room),
            format!("/room/{}", self.public_room),
            format!("/room/{}/member", self.public_room),
            format!("/user/{}", self.guest.id),
            format!("/user/{}", self.cast.member.id),
            format!("/user?after={}", self.guest.id),
        ] {
            state[&path] = backend.get(&path).await.body;
        }
        let rooms = backend.acting_as(&self.guest.id).get("/room").await;
        state["rooms"] = rooms.body;
        state
    }

    /// The ids that nobody of another app may ever be told.
    pub(crate) fn ids(&self) -> [&str; 5] {
        [
            &self.room,
            &self.public_room,
            &self.message,
            &self.guest.id,
            &self.cast.member.id,
        ]
    }
}

fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}
