//! The first pass: every file is read and every row checked, and what they say is sorted by room and time. Nothing is written.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::PathBuf;

use parlour_domain::text::DisplayName;
use parlour_domain::{ExternalId, RoomKey, limits};

use super::facts::{Fact, Person, RoomFact, key};
use super::rows::{BadRow, Row, Rows, Table, find, name_of};
use super::spill::{Sorted, Spill};
use super::times::Micros;
use super::{Key, Refusal, Service, callsewa, chat_panel, facebook_clone, go_chat, sourceloop};

/// Rooms that are written at the same time; each lane sorts its own.
const LANES: usize = 8;
/// Bytes that a lane holds in memory.
const LANE_BYTES: usize = 4 << 20;
/// Bad rows that are shown.
const SHOWN: usize = 20;

/// What the command says of reading.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ruled {
    /// The export.
    pub(crate) folder: PathBuf,
    /// The key of texts that are encrypted.
    pub(crate) key: Option<Key>,
    /// Of which app of the other service; none: it has one.
    pub(crate) source_app: Option<String>,
    /// Leave out rows that are not as they must be.
    pub(crate) skip_bad_rows: bool,
}

/// What an export says, ready to be written.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub(super) people: HashMap<String, Person>,
    pub(super) lanes: Vec<Sorted>,
    /// Rooms, without those that are deleted.
    pub(crate) rooms: u64,
    /// Messages in them.
    pub(crate) messages: u64,
    /// Rows that are of deleted rooms or of another app.
    pub(crate) passed_over: u64,
    /// Rows that were left out, and the first of them in words.
    pub(crate) bad: (u64, Vec<String>),
}

impl Gathered {
    /// How many users there are.
    pub(crate) fn users(&self) -> u64 {
        self.people.len() as u64
    }
}

/// Reads an export.
pub(crate) fn gather(service: Service, ruled: Ruled) -> Result<Gathered, Refusal> {
    let mut gather = Gather::new(ruled, LANE_BYTES)?;
    match service {
        Service::Sourceloop => sourceloop::read(&mut gather)?,
        Service::GoChat => go_chat::read(&mut gather)?,
        Service::ChatPanel => chat_panel::read(&mut gather)?,
        Service::Callsewa => callsewa::read(&mut gather)?,
        Service::FacebookClone => facebook_clone::read(&mut gather)?,
    }
    gather.end()
}

/// What is known of a room while rows are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    There,
    /// Deleted, or of another app.
    PassedOver,
}

/// What the files of a service give, row by row.
#[derive(Debug)]
pub(super) struct Gather {
    pub(super) ruled: Ruled,
    people: HashMap<String, Person>,
    rooms: HashMap<String, Known>,
    lanes: Vec<Spill>,
    messages: u64,
    passed_over: u64,
    bad: (u64, Vec<String>),
    /// Why what was put could not be kept.
    broken: Option<io::Error>,
    /// Whether who is in no table of users is no user.
    pub(super) all_people_known: bool,
    /// Whether what is in no table of rooms is no room.
    pub(super) all_rooms_known: bool,
}

impl Gather {
    pub(super) fn new(ruled: Ruled, lane_bytes: usize) -> Result<Self, Refusal> {
        let lane = |_| Spill::new(lane_bytes);
        let lanes = (0..LANES).map(lane).collect::<Result<_, _>>().map_err(Refusal::spill)?;
        Ok(Self {
            ruled,
            people: HashMap::new(),
            rooms: HashMap::new(),
            lanes,
            messages: 0,
            passed_over: 0,
            bad: (0, Vec::new()),
            broken: None,
            all_people_known: false,
            all_rooms_known: false,
        })
    }

    /// Reads a table that must be there.
    pub(super) fn each(
        &mut self,
        table: Table,
        row: impl FnMut(&mut Self, &Row) -> Result<(), BadRow>,
    ) -> Result<(), Refusal> {
        if self.each_if_any(table, row)? {
            return Ok(());
        }
        Err(Refusal::Whole(format!(
            "{}: there is no {}.csv or {}.jsonl",
            self.ruled.folder.display(),
            table.names[0],
            table.names[0]
        )))
    }

