//! Clients of the WebSocket API: each event runs the function that the route calls.

use parlour_handlers::InvokeError;
use parlour_handlers::functions::action_route;
use serde_json::{Map, Value, json};

use crate::events;
use crate::rest::User;
use crate::world::World;

/// A client that has passed the authorizer.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) user: User,
    pub(crate) connection: String,
    pub(crate) since: i64,
    context: Map<String, Value>,
}

impl Client {
    /// The same client as one of another service's.
    pub(crate) fn speaking(mut self, service: &str, room: Option<&str>) -> Self {
        self.context.insert("dialect".to_owned(), service.into());
        if let Some(room) = room {
            self.context.insert("room".to_owned(), room.into());
        }
        self
    }

    /// A client of a service whose handshake is refused, and who is let in to be told so.
    pub(crate) fn refused(mut self, service: &str) -> Self {
        self.context.clear();
        self.context.insert("dialect".to_owned(), service.into());
        self.context.insert("refused".to_owned(), "no_token".into());
        self
    }
}

impl World {
    /// What the authorizer says to a handshake with this query parameter.
    pub(crate) async fn authorize(&self, with: (&str, &str)) -> Result<Value, InvokeError> {
        let event = events::authorizer("L0SM9cOFvHcCIhw=", self.now().millis(), with);
        self.invoke("authorizer", with.0, &event).await
    }

    /// A client that the authorizer lets in.
    pub(crate) async fn visitor(&self, user: &User, with: (&str, &str)) -> Client {
        let allowed = self.authorize(with).await.unwrap();
        Client {
            user: user.clone(),
            connection: format!("{:015}=", self.draw()),
            since: self.now().millis(),
            context: allowed["context"].as_object().unwrap().clone(),
        }
    }

    /// A connected client.
    pub(crate) async fn connect(&self, user: &User) -> Client {
        let client = self.visitor(user, ("token", &user.token)).await;
        assert_eq!(self.open(&client, false).await["statusCode"], 200);
        client
    }

    /// `$connect`, which may ask for a `hello`; then `connected` says it.
    pub(crate) async fn open(&self, client: &Client, hello: bool) -> Value {
        let mut event = events::connect(&client.connection, client.since, &client.context);
        if hello {
            event["queryStringParameters"] = json!({ "hello": "1" });
        }
        let answer = self.invoke("connect", "$connect", &event).await.unwrap();
        if hello {
            self.invoke("connected", "$connect", &event).await.unwrap();
        }
        answer
    }

    /// What `connect` has asked for where it refuses somebody who is told why.
    pub(crate) async fn told(&self, client: &Client) {
        let event = events::connect(&client.connection, client.since, &client.context);
        self.invoke("connected", "$connect", &event).await.unwrap();
    }

    pub(crate) async fn close(&self, client: &Client) {
        let event = events::disconnect(&client.connection, client.since, &client.context);
        self.invoke("disconnect", "$disconnect", &event).await.unwrap();
    }

    /// Sends a frame; the answer is a frame too, or null on the default route.
    pub(crate) async fn act(&self, client: &Client, action: &str, mut body: Value) -> Value {
        body["action"] = action.into();
        let (route, function) = action_route(action).unwrap_or(("$default", "default"));
        self.frame(client, function, route, &body.to_string()).await
    }

    /// Sends any text on a route.
    pub(crate) async fn frame(&self, client: &Client, function: &str, route: &str, text: &str) -> Value {
        let event = events::frame(&client.connection, client.since, &client.context, route, text);
        let answer = self.invoke(function, route, &event).await.unwrap();
        let frame = answer["body"].as_str().unwrap_or("null");
        serde_json::from_str(frame).unwrap()
    }

    /// The same, acknowledged: its data.
    pub(crate) async fn acked(&self, client: &Client, action: &str, body: Value) -> Value {
        let answer = self.act(client, action, body).await;
        assert!(
            answer["event"] == "ack" || answer["event"] == "pong",
            "{action}: {answer}"
        );
        answer["data"].clone()
    }

    /// The same, refused with this code.
    pub(crate) async fn refused(&self, client: &Client, action: &str, body: Value, code: &str) {
        let answer = self.act(client, action, body).await;
        assert_eq!(answer["data"]["code"], code, "{action}: {answer}");
    }

    pub(crate) async fn join(&self, client: &Client, room: &str) {
        self.acked(client, "join_room", json!({ "room_id": room })).await;
    }

    /// The room's users, each with one connection that has joined, all of them older than a moment.
    pub(crate) async fn audience(&self, users: &[User], room: &str) -> Vec<Client> {
        let mut clients = Vec::with_capacity(users.len());
        for user in users {
            let client = self.connect(user).await;
            self.join(&client, room).await;
            clients.push(client);
        }
        self.pass(60);
        clients
    }

    pub(crate) async fn sweep(&self) -> Value {
        let event = json!({ "source": "aws.events", "detail-type": "Scheduled Event", "detail": {} });
        self.invoke("sweep", "every minute", &event).await.unwrap()
    }

    /// Runs `fan_out` on what is in its queue.
    pub(crate) async fn fan_out(&self) -> Value {
        let messages = self.outside.take_queued();
        self.invoke("fan_out", "queue", &events::queue(&messages))
            .await
            .unwrap()
    }

    /// Runs `deliver` on what is in its queue.
    pub(crate) async fn deliver(&self) -> Value {
        let messages = self.outside.take_deliveries();
        self.invoke("deliver", "queue", &events::queue(&messages))
            .await
            .unwrap()
    }
}
