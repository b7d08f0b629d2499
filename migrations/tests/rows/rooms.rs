//! Rooms as the version before wrote them, and what a complete list of rooms is.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use parlour_store::domain::room::{Room, RoomKind};
use parlour_store::domain::text::DisplayName;
use parlour_store::domain::{RoomNumber, Seq};
use parlour_store::keys;

use crate::world::{NOW, World};

type Row = HashMap<String, AttributeValue>;

pub(crate) fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

/// A room; the name says its number, and every seventh has none.
pub(crate) fn room(number: u64) -> Room {
    Room {
        name: (!number.is_multiple_of(7)).then(|| name(&format!("Room #{}", number % 1_000))),
        member_count: 2,
        deleted: number.is_multiple_of(50),
        ..Room::new(RoomNumber::new(number).unwrap(), RoomKind::Group, NOW)
    }
}

impl World {
    /// A room's row as the version before wrote it.
    pub(crate) fn old_row(&self, room: &Room) -> Row {
        let mut row: Row = serde_dynamo::to_item(room).unwrap();
        let key = keys::room(&self.app, room.number);
        let text = |text: &str| AttributeValue::S(text.to_owned());
        row.extend([
            ("pk".to_owned(), text(&key.pk)),
            ("sk".to_owned(), text(&key.sk)),
            ("t".to_owned(), text("room")),
        ]);
        // A deletion that a crash left half done stands in another list, and stays there.
        if room.deleted && room.number.get().is_multiple_of(100) {
            row.insert("ik".to_owned(), text(&keys::unfinished()));
            row.insert("iv".to_owned(), text(&keys::unfinished_room(&self.app, room.number)));
        }
        row
    }

    /// So many rooms of the old form, and for each a row of another kind.
    pub(crate) async fn old_rooms(&self, count: usize) {
        let numbers = 1..=u64::try_from(count).unwrap();
        let rows: Vec<Row> = numbers
            .flat_map(|number| [self.old_row(&room(number)), self.entry(number)])
            .collect();
        for batch in rows.chunks(25) {
            self.put(batch).await;
        }
    }

    fn entry(&self, number: u64) -> Row {
        let key = keys::entry(&self.app, RoomNumber::new(number).unwrap(), Seq::FIRST);
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(key.pk)),
            ("sk".to_owned(), AttributeValue::S(key.sk)),
        ])
    }

    async fn put(&self, rows: &[Row]) {
        let write = |row: &Row| {
            let put = PutRequest::builder().set_item(Some(row.clone())).build().unwrap();
            WriteRequest::builder().put_request(put).build()
        };
        let mut left: Vec<_> = rows.iter().map(write).collect();
        while !left.is_empty() {
            let table = &self.store.tables().chat;
            let answer = self
                .raw
                .batch_write_item()
                .request_items(table, left)
                .send()
                .await
                .unwrap();
            left = answer
                .unprocessed_items
                .unwrap_or_default()
                .remove(table)
                .unwrap_or_default();
        }
    }

    /// A room's row.
    pub(crate) async fn row(&self, number: u64) -> Row {
        let key = keys::room(&self.app, RoomNumber::new(number).unwrap());
        let get = self.raw.get_item().table_name(&self.store.tables().chat);
        let get = get
            .key("pk", AttributeValue::S(key.pk))
            .key("sk", AttributeValue::S(key.sk));
        get.consistent_read(true).send().await.unwrap().item.unwrap()
    }

    /// The numbers of all rooms that are listed, in order.
    pub(crate) async fn listed(&self) -> Vec<u64> {
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let page = self
                .store
                .list_rooms(&self.app, None, after.as_ref(), 100)
                .await
                .unwrap();
            listed.extend(page.rooms.iter().map(|room| room.number.get()));
            after = page.next;
            if after.is_none() {
                return listed;
            }
        }
    }

    /// Checks that `count` rooms of the old form have the new one now, each written once, and nothing else about them has
    /// changed.
    pub(crate) async fn check(&self, count: usize) {
        let count = u64::try_from(count).unwrap();
        let mut alive: Vec<u64> = (1..=count).filter(|number| !room(*number).deleted).collect();
        let mut placed: Vec<(String, u32)> = self.tap.placed().into_iter().collect();
        placed.sort_unstable();
        let pk = |number: &u64| keys::room(&self.app, RoomNumber::new(*number).unwrap()).pk;
        let mut once: Vec<(String, u32)> = alive.iter().map(|number| (pk(number), 1)).collect();
        once.sort_unstable();
        assert_eq!(placed, once);
        alive.sort_by_key(|number| (room(*number).name.map(|name| name.folded()), *number));
        assert_eq!(self.listed().await, alive);
        let some = [1, 7, 50, 100].into_iter().filter(|number| *number <= count);
        for number in some {
            let (mut now, mut before) = (self.row(number).await, self.old_row(&room(number)));
            if !room(number).deleted {
                assert_eq!(now.remove("ik"), Some(AttributeValue::S(keys::rooms(&self.app))));
                assert!(now.remove("iv").is_some());
            }
            // An absent attribute and a null are the same to a reader.
            now.retain(|_, value| !value.is_null());
            before.retain(|_, value| !value.is_null());
            assert_eq!(now, before);
        }
    }
}
