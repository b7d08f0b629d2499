//! Exports of the five services: the same rooms, as each of them keeps them.

mod tables;

use std::path::Path;

use parlour_domain::Timestamp;

/// When the first message of each room was sent: 2024-01-01.
const BEGIN: i64 = 1_704_067_200_000;
/// A text of callsewa.
const SECRET: &str = "näme üte";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Sourceloop,
    GoChat,
    ChatPanel,
    Callsewa,
    FacebookClone,
}

impl Service {
    /// As the command names it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sourceloop => "sourceloop",
            Self::GoChat => "go-chat",
            Self::ChatPanel => "chat-panel",
            Self::Callsewa => "callsewa",
            Self::FacebookClone => "facebook-clone",
        }
    }

    /// What its rooms become.
    pub(super) const fn kind(self) -> &'static str {
        match self {
            Self::FacebookClone => "direct",
            _ => "group",
        }
    }

    const fn members(self) -> usize {
        match self {
            Self::FacebookClone => 2,
            _ => 3,
        }
    }

    /// Whether its messages may be deleted and still be there.
    const fn deletes(self) -> bool {
        matches!(self, Self::Sourceloop | Self::ChatPanel | Self::Callsewa)
    }
}

/// A message.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) id: usize,
    /// The place of the sender among the members.
    pub(super) sender: usize,
    pub(super) at: Timestamp,
    pub(super) deleted: bool,
    text: String,
}

impl Said {
    /// What is left to be read of it.
    pub(super) fn text(&self) -> Option<&str> {
        (!self.deleted).then_some(&self.text)
    }
}

#[derive(Debug)]
pub(super) struct Room {
    pub(super) key: String,
    /// By their external ids.
    pub(super) members: Vec<String>,
    /// By time.
    pub(super) messages: Vec<Said>,
}

#[derive(Debug)]
pub(super) struct Export {
    pub(super) service: Service,
    pub(super) rooms: Vec<Room>,
}

impl Export {
    pub(super) fn new(service: Service, rooms: usize, messages: usize) -> Self {
        let rooms = (0..rooms).map(|number| Room {
            key: format!("room-{number}"),
            members: (0..service.members())
                .map(|member| external(service, number, member))
                .collect(),
            messages: (0..messages)
                .map(|message| said(service, number * messages + message, message))
                .collect(),
        });
        Self {
            service,
            rooms: rooms.collect(),
        }
    }

    /// What somebody is called.
    pub(super) fn name(&self, external: &str) -> String {
        match self.service {
            // It keeps no users, and nobody else's table is there.
            Service::Sourceloop | Service::GoChat => external.to_owned(),
            _ => format!("Name of {external}"),
        }
    }

    /// The last message that a member has read, if the service says it: `None` is nothing.
    fn read(&self, room: &Room, member: usize) -> Option<usize> {
        let last = room.messages.len() - 1;
        let of_others = |until: usize| {
            (0..=until)
                .rev()
                .find(|message| room.messages[*message].sender != member)
        };
        match self.service {
            Service::GoChat | Service::ChatPanel => Some(last),
            Service::Sourceloop => of_others(if member == 1 { last - 5 } else { last }),
            Service::Callsewa => [Some(last - 4), None, Some(last)][member],
            Service::FacebookClone => of_others(last - 2),
        }
    }

    /// How many messages each member has not read.
    pub(super) fn unread(&self, room: &Room) -> Vec<usize> {
        let of = |member: usize| {
            let from = self.read(room, member).map_or(0, |read| read + 1);
            let counts = |said: &&Said| said.sender != member && !said.deleted;
            room.messages[from..].iter().filter(counts).count()
        };
        (0..room.members.len()).map(of).collect()
    }

    /// Writes the files, messages in no good order.
    pub(super) fn write(&self, folder: &Path) {
        match self.service {
            Service::Sourceloop => self.sourceloop(folder),
            Service::GoChat => self.go_chat(folder),
            Service::ChatPanel => self.chat_panel(folder),
            Service::Callsewa => self.callsewa(folder),
            Service::FacebookClone => self.facebook_clone(folder),
        }
    }
}

/// callsewa's users are numbers of the integrator.
fn external(service: Service, room: usize, member: usize) -> String {
    match service {
        Service::Callsewa => (5_000 + room * 10 + member).to_string(),
        _ => format!("user-{room}-{member}"),
    }
}

fn said(service: Service, id: usize, place: usize) -> Said {
    let text = match service {
        Service::Callsewa => SECRET.to_owned(),
        _ => format!("message {place}, with \"quotes\",\nand lines"),
    };
    Said {
        id: id + 1,
        sender: place * place % service.members(),
        at: Timestamp::from_millis(BEGIN + 1_001 * i64::try_from(place).unwrap()),
        deleted: service.deletes() && place == 7,
        text,
    }
}
