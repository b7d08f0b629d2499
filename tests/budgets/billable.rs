//! What one message costs when everyone else reports to have read it, and types once: posts, counted at the way to the connections,
//! and messages of the queue, in rooms of 2 to 1,000 connections. Each connection hears of a message; of positions and typing each
//! hears from each only in small rooms, of all together in larger ones, of nothing in the largest.

use std::fmt::Write as _;

use aws_sdk_dynamodb::types::AttributeValue;
use parlour_domain::log::{Body, Draft};
use parlour_domain::member::Role;
use parlour_domain::{ConnectionId, limits};
use parlour_store::keys;
use serde_json::{Value, json};

use crate::events;
use crate::given::{Chat, Client, LINE};
use crate::world::{Measured, World};

/// Connections of a room.
const SIZES: [usize; 4] = [2, 10, 100, 1_000];

/// What is posted and what goes through the queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Cost {
    posts: usize,
    queued: usize,
}

/// One line of the table.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    connections: usize,
    /// Request, answer and posts.
    message: usize,
    message_queued: usize,
    receipts: Cost,
    typing: Cost,
}

impl Line {
    /// What the design allows.
    fn design(connections: usize) -> Self {
        let others = connections - 1;
        // Up to 200 connections in a message of the queue; small rooms need none.
        let jobs = |count: usize| if count > 50 { count.div_ceil(200) } else { 0 };
        let told = match connections {
            ..=20 => Cost {
                posts: others * others,
                queued: 0,
            },
            // The task, and what it has the queue tell.
            21..=100 => Cost {
                posts: connections,
                queued: 1 + jobs(connections),
            },
            _ => Cost::default(),
        };
        Self {
            connections,
            message: 1 + connections,
            message_queued: jobs(others),
            receipts: told,
            typing: told,
        }
    }
}

impl World {
    /// So short a time that what comes before and after it is gathered together.
    pub(crate) fn pass_a_moment(&self) {
        self.clock.pass(1);
    }

    /// Runs `fan_out` on the tasks since the last time, if there are any, and on what these put into the queue.
    pub(crate) async fn told_later(&self) -> Measured {
        let tasks = self.queued.take_tasks();
        if tasks.is_empty() {
            return Measured::default();
        }
        let mut done = self.invoke_alone("fan_out", &events::queue(&tasks)).await;
        assert_eq!(done.answer["batchItemFailures"], json!([]));
        self.fan_out(&mut done).await;
        done.queued += tasks.len();
        done
    }

    /// A room with so many members, each with a subscription. They are rows: nothing has connected.
    async fn crowd(&self, connections: usize) -> Chat {
        let mut users = Vec::with_capacity(connections);
        for _ in 0..connections {
            users.push(self.user().await);
        }
        let (first, rest) = users.split_at(connections.min(limits::MEMBERS_AT_CREATION));
        let room = self.room(first).await;
        for members in rest.chunks(limits::MEMBERS_AT_ONCE) {
            let body = Body::MembersAdded {
                members: members.to_vec(),
            };
            let draft = Draft::new(&mut self.moment(), None, None, body);
            let members: Vec<_> = members.iter().map(|user| (*user, Role::Member)).collect();
            let added = self
                .store()
                .add_members(&self.app, room, &members, &draft, None, self.now())
                .await;
            added.unwrap();
        }
        let mut clients = Vec::with_capacity(connections);
        for user in users {
            let client = self.visitor(user).await;
            let connection = ConnectionId::parse(&client.connection).unwrap();
            let key = keys::subscription(&self.app, room, user, &connection);
            let until = self.now().plus_seconds(3_600).seconds().to_string();
            self.raw
                .put_item()
                .table_name(&self.store().tables().connections)
                .item(keys::PK, AttributeValue::S(key.pk))
                .item(keys::SK, AttributeValue::S(key.sk))
                .item(keys::TTL, AttributeValue::N(until))
                .send()
                .await
                .unwrap();
            clients.push(client);
        }
        Chat { room, clients }
    }

    /// What it costs when each of these clients does this once, all within a few seconds.
    async fn each(&self, clients: &[Client], action: &str, frame: &Value) -> Cost {
        let mut cost = Cost::default();
        let mut add = |done: &Measured| {
            cost.posts += done.posted.len();
            cost.queued += done.queued;
        };
        for client in clients {
            self.pass_a_moment();
            add(&self.act(client, action, frame.clone()).await);
        }
        self.pass(limits::AGGREGATE_SECONDS);
        add(&self.told_later().await);
        cost
    }
}

async fn measure(connections: usize) -> Line {
    let world = World::new().await;
    let chat = world.crowd(connections).await;
    let room = world.id(chat.room);
    let frame = json!({ "room_id": room, "text_message": LINE });
    let sent = world.act(&chat.clients[0], "send_message", frame).await;
    let read = json!({ "room_id": room, "seq": sent.answer["seq"] });
    let typing = json!({ "room_id": room, "typing": true });
    let others = &chat.clients[1..];
    Line {
        connections,
        message: sent.billable,
        message_queued: sent.queued,
        receipts: world.each(others, "mark_read", &read).await,
        typing: world.each(others, "typing", &typing).await,
    }
}

#[tokio::test]
async fn only_in_small_rooms_each_hears_from_each() {
    let mut lines = Vec::new();
    for connections in SIZES {
        lines.push(measure(connections).await);
    }
    println!("{}", table(&lines));
    let design: Vec<Line> = SIZES.into_iter().map(Line::design).collect();
    assert_eq!(lines, design);
}

fn table(lines: &[Line]) -> String {
    let mut text = String::from(
        "\none message that all others have read, each of whom types once\n\n\
         connections | billable for the message | posts of positions | posts of typing | queue: message, positions, typing\n",
    );
    for line in lines {
        let queued = [line.message_queued, line.receipts.queued, line.typing.queued];
        writeln!(
            text,
            "{:>11} | {:>24} | {:>18} | {:>15} | {queued:?}",
            line.connections, line.message, line.receipts.posts, line.typing.posts
        )
        .unwrap();
    }
    text
}
