//! What names, texts and custom data may be.

use super::*;

#[test]
fn reactions_and_labels_are_single_words() {
    for good in ["👍", "❤️", "👩‍👩‍👧", ":tada:", "+1"] {
        assert!(Reaction::parse(good).is_ok(), "{good}");
    }
    for bad in ["", " ", "a b", "\u{7}", &"x".repeat(65)] {
        assert!(Reaction::parse(bad).is_err(), "{bad:?}");
    }
    assert!(Label::parse("order.shipped:1").is_ok());
    for bad in ["", "a b", " a", "ä", &"x".repeat(33)] {
        assert!(Label::parse(bad).is_err(), "{bad:?}");
    }
    assert_eq!(
        Subject::parse(" Lunch ").map(|subject| subject.as_str().to_owned()),
        Ok("Lunch".to_owned())
    );
    assert_eq!(Subject::parse("a\nb"), Err(TextError::Control));
}

#[test]
fn a_message_may_have_lines_and_emoji_but_no_control_characters() {
    for good in ["hi", "two\nlines\r\n\ttab", "👩‍👩‍👧", "שלום\u{200f}", &"é".repeat(4_000)] {
        assert_eq!(MessageText::parse(good).unwrap().as_str(), good);
    }
    for bad in ["", "  \n", "a\0b", "\u{1b}[31m", "a\u{85}b", &"é".repeat(4_001)] {
        assert!(MessageText::parse(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn a_name_is_one_line() {
    assert_eq!(DisplayName::parse("  Ada Lovelace ").unwrap().as_str(), "Ada Lovelace");
    for bad in ["", " ", "a\nb", &"x".repeat(129)] {
        assert!(DisplayName::parse(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn a_name_is_found_by_its_beginning_in_any_case() {
    let name = DisplayName::parse("ΟΔΟΣ Straße 7").unwrap();
    for beginning in ["ο", "Οδος", "ΟΔΟΣ ", "οδοσ strA", "ΟΔΟς Straße 7"] {
        let prefix = NamePrefix::parse(beginning).unwrap();
        assert!(name.folded().starts_with(&prefix.folded()), "{beginning:?}");
    }
    for other in ["δ", "οδοσ  ", "οδοσ strasse"] {
        let prefix = NamePrefix::parse(other).unwrap();
        assert!(!name.folded().starts_with(&prefix.folded()), "{other:?}");
    }
    for bad in ["", " ", "a\nb", &"x".repeat(129), &format!("x{}", " ".repeat(128))] {
        assert!(NamePrefix::parse(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn a_picture_is_on_the_web() {
    assert!(AvatarUrl::parse("https://example.com/a.png?x=1").is_ok());
    for bad in [
        "javascript:alert(1)",
        "https://",
        "http:///x",
        "data:image/png;base64,",
        "https://a b",
    ] {
        assert_eq!(AvatarUrl::parse(bad), Err(TextError::NotUrl), "{bad}");
    }
}

#[test]
fn custom_data_is_bounded_in_size_and_depth() {
    let nested = |depth: usize| {
        let mut value = Value::from(1);
        for _ in 0..depth {
            value = Value::Array(vec![value]);
        }
        Map::from_iter([("a".to_owned(), value)])
    };
    assert!(Custom::parse(&nested(31)).is_ok());
    assert_eq!(Custom::parse(&nested(32)), Err(TextError::TooDeep(32)));
    let large = Map::from_iter([("a".to_owned(), Value::from("x".repeat(4_096)))]);
    assert!(matches!(Custom::parse(&large), Err(TextError::TooLong { .. })));
    let kept = Map::from_iter([("big".to_owned(), Value::from(9_007_199_254_740_993_u64))]);
    assert_eq!(Custom::parse(&kept).unwrap().object(), kept);
}
