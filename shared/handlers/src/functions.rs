//! The functions, each a constant of its own: a program that runs one of them contains the use-cases of that one and no others.

use std::fmt;

use parlour_domain::Moment;
use parlour_service::push::BoxFuture;
use parlour_service::{Parlour, sweep};
use serde_json::{Value, json};

use crate::InvokeError;
use crate::action::{Action, act, native};
use crate::authorizer::authorize;
use crate::connection;
use crate::deliver::deliver;
use crate::dialect;
use crate::event::{Arrived, WsEvent};
use crate::fan_out::fan_out;
use crate::incoming;
use crate::wire::failed;

type Run = for<'a> fn(&'a Parlour, Moment, &'a [u8]) -> BoxFuture<'a, Result<Value, InvokeError>>;

/// A function.
#[derive(Clone, Copy)]
pub struct Function {
    name: &'static str,
    run: Run,
}

/// The request authorizer of the WebSocket API.
pub const AUTHORIZER: Function = Function {
    name: "authorizer",
    run: |parlour, mut moment, event| Box::pin(async move { authorize(parlour, &mut moment, event).await }),
};

/// `$connect`.
pub const CONNECT: Function = Function {
    name: "connect",
    run: |parlour, mut moment, event| Box::pin(async move { connection::connect(parlour, &mut moment, event).await }),
};

/// What comes after `$connect`: called asynchronously.
pub const CONNECTED: Function = Function {
    name: "connected",
    run: |parlour, moment, event| Box::pin(async move { connection::connected(parlour, &moment, event).await }),
};

/// `$disconnect`.
pub const DISCONNECT: Function = Function {
    name: "disconnect",
    run: |parlour, moment, event| Box::pin(async move { connection::disconnect(parlour, &moment, event).await }),
};

/// The action of that name.
pub const JOIN_ROOM: Function = Function {
    name: "join_room",
    run: |parlour, moment, event| Box::pin(action(parlour, moment, event, native::JOIN_ROOM)),
};

/// The action of that name.
pub const SEND_MESSAGE: Function = Function {
    name: "send_message",
    run: |parlour, moment, event| Box::pin(action(parlour, moment, event, native::SEND_MESSAGE)),
};

/// All other actions, and `$default`.
pub const DEFAULT: Function = Function {
    name: "default",
    run: |parlour, moment, event| Box::pin(default(parlour, moment, event)),
};

async fn default(parlour: &Parlour, mut moment: Moment, payload: &[u8]) -> Result<Value, InvokeError> {
    let event = match WsEvent::parse(payload)? {
        Arrived::Known(event) => event,
        Arrived::Refused(_) => return Ok(json!({ "statusCode": 200 })),
    };
    match event.session.dialect {
        Some(service) if event.is_default() => dialect::act(parlour, &mut moment, &event, service).await,
        _ => act(parlour, moment, *event, native::OTHERS).await,
    }
}

async fn action(parlour: &Parlour, moment: Moment, payload: &[u8], actions: &[Action]) -> Result<Value, InvokeError> {
    match WsEvent::parse(payload)? {
        Arrived::Known(event) => act(parlour, moment, *event, actions).await,
        Arrived::Refused(_) => Ok(dialect::over()),
    }
}

/// Messages of the queue of large fan-outs.
pub const FAN_OUT: Function = Function {
    name: "fan_out",
    run: |parlour, moment, event| Box::pin(async move { fan_out(parlour, &moment, event).await }),
};

/// Messages of the queue of what webhooks and the event bus are to hear.
pub const DELIVER: Function = Function {
    name: "deliver",
    run: |parlour, moment, event| Box::pin(deliver(parlour, moment, event)),
};

/// Messages of the queue of events of the integrator's own system.
pub const EVENTS: Function = Function {
    name: "events",
    run: |parlour, mut moment, event| Box::pin(async move { incoming::take(parlour, &mut moment, event).await }),
};

/// What is due every minute.
pub const SWEEP: Function = Function {
    name: "sweep",
    run: |parlour, moment, _| {
        Box::pin(async move {
            let swept = sweep::sweep(parlour, &moment)
                .await
                .map_err(|error| failed("sweep", &error))?;
            Ok(json!({
                "connections": swept.connections, "pinged": swept.pinged, "finished": swept.finished, "trimmed": swept.trimmed, "tasks": swept.tasks,
                "files": swept.files,
            }))
        })
    },
};

const ALL: [Function; 11] = [
    AUTHORIZER,
    CONNECT,
    CONNECTED,
    DISCONNECT,
    JOIN_ROOM,
    SEND_MESSAGE,
    DEFAULT,
    FAN_OUT,
    DELIVER,
    EVENTS,
    SWEEP,
];

/// Their names.
pub(crate) const NAMES: [&str; ALL.len()] = {
    let mut names = [""; ALL.len()];
    let mut place = 0;
    while place < ALL.len() {
        names[place] = ALL[place].name;
        place += 1;
    }
    names
};

impl Function {
    /// Its name on AWS.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The function of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ALL.into_iter().find(|function| function.name == name)
    }

    /// Runs it on one event; event and answer are JSON. All of an invocation is this future: nothing runs after it.
    ///
    /// # Errors
    /// [`InvokeError`] where AWS expects a failed invocation; refusals are answers.
    pub async fn invoke(&self, parlour: &Parlour, moment: Moment, event: &[u8]) -> Result<Vec<u8>, InvokeError> {
        let answer = (self.run)(parlour, moment, event).await?;
        Ok(answer.to_string().into_bytes())
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The route key of an action, which is its name, and the name of its function; `None`: no action, so it goes to `$default`.
#[must_use]
pub fn action_route(action: &str) -> Option<(&'static str, &'static str)> {
    [
        (JOIN_ROOM, native::JOIN_ROOM),
        (SEND_MESSAGE, native::SEND_MESSAGE),
        (DEFAULT, native::OTHERS),
    ]
    .into_iter()
    .find_map(|(function, actions)| {
        let action = actions.iter().find(|known| known.name == action)?;
        Some((action.name, function.name))
    })
}
