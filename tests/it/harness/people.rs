//! Who uses the server: a backend with its client key, and people with their tokens.

use std::ops::Deref;

use serde_json::{Value, json};

use super::{Caller, Credential, Handshake, Reply, Socket};

/// The integrator's backend.
#[derive(Debug, Clone)]
pub(crate) struct Backend {
    caller: Caller,
    ws: String,
}

impl Backend {
    pub(crate) fn new(caller: Caller, ws: &str) -> Self {
        Self {
            caller,
            ws: ws.to_owned(),
        }
    }

    /// Another app's backend at the same server.
    pub(crate) fn of(&self, credential: Credential) -> Self {
        Self {
            caller: self.caller.with(credential),
            ws: self.ws.clone(),
        }
    }

    /// The value of its `clientKey` header.
    pub(crate) fn key(&self) -> &str {
        match &self.caller.credential {
            Credential::ClientKey(key) => key,
            _ => "",
        }
    }

    /// What it calls with.
    pub(crate) fn caller(&self) -> Caller {
        self.caller.clone()
    }

    /// The backend acting as a user.
    pub(crate) fn acting_as(&self, user: &str) -> Caller {
        self.caller
            .with(Credential::ClientKey(format!("{}.{user}", self.key())))
    }

    /// The WebSocket URL.
    pub(crate) fn ws(&self) -> &str {
        &self.ws
    }

    /// A new user with a token.
    pub(crate) async fn person(&self, name: &str) -> Person {
        let user = self.post("/user", json!({ "name": name })).await.expect(201);
        let id = user["id"].as_str().unwrap().to_owned();
        let token = self.token(&id).await;
        Person {
            caller: self.caller.with(Credential::Bearer(token.clone())),
            ws: self.ws.clone(),
            id,
            name: name.to_owned(),
            token,
        }
    }

    /// Several people.
    pub(crate) async fn people<const N: usize>(&self, names: [&str; N]) -> [Person; N] {
        let mut people = Vec::new();
        for name in names {
            people.push(self.person(name).await);
        }
        people.try_into().unwrap()
    }

    /// A new token of a user.
    pub(crate) async fn token(&self, user: &str) -> String {
        let token = self.call("POST", &format!("/auth/{user}"), None).await.expect(201);
        token["token"].as_str().unwrap().to_owned()
    }

    /// A new group of these people, made by the backend: nobody owns it.
    pub(crate) async fn group(&self, people: &[&Person]) -> String {
        let members: Vec<_> = people.iter().map(|person| &person.id).collect();
        let room = self.post("/room", json!({ "kind": "group", "members": members })).await;
        id(&room.expect(201))
    }

    /// The messages of a room, oldest first, page by page.
    pub(crate) async fn messages(&self, room: &str) -> Vec<Value> {
        let mut messages = Vec::new();
        let mut after = Some(0);
        while let Some(seq) = after {
            let path = format!("/room/{room}/message?after_seq={seq}");
            let page = self.get(&path).await.expect(200);
            messages.extend(page["items"].as_array().unwrap().iter().cloned());
            after = page["next"].as_u64();
        }
        messages
    }
}

impl Deref for Backend {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

/// A user with a token.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    caller: Caller,
    ws: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) token: String,
}

impl Person {
    /// The same person with a token at a server that was started again.
    pub(crate) fn at(&self, server: &Backend, token: String) -> Self {
        Self {
            caller: server.caller.with(Credential::Bearer(token.clone())),
            ws: server.ws.clone(),
            token,
            ..self.clone()
        }
    }

    /// A new group that this person owns.
    pub(crate) async fn group(&self, people: &[&Person]) -> String {
        let members: Vec<_> = people.iter().map(|person| &person.id).collect();
        let room = self.post("/room", json!({ "kind": "group", "members": members })).await;
        id(&room.expect(201))
    }

    /// Sends a message over REST.
    pub(crate) async fn say(&self, room: &str, text: &str) -> Value {
        self.send(room, json!({ "text_message": text })).await.expect(201)
    }

    /// Announces a file.
    pub(crate) async fn announce(&self, name: &str, content_type: &str, size: usize) -> Value {
        let body = json!({ "name": name, "content_type": content_type, "size": size });
        self.post("/attachments", body).await.expect(201)
    }

    /// Announces, uploads and confirms a file; what a message will say of it.
    pub(crate) async fn upload(&self, name: &str, content_type: &str, bytes: &'static [u8]) -> Value {
        let announced = self.announce(name, content_type, bytes.len()).await;
        assert_eq!(put(&announced["upload"], bytes).await, 200);
        self.confirm(&announced).await.expect(200)
    }

    /// Confirms a file that was announced.
    pub(crate) async fn confirm(&self, announced: &Value) -> Reply {
        let id = announced["attachment_id"].as_str().unwrap();
        self.call("POST", &format!("/attachments/{id}/confirm"), None).await
    }

    /// Sends a message over REST with these fields.
    pub(crate) async fn send(&self, room: &str, message: Value) -> Reply {
        self.post(&format!("/room/{room}/message/send"), message).await
    }

    /// A new connection.
    pub(crate) async fn connect(&self) -> Socket {
        self.handshake().open().await.unwrap()
    }

    /// A connection to be made. The token is in the query, which every server takes; not each names a subprotocol.
    pub(crate) fn handshake(&self) -> Handshake {
        Handshake::new(&self.ws).query("token", &self.token)
    }

    /// A new connection that hears of a room.
    pub(crate) async fn join(&self, room: &str) -> Socket {
        let mut socket = self.connect().await;
        let joined = socket.join(room).await;
        assert_eq!(joined["verdict"], "complete", "{joined}");
        socket
    }
}

impl Deref for Person {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

/// Uploads as a browser would; the status.
pub(crate) async fn put(upload: &Value, bytes: &'static [u8]) -> u16 {
    let client = reqwest::Client::builder().no_proxy().timeout(super::LIMIT).build();
    let mut request = client.unwrap().put(upload["url"].as_str().unwrap()).body(bytes);
    for (name, value) in upload["headers"].as_object().unwrap() {
        request = request.header(name, value.as_str().unwrap());
    }
    request.send().await.unwrap().status().as_u16()
}
