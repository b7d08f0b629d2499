//! What each function needs beside the tables: it decides which settings are required and what is fetched at the start.

/// What a function needs beside the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// It issues or verifies user tokens.
    pub signing_keys: bool,
    /// How it posts to connections.
    pub pushing: Pushing,
}

/// How a function posts to connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushing {
    /// Not at all.
    Never,
    /// Its events come from the connections' own API, so they say where its management endpoint is.
    ToTheApiOfTheEvent,
    /// Its events come from elsewhere, so the endpoint has to be configured.
    ToTheConfiguredApi,
}

impl Needs {
    /// What the function of this name needs; `None`: there is no such function.
    #[must_use]
    pub fn of(function: &str) -> Option<Self> {
        let (signing_keys, pushing) = match function {
            "authorizer" => (true, Pushing::Never),
            // Joining answers by its route; it tells nobody else.
            "connect" | "disconnect" | "join_room" => (false, Pushing::Never),
            "send_message" => (false, Pushing::ToTheApiOfTheEvent),
            // `reauth` verifies a token.
            "default" => (true, Pushing::ToTheApiOfTheEvent),
            "rest" => (true, Pushing::ToTheConfiguredApi),
            // It completes departures, of which the room is told.
            "sweep" => (false, Pushing::ToTheConfiguredApi),
            _ => return None,
        };
        Some(Self { signing_keys, pushing })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_known() {
        for function in parlour_handlers::FUNCTIONS.into_iter().chain(["rest"]) {
            assert!(Needs::of(function).is_some(), "{function}");
        }
        assert_eq!(Needs::of("$default"), None);
    }
}
