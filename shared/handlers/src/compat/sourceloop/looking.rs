//! Rows that are read, and rows that a condition names for a change.

use std::collections::{HashMap, HashSet};

use parlour_domain::access::Actor;
use parlour_domain::{MessageId, RoomId, limits};
use parlour_protocol::dialect::sourceloop::dataset::Dataset;
use parlour_protocol::dialect::sourceloop::filter::Filter;
use parlour_protocol::dialect::sourceloop::kept::Kept;
use parlour_protocol::dialect::sourceloop::model::Model;
use parlour_protocol::dialect::sourceloop::operation::Verb;
use parlour_protocol::dialect::sourceloop::problem::Problem;
use parlour_protocol::dialect::sourceloop::row::{Beside, parts};
use parlour_protocol::view::EntryView;
use parlour_service::over_rooms::{Looked, Readers, Wanted, Which, look};
use parlour_service::{Error, people};
use serde_json::Value;

use super::answer::{Answer, Refusal, count as counted, ok};
use super::call::Call;
use super::rows::{message_row, one, reader_of, recipient_row};

/// What was looked at, and the rows that it is.
pub(super) struct Gathered {
    pub(super) looked: Looked,
    pub(super) dataset: Dataset,
    pub(super) cut: bool,
}

/// What is known of a message beside what it says.
pub(super) fn beside<'a>(looked: &'a Looked, message: &EntryView, asking: &'a str) -> Option<Beside<'a>> {
    Some(Beside {
        channel: looked.channels.get(&message.room_id)?,
        people: &looked.people,
        asking,
        starred: looked.starred.contains(&message.id),
    })
}

impl Gathered {
    fn add(&mut self, looked: &Looked, asking: &str) {
        for message in &looked.messages {
            if let Some(beside) = beside(looked, message, asking) {
                self.dataset.add(message, beside);
            }
        }
    }
}

pub(super) fn message_ids<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<MessageId> {
    texts
        .into_iter()
        .filter_map(|text| MessageId::parse(text).ok())
        .collect()
}

/// Looks with the power that the caller has in other rooms; what is the caller's own is so with their own.
pub(super) async fn look_at(call: &Call, wanted: &Wanted) -> Result<Looked, Error> {
    let actor: &Actor = if wanted.which == Which::Own {
        &call.user
    } else {
        &call.power
    };
    look(call.parlour(), (actor, call.own), wanted).await
}

/// Which messages a condition can hold for, and what the client calls their rooms.
async fn which(call: &Call, model: Model, filter: &Filter) -> Result<(Which, HashMap<String, String>), Error> {
    let one_of = |name: &str| filter.condition.as_ref().and_then(|condition| condition.one_of(name));
    let mut names = HashMap::new();
    let mut rooms = None;
    if let Some(channels) = one_of("channelId") {
        let mut found = Vec::new();
        for name in channels.into_iter().take(limits::ROOMS_LOOKED_THROUGH) {
            if let Some(room) = call.room(name).await? {
                names.insert(room.to_string(), name.to_owned());
                found.push(room);
            }
        }
        rooms = Some(found);
    }
    let ids = match model {
        Model::Message => one_of("id"),
        Model::Recipient | Model::File => one_of("messageId")
            .or_else(|| Some(one_of("id")?.into_iter().filter_map(|id| Some(parts(id)?.0)).collect())),
    };
    let of_path = MessageId::parse(call.named())
        .ok()
        .filter(|_| call.operation.of_message);
    let which = match (ids, rooms) {
        _ if call.operation.of_message => match (of_path, model) {
            (Some(id), Model::Message) => Which::Thread(id),
            (of_path, _) => Which::Messages(of_path.into_iter().collect()),
        },
        (Some(ids), _) => Which::Messages(message_ids(ids)),
        (None, Some(rooms)) => Which::Rooms(rooms),
        (None, None) => Which::Own,
    };
    Ok((which, names))
}

async fn readers(call: &Call, model: Model, filter: &Filter) -> Result<Readers, Error> {
    if model != Model::Recipient && !filter.includes(Model::Recipient) {
        return Ok(Readers::None);
    }
    let pinned = filter.condition.as_ref().filter(|_| model == Model::Recipient);
    let Some(named) = pinned.and_then(|condition| condition.one_of("recipientId")) else {
        return Ok(Readers::All);
    };
    let mut users = Vec::new();
    for name in named.into_iter().take(limits::MEMBERS_AT_CREATION) {
        users.extend(people::known(call.parlour(), call.user.app(), name).await?);
    }
    Ok(Readers::These(users))
}

/// The rows that a filter chooses from.
pub(super) async fn gather(call: &Call, model: Model, filter: &Filter) -> Result<Gathered, Refusal> {
    let (which, names) = which(call, model, filter).await?;
    let wanted = Wanted {
        which,
        oldest_first: filter.begins_with_the_oldest(),
        readers: readers(call, model, filter).await?,
    };
    gather_these(call, filter, wanted, &names).await
}

