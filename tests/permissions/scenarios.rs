//! What is run: each scenario on a world of its own, in every weather.

mod apps;
mod connections;
mod crashes;
mod dialects;
mod erasure;
mod files;
mod frames;
mod incoming;
mod invites;
mod large;
mod live;
mod looking;
mod messages;
mod moderation;
mod room_write;
mod rooms;
mod socket_io;
mod users;
mod webhooks;

use parlour_service::push::BoxFuture;

use crate::world::World;

/// A scenario by its name.
pub(crate) type Scenario = (&'static str, for<'a> fn(&'a World) -> BoxFuture<'a, ()>);

/// All of them.
pub(crate) const ALL: &[Scenario] = &[
    ("the app itself", |world| Box::pin(apps::apps(world))),
    ("users", |world| Box::pin(users::users(world))),
    ("a user is deleted", |world| Box::pin(users::deleted(world))),
    ("events of another system", |world| Box::pin(incoming::incoming(world))),
    ("all that users said is erased", |world| {
        Box::pin(erasure::erasure(world))
    }),
    ("rooms", |world| Box::pin(rooms::rooms(world))),
    ("members", |world| Box::pin(rooms::members(world))),
    ("moderation", |world| Box::pin(moderation::moderation(world))),
    ("invites", |world| Box::pin(invites::invites(world))),
    ("members and rooms over a socket", |world| {
        Box::pin(moderation::by_frames(world))
    }),
    ("rooms made and ended over a socket", |world| {
        Box::pin(room_write::room_write(world))
    }),
    ("an owner's departure is cut off", |world| {
        Box::pin(moderation::succession(world))
    }),
    ("webhooks", |world| Box::pin(webhooks::webhooks(world))),
    ("webhooks are told", |world| Box::pin(webhooks::told(world))),
    ("messages", |world| Box::pin(messages::messages(world))),
    ("files of messages", |world| Box::pin(files::files(world))),
    ("handshakes", |world| Box::pin(connections::handshakes(world))),
    ("go-chat", |world| Box::pin(dialects::go_chat(world))),
    ("chat-panel", |world| Box::pin(dialects::chat_panel(world))),
    ("facebook-clone", |world| Box::pin(dialects::facebook_clone(world))),
    ("Socket.IO", |world| Box::pin(socket_io::socket_io(world))),
    ("callsewa", |world| Box::pin(dialects::callsewa(world))),
    ("callsewa's REST", |world| Box::pin(dialects::callsewa_rest(world))),
    ("REST of other services", |world| Box::pin(dialects::rest(world))),
    ("leases", |world| Box::pin(connections::leases(world))),
    ("frames", |world| Box::pin(frames::frames(world))),
    ("what is read over a socket", |world| Box::pin(looking::looking(world))),
    ("others are told", |world| Box::pin(frames::told(world))),
    ("a token expires", |world| Box::pin(frames::expired(world))),
    ("who comes and goes", |world| Box::pin(live::live(world))),
    ("a large room", |world| Box::pin(large::large(world))),
    ("a departure is cut off", |world| Box::pin(crashes::departure(world))),
    ("a deletion is cut off", |world| Box::pin(crashes::deletion(world))),
];