    /// Reads a table if it is there, and tells whether it is.
    pub(super) fn each_if_any(
        &mut self,
        table: Table,
        mut row: impl FnMut(&mut Self, &Row) -> Result<(), BadRow>,
    ) -> Result<bool, Refusal> {
        let Some(file) = find(&self.ruled.folder, &table)? else {
            return Ok(false);
        };
        let name = name_of(&file);
        let mut rows = Rows::open(file, table)?;
        while let Some((line, read)) = rows.next()? {
            if let Err(bad) = read.and_then(|read| row(self, &read)) {
                self.is_bad(&name, line, &bad);
            }
            if let Some(error) = self.broken.take() {
                return Err(Refusal::spill(error));
            }
        }
        Ok(true)
    }

    pub(super) fn is_bad(&mut self, file: &str, line: u64, bad: &BadRow) {
        let column = bad
            .column
            .map(|column| format!(", column `{column}`"))
            .unwrap_or_default();
        self.bad.0 += 1;
        if self.bad.1.len() < SHOWN {
            self.bad.1.push(format!("{file}, line {line}{column}: {}", bad.why));
        }
    }

    /// A user of a table of users.
    pub(super) fn person(&mut self, id: &str, person: Person) {
        self.people.insert(id.to_owned(), person);
    }

    /// Whoever a column names, who is a user here. One who is in no table of users is called by the id.
    pub(super) fn someone(&mut self, column: &'static str, id: &str) -> Result<String, BadRow> {
        if !self.people.contains_key(id) {
            if self.all_people_known {
                return Err(BadRow::at(column, "names no user"));
            }
            let external_id = ExternalId::parse(id).map_err(|why| BadRow::at(column, why))?;
            let person = Person {
                name: name(&[Some(id)], &external_id)?,
                external_id,
                created_at: None,
                gone_since: None,
            };
            self.people.insert(id.to_owned(), person);
        }
        Ok(id.to_owned())
    }

    /// Whether this is a user who is not deleted.
    pub(super) fn is_here(&self, id: &str) -> bool {
        self.people.get(id).is_some_and(|person| person.gone_since.is_none())
    }

    /// A room of a table of rooms.
    pub(super) fn room(&mut self, id: &str, line: u64, room: RoomFact) -> Result<(), BadRow> {
        if self.rooms.insert(id.to_owned(), Known::There).is_some() {
            return Err(BadRow::at("id", "is the id of an earlier row too"));
        }
        self.put(id, &Fact::Room(room), (None, line));
        Ok(())
    }

    /// A room that is not imported.
    pub(super) fn pass_over(&mut self, room: &str) {
        self.rooms.insert(room.to_owned(), Known::PassedOver);
        self.passed_over += 1;
    }

    /// A row that says nothing here.
    pub(super) const fn pass_over_row(&mut self) {
        self.passed_over += 1;
    }

