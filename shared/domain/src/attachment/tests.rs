//! Names, types and sizes of files, and who may take one.

use super::*;
use crate::{Entropy, Moment};

fn moment() -> Moment {
    Moment {
        now: Timestamp::from_millis(1_000),
        entropy: Entropy::from_seed([3; 32]),
    }
}

#[test]
fn a_name_is_no_path_and_hides_nothing() {
    for good in ["a.png", "Urlaub 2026.jpg", "写真.webp", "...", "a..b", &"x".repeat(128)] {
        assert!(FileName::parse(good).is_ok(), "{good:?}");
    }
    assert_eq!(FileName::parse(" a.png ").unwrap().as_str(), "a.png");
    for bad in [
        "",
        " ",
        ".",
        "..",
        "../a",
        "a/b",
        "a\\b",
        "a\nb",
        "a\0",
        "exe\u{202e}gpj.",
        &"x".repeat(129),
    ] {
        assert_eq!(FileName::parse(bad), Err(FileError::Name), "{bad:?}");
    }
}

#[test]
fn a_type_has_one_spelling_and_only_safe_ones_are_served() {
    for (text, served) in [
        ("image/png", "image/png"),
        ("text/plain", "text/plain"),
        ("image/svg+xml", ContentType::BYTES),
        ("text/html", ContentType::BYTES),
        ("application/vnd.ms-excel", ContentType::BYTES),
    ] {
        assert_eq!(ContentType::parse(text).unwrap().served_as(), served);
    }
    let long = format!("image/{}", "x".repeat(100));
    for bad in [
        "",
        "image",
        "image/",
        "/png",
        "Image/png",
        "image/png; a=b",
        "a/b/c",
        "image/p ng",
        &long,
    ] {
        assert_eq!(ContentType::parse(bad), Err(FileError::ContentType), "{bad:?}");
    }
}

#[test]
fn a_file_is_neither_empty_nor_too_large() {
    assert_eq!(file_size(1), Ok(1));
    assert_eq!(file_size(limits::ATTACHMENT_BYTES), Ok(limits::ATTACHMENT_BYTES));
    assert_eq!(file_size(0), Err(FileError::Size));
    assert_eq!(file_size(limits::ATTACHMENT_BYTES + 1), Err(FileError::Size));
}

#[test]
fn a_message_takes_only_a_free_file_of_its_sender() {
    let mut moment = moment();
    let (own, other) = (UserId::generate(&mut moment), UserId::generate(&mut moment));
    let (room, elsewhere) = (RoomNumber::new(1).unwrap(), RoomNumber::new(2).unwrap());
    let free = Attachment {
        file: File {
            id: AttachmentId::generate(&mut moment),
            name: FileName::parse("a.png").unwrap(),
            content_type: ContentType::parse("image/png").unwrap(),
            size: 1,
            pixels: None,
        },
        uploader: Some(own),
        announced_at: moment.now,
        only_in: None,
        confirmed: true,
        room: None,
        seq: None,
        doomed: false,
    };
    assert!(free.is_free_for(Some(own), room));
    for refused in [
        Attachment {
            uploader: Some(other),
            ..free.clone()
        },
        Attachment {
            uploader: None,
            ..free.clone()
        },
        Attachment {
            confirmed: false,
            ..free.clone()
        },
        Attachment {
            doomed: true,
            ..free.clone()
        },
        Attachment {
            only_in: Some(elsewhere),
            ..free.clone()
        },
        Attachment {
            room: Some(room),
            seq: Some(Seq::FIRST),
            ..free.clone()
        },
    ] {
        assert!(!refused.is_free_for(Some(own), room), "{refused:?}");
    }
    assert!(
        Attachment {
            only_in: Some(room),
            ..free.clone()
        }
        .is_free_for(Some(own), room)
    );
    let bound = Attachment {
        room: Some(room),
        seq: Some(Seq::FIRST),
        ..free
    };
    assert!(bound.is_usable_by(Some(own), room), "its message may be sent again");
}

#[test]
fn a_file_stays_until_nothing_can_be_uploaded_in_its_place() {
    let at = Timestamp::from_millis(0);
    let ended = limits::UPLOAD_SECONDS + limits::UPLOAD_LASTS_SECONDS;
    assert_eq!(released_at(at, at), at.plus_seconds(ended));
    let later = at.plus_seconds(ended + 1);
    assert_eq!(released_at(at, later), later);
}
