//! What each function needs beside the tables: it decides which settings are required and what is fetched at the start.

/// What a function needs beside the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// It issues or verifies user tokens.
    pub signing_keys: bool,
    /// How it posts to connections.
    pub pushing: Pushing,
    /// It puts something into the `fan_out` queue: what is too much for it, or who comes and goes.
    pub queue: bool,
    /// It puts something into the `deliver` queue: rooms of which webhooks are to hear, and deliveries that are due.
    pub deliveries: bool,
    /// It has to do with the files of messages.
    pub files: bool,
    /// It has `connected` called.
    pub calls: bool,
    /// It makes most of the posts, so it is the one that keeps to a number of them a second.
    pub paced: bool,
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
    const TABLES_ALONE: Self = Self {
        signing_keys: false,
        pushing: Pushing::Never,
        queue: false,
        deliveries: false,
        files: false,
        calls: false,
        paced: false,
    };

    /// What the function of this name needs; `None`: there is no such function.
    #[must_use]
    pub fn of(function: &str) -> Option<Self> {
        use Pushing::{ToTheApiOfTheEvent, ToTheConfiguredApi};
        let alone = Self::TABLES_ALONE;
        let (signing_keys, queue, deliveries, files, calls, paced) = (true, true, true, true, true, true);
        Some(match function {
            "authorizer" => Self { signing_keys, ..alone },
            // Who comes and goes is told by tasks in the queue. In some dialects whoever opens a room becomes a member, of which the
            // others hear.
            "connect" => Self {
                pushing: ToTheApiOfTheEvent,
                calls,
                queue,
                deliveries,
                ..alone
            },
            // Its event is the one of `$connect`, which comes from the connection's own API.
            "connected" => Self {
                pushing: ToTheApiOfTheEvent,
                ..alone
            },
            "disconnect" | "join_room" => Self { queue, ..alone },
            "send_message" => Self {
                pushing: ToTheApiOfTheEvent,
                queue,
                deliveries,
                ..alone
            },
            // `reauth` verifies a token.
            "default" => Self {
                signing_keys,
                pushing: ToTheApiOfTheEvent,
                queue,
                deliveries,
                ..alone
            },
            "rest" => Self {
                signing_keys,
                pushing: ToTheConfiguredApi,
                queue,
                deliveries,
                files,
                ..alone
            },
            // Some services take files with their messages.
            "compat_rest" => Self {
                signing_keys,
                pushing: ToTheConfiguredApi,
                queue,
                deliveries,
                files,
                ..alone
            },
            // Its events come from the queue. What it erases, webhooks hear of.
            "fan_out" => Self {
                pushing: ToTheConfiguredApi,
                queue,
                deliveries,
                paced,
                ..alone
            },
            // It posts to servers of integrators, not to connections.
            "deliver" => Self { deliveries, ..alone },
            // Who is deleted leaves rooms, which are told, and webhooks too, and loses connections. Its events come from the queue.
            "events" => Self {
                pushing: ToTheConfiguredApi,
                queue,
                deliveries,
                ..alone
            },
            // It completes departures, of which the room is told, and takes files away.
            "sweep" => Self {
                pushing: ToTheConfiguredApi,
                queue,
                deliveries,
                files,
                ..alone
            },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_known() {
        for function in parlour_handlers::FUNCTIONS.into_iter().chain(["rest", "compat_rest"]) {
            assert!(Needs::of(function).is_some(), "{function}");
        }
        assert_eq!(Needs::of("$default"), None);
    }
}