    /// Whether the room that a column names is imported. One that is in no table of rooms is made as `room` says.
    pub(super) fn is_in(
        &mut self,
        (column, id): (&'static str, &str),
        line: u64,
        room: impl Fn(RoomKey) -> RoomFact,
    ) -> Result<bool, BadRow> {
        match self.rooms.get(id) {
            Some(Known::There) => Ok(true),
            Some(Known::PassedOver) => {
                self.passed_over += 1;
                Ok(false)
            }
            None if self.all_rooms_known => Err(BadRow::at(column, "names no room")),
            None => {
                let key = RoomKey::parse(id).map_err(|why| BadRow::at(column, why))?;
                self.room(id, line, room(key))?;
                Ok(true)
            }
        }
    }

    /// Something about a room that is imported.
    pub(super) fn put(&mut self, room: &str, fact: &Fact, (at, line): (Option<Micros>, u64)) {
        self.messages += u64::from(matches!(fact, Fact::Message(_)));
        let mut hasher = DefaultHasher::new();
        room.hash(&mut hasher);
        let lane = usize::try_from(hasher.finish() % LANES as u64).unwrap_or_default();
        let value = serde_json::to_vec(fact).unwrap_or_default();
        if let Err(error) = self.lanes[lane].push(key(room, fact, (at, line)), value) {
            self.broken.get_or_insert(error);
        }
    }

    fn end(self) -> Result<Gathered, Refusal> {
        if self.bad.0 > 0 && !self.ruled.skip_bad_rows {
            return Err(Refusal::Rows(self.bad.1, self.bad.0));
        }
        let lanes = self.lanes.into_iter().map(Spill::sorted);
        Ok(Gathered {
            people: self.people,
            lanes: lanes.collect::<Result<_, _>>().map_err(Refusal::spill)?,
            rooms: self.rooms.values().filter(|known| **known == Known::There).count() as u64,
            messages: self.messages,
            passed_over: self.passed_over,
            bad: self.bad,
        })
    }
}

/// A name of these words, on one line and not too long; without any, the id.
pub(super) fn name(words: &[Option<&str>], id: &ExternalId) -> Result<DisplayName, BadRow> {
    let said = name_if_any(words);
    let name = said.map_or_else(|| DisplayName::parse(id.as_str()), Ok);
    name.map_err(|why| BadRow::at("id", why))
}

/// A name of these words, on one line and not too long, if they say anything.
pub(super) fn name_if_any(words: &[Option<&str>]) -> Option<DisplayName> {
    let words: Vec<&str> = words
        .iter()
        .flatten()
        .flat_map(|words| words.split_whitespace())
        .collect();
    let shown = |letter: &char| !letter.is_control();
    let name: String = words.join(" ").chars().filter(shown).take(limits::NAME_CHARS).collect();
    DisplayName::parse(&name).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::import::facts::room_of;

    /// What these files say of rooms, in order.
    pub(in crate::import) fn read(
        service: Service,
        files: &[(&str, &str)],
        ruled: Ruled,
    ) -> Result<(Gathered, Vec<(String, Fact)>), Refusal> {
        let folder = written(files);
        let ruled = Ruled {
            folder: folder.path().to_owned(),
            ..ruled
        };
        let mut gathered = gather(service, ruled)?;
        let facts = facts(&mut gathered);
        Ok((gathered, facts))
    }

    fn written(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    fn facts(gathered: &mut Gathered) -> Vec<(String, Fact)> {
        let mut facts = Vec::new();
        for lane in &mut gathered.lanes {
            while let Some((key, value)) = lane.next().unwrap() {
                let room = String::from_utf8(room_of(&key).to_vec()).unwrap();
                facts.push((room, serde_json::from_slice(&value).unwrap()));
            }
        }
        facts.sort_by(|one: &(String, Fact), other| one.0.cmp(&other.0));
        facts
    }

    const PARTICIPANTS: (&str, &str) = ("chat_room_participants.csv", "room_id,user_id\nr1,u1\n");

    fn messages(rows: &str, skip_bad_rows: bool) -> Result<Gathered, Refusal> {
        let text = format!("id,room_id,user_id,content,created_at\n{rows}");
        let ruled = Ruled {
            skip_bad_rows,
            ..Ruled::default()
        };
        let files = [PARTICIPANTS, ("chat_messages.csv", text.as_str())];
        read(Service::GoChat, &files, ruled).map(|(gathered, _)| gathered)
    }

    #[test]
    fn a_bad_row_is_named_and_nothing_is_imported_unless_it_is_left_out() {
        let rows = "m1,r1,u1,hello,2024-01-01 00:00:00\nm2,r1,u1,,2024-01-01 00:00:00\nm3,r1,u1,x,soon\n";
        let refusal = messages(rows, false).unwrap_err().to_string();
        assert!(
            refusal.contains("chat_messages.csv, line 3, column `content`: "),
            "{refusal}"
        );
        assert!(
            refusal.contains("chat_messages.csv, line 4, column `created_at`: is no time"),
            "{refusal}"
        );
        let gathered = messages(rows, true).unwrap();
        assert_eq!((gathered.messages, gathered.rooms, gathered.bad.0), (1, 1, 2));
        assert_eq!(gathered.bad.1.len(), 2);
    }

    #[test]
    fn only_some_of_many_bad_rows_are_shown() {
        let rows = "m,r1,u1,,2024-01-01 00:00:00\n".repeat(100);
        let Err(Refusal::Rows(shown, 100)) = messages(&rows, false) else {
            panic!("a hundred rows are refused");
        };
        assert_eq!(shown.len(), SHOWN);
    }

    #[test]
    fn a_missing_table_is_named() {
        let refusal = read(Service::GoChat, &[PARTICIPANTS], Ruled::default()).unwrap_err();
        assert!(
            refusal
                .to_string()
                .contains("there is no chat_messages.csv or chat_messages.jsonl")
        );
    }

    #[test]
    fn names_are_made_to_fit() {
        let id = ExternalId::parse("42").unwrap();
        let long = "x".repeat(500);
        assert_eq!(
            name(&[Some(" Ada "), None, Some("Love\nlace")], &id).unwrap().as_str(),
            "Ada Love lace"
        );
        assert_eq!(name(&[None, Some(" ")], &id).unwrap().as_str(), "42");
        assert_eq!(name(&[Some(&long)], &id).unwrap().as_str().len(), limits::NAME_CHARS);
    }
}
