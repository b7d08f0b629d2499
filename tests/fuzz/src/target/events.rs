//! Native events, in the words of every service: whatever they say, frames come out that the service's clients can read.

use std::sync::OnceLock;

use parlour_domain::dialect::Service;
use parlour_domain::user::User;
use parlour_domain::{ConnectionId, RoomNumber, Timestamp, UserId};
use parlour_protocol::dialect::socket_io::CLOSE;
use parlour_protocol::dialect::{Beside, Event, People, Recipient, Roster, encode, unknown};

use super::{Outcome, holds, json};

/// Whoever hears of it.
pub(super) const USER: &str = "01a201cf-f4b6-7db2-829b-17f7782d64f9";
/// Their number.
pub(super) const NUMBER: u64 = 2;

/// Those of whom something is known: they alone.
pub(super) fn people() -> &'static People {
    static PEOPLE: OnceLock<People> = OnceLock::new();
    PEOPLE.get_or_init(|| {
        let row = serde_json::json!({
            "id": USER, "external_id": "2", "name": "use-2 usr-2", "number": NUMBER, "created_at": 0, "updated_at": 0,
        });
        let user: Option<User> = serde_json::from_value(row).ok();
        People::new(user.as_ref())
    })
}

/// What is known beside an event: its room, who is there, and the message that it is about.
fn beside(event: &Event, user: UserId) -> Beside {
    let room = RoomNumber::new(1);
    let connections = ConnectionId::parse("ZhwmPqfR7Ydk13yvAAAB").map(|connection| (user, connection));
    Beside {
        room,
        message: serde_json::from_value(event.data.clone()).ok(),
        roster: room.map(|number| Roster {
            room: "usr-1-2".to_owned(),
            number,
            connections: connections.into_iter().collect(),
        }),
    }
}

pub(super) fn check(input: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(input);
    let Some(event) = Event::read(&text) else {
        return Ok("no event".to_owned());
    };
    let user = UserId::parse(USER).map_err(|error| error.to_string())?;
    let (beside, now) = (beside(&event, user), Timestamp::from_millis(1_700_000_000_000));
    let to = Recipient {
        user,
        people: people(),
        room: None,
        now,
    };
    let mut outcome = format!("{} named ", event.users().len().min(2));
    for service in Service::ALL {
        let frames = encode(service, &event, to, &beside);
        for frame in &frames {
            readable(service, frame)?;
        }
        outcome.push_str(&format!("{service} {} ", frames.len().min(2)));
        let unknown = unknown(service, user, now);
        match unknown.as_str() {
            // It has no connections.
            "" => {}
            CLOSE if service.speaks_socket_io() => {}
            unknown => readable(service, unknown)?,
        }
    }
    Ok(outcome)
}

fn readable(service: Service, frame: &str) -> Result<(), String> {
    let (packet, text) = match service.speaks_socket_io() {
        true => ("42", frame.strip_prefix("42").unwrap_or_default()),
        false => ("", frame),
    };
    let said = json(text)?;
    let form = if packet.is_empty() {
        said["type"].is_string()
    } else {
        said[0].is_string()
    };
    holds(form, || format!("is told to {service} as {frame}"))
}
