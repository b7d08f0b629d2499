//! Ids as API Gateway makes them: eleven random bytes in URL-safe base64, such as `L0SM9cOFvHcCIhw=`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;

/// A new id for a connection, a request or a message.
///
/// # Errors
/// If the operating system gives no randomness.
pub fn generate() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 11];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE.encode(bytes))
}

/// Whether a text can be a connection id; another one is a malformed request, not a connection that is gone.
#[must_use]
pub fn is_well_formed(text: &str) -> bool {
    (1..=128).contains(&text.len()) && URL_SAFE.decode(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_look_like_those_of_api_gateway() {
        let (one, two) = (generate().unwrap(), generate().unwrap());
        assert_ne!(one, two);
        assert_eq!(one.len(), 16);
        assert!(one.ends_with('='));
        assert!(is_well_formed(&one));
        assert!(is_well_formed("L0SM9cOFvHcCIhw="));
        assert!(!is_well_formed("no such id"));
        assert!(!is_well_formed(""));
    }
}
