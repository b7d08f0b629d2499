//! The form of the ids of services whose paths take no other.

/// Whether this is a UUID in its usual form, as every id of the service is.
#[must_use]
pub fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    lengths == [8, 4, 4, 4, 12] && parts.iter().all(digits)
}

#[cfg(test)]
mod tests {
    use super::is_uuid;

    const ID: &str = "497f6eca-6276-4993-bfeb-53cbbbba6f08";

    #[test]
    fn a_uuid_has_its_form() {
        assert!(is_uuid(ID) && is_uuid(&ID.to_uppercase()));
        for bad in [
            "",
            "lobby",
            "497f6eca-6276-4993-bfeb-53cbbbba6f0",
            "497f6eca62764993bfeb53cbbbba6f08",
            "497f6eca-6276-4993-bfeb-53cbbbba6f0g",
        ] {
            assert!(!is_uuid(bad), "{bad}");
        }
    }
}