async fn gather_these(
    call: &Call,
    filter: &Filter,
    wanted: Wanted,
    names: &HashMap<String, String>,
) -> Result<Gathered, Refusal> {
    let mut looked = look_at(call, &wanted).await?;
    rename(&mut looked, names);
    if let Which::Thread(parent) = wanted.which {
        // The thread is one level deep, and has the answers to its answers.
        let parent = parent.to_string();
        looked.messages.retain(|message| {
            let kept = Kept::of(message.custom.as_ref()).parent_message_id;
            kept.or_else(|| message.parent_id.clone()).as_ref() == Some(&parent)
        });
    }
    let mut gathered = Gathered {
        cut: looked.cut,
        looked: Looked::default(),
        dataset: Dataset::default(),
    };
    let asking = call.own.to_string();
    gathered.add(&looked, &asking);
    if filter.includes(Model::Message) {
        related(call, (&looked, names), wanted, &mut gathered).await?;
    }
    gathered.looked = looked;
    Ok(gathered)
}

/// What the client calls a room is what its rows say.
fn rename(looked: &mut Looked, names: &HashMap<String, String>) {
    for (room, channel) in &mut looked.channels {
        if let Some(name) = names.get(room) {
            name.clone_into(&mut channel.name);
        }
    }
}

/// Adds what the rows are to come with: the rest of their rooms, where that was not looked at, and parents that are further away.
async fn related(
    call: &Call,
    (looked, names): (&Looked, &HashMap<String, String>),
    wanted: Wanted,
    gathered: &mut Gathered,
) -> Result<(), Refusal> {
    gathered.dataset.only_related_from_here();
    let asking = call.own.to_string();
    if matches!(wanted.which, Which::Messages(_) | Which::Thread(_)) {
        let rooms: HashSet<&str> = looked.messages.iter().map(|message| message.room_id.as_str()).collect();
        let rooms = rooms.into_iter().filter_map(|room| RoomId::parse(room).ok()).collect();
        let wanted = Wanted {
            which: Which::Rooms(rooms),
            ..wanted.clone()
        };
        let mut more = look_at(call, &wanted).await?;
        rename(&mut more, names);
        gathered.add(&more, &asking);
        gathered.cut |= more.cut;
    }
    let parents = message_ids(gathered.dataset.missing_parents());
    if !parents.is_empty() {
        let wanted = Wanted {
            which: Which::Messages(parents),
            ..wanted
        };
        let mut more = look_at(call, &wanted).await?;
        rename(&mut more, names);
        gathered.add(&more, &asking);
        gathered.cut |= more.cut;
    }
    Ok(())
}

fn wrong(name: &'static str) -> impl Fn(parlour_protocol::dialect::sourceloop::problem::Detail) -> Problem {
    move |detail| Problem::Parameter(name, vec![detail])
}

/// The rows that a filter wants.
pub(super) async fn find(call: &Call) -> Answer {
    let model = call.operation.model;
    let value = call.parameter("filter")?;
    let filter = Filter::read(model, value.as_ref(), false).map_err(wrong("filter"))?;
    let gathered = gather(call, model, &filter).await?;
    let answer = gathered.dataset.answer(model, &filter);
    Ok(ok(Value::Array(answer.rows), answer.cut || gathered.cut))
}

/// The condition of the request.
pub(super) fn condition(call: &Call) -> Result<Filter, Problem> {
    let value = call.parameter("where")?;
    Filter::of_where(call.operation.model, value.as_ref()).map_err(wrong("where"))
}

/// How many rows a condition holds for.
pub(super) async fn count(call: &Call) -> Answer {
    let (model, filter) = (call.operation.model, condition(call)?);
    let gathered = gather(call, model, &filter).await?;
    let rows = filter.select(model, gathered.dataset.rows(model));
    Ok(counted(rows.len(), gathered.cut))
}

/// One row, or the message of one.
pub(super) async fn get(call: &Call) -> Answer {
    let (model, id) = (call.operation.model, call.named());
    let value = call.parameter("filter")?;
    if call.operation.verb == Verb::Owner {
        let (of, part) = parts(id).ok_or(Problem::NotFound)?;
        let (message, looked) = one(call, of, reader_of(call, part)).await?.ok_or(Problem::NotFound)?;
        recipient_row(call, (&message, &looked), part).ok_or(Problem::NotFound)?;
        let row = message_row(call, (&message, &looked)).ok_or(Problem::NotFound)?;
        return Ok(ok(row.into(), false));
    }
    let filter = Filter::read(model, value.as_ref(), true).map_err(wrong("filter"))?;
    let of = match model {
        Model::Message => id,
        Model::Recipient | Model::File => parts(id).ok_or(Problem::NotFound)?.0,
    };
    let readers = match (model, parts(id)) {
        (Model::Recipient, Some((_, part))) => reader_of(call, part),
        _ if filter.includes(Model::Recipient) => Readers::All,
        _ => Readers::None,
    };
    let wanted = Wanted {
        which: Which::Messages(message_ids([of])),
        oldest_first: false,
        readers,
    };
    let gathered = gather_these(call, &filter, wanted, &HashMap::new()).await?;
    if let (Model::Recipient, Some((_, part)), Some(message)) = (model, parts(id), gathered.looked.messages.first())
        && part == message.room_id
    {
        let row = recipient_row(call, (message, &gathered.looked), part).ok_or(Problem::NotFound)?;
        return Ok(ok(filter.fields_of(&row).into(), false));
    }
    let filter = filter.of_one(model, id);
    let mut answer = gathered.dataset.answer(model, &filter);
    let row: Option<Value> = answer.rows.pop();
    Ok(ok(row.ok_or(Problem::NotFound)?, gathered.cut))
}
