//! API Gateway's WebSocket event as what the use-cases need: whose connection it is, which route, which text.

use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use parlour_domain::dialect::Service;
use parlour_domain::rate::Quotas;
use parlour_domain::{AppId, ConnectionId, Timestamp, UserId};
use parlour_service::Session;
use serde_json::Value;

use crate::InvokeError;
use crate::wire::fault;

/// What the authorizer put into the context, under these names, all as text.
pub(crate) mod context {
    pub(crate) const APP: &str = "app";
    pub(crate) const USER: &str = "user";
    pub(crate) const DIALECT: &str = "dialect";
    /// The room that the URL of the handshake named, as it named it; not there: none.
    pub(crate) const ROOM: &str = "room";
    /// Milliseconds since the epoch.
    pub(crate) const EXPIRES: &str = "expires";
    /// Why the handshake is refused, of a client that can only be told so once it is connected; there is no app and no user then.
    pub(crate) const REFUSED: &str = "refused";
    /// Messages of the user within a minute; not there: any number.
    pub(crate) const USER_QUOTA: &str = "user_quota";
    /// Messages of all users of the app within a minute; not there: any number.
    pub(crate) const APP_QUOTA: &str = "app_quota";
}

/// The route of frames that name no action.
const DEFAULT_ROUTE: &str = "$default";

/// The dialect of Parlour's own clients.
pub(crate) const NATIVE: &str = "native";

/// Whose event it is.
#[derive(Debug)]
pub(crate) enum Arrived {
    /// Of somebody whom the authorizer has proven.
    Known(Box<WsEvent>),
    /// Of nobody: the connection is about to end.
    Refused(Refused),
}

/// A connection that is there to be told why it is refused.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) service: Service,
    pub(crate) connection: ConnectionId,
    /// As the authorizer noted it.
    pub(crate) why: String,
}

impl Refused {
    fn of(request: &ApiGatewayWebsocketProxyRequest) -> Option<Self> {
        let context = &request.request_context;
        let field = |name: &str| context.authorizer.fields.get(name).and_then(Value::as_str);
        Some(Self {
            why: field(context::REFUSED)?.to_owned(),
            service: Service::named(field(context::DIALECT)?)?,
            connection: ConnectionId::parse(context.connection_id.as_deref()?).ok()?,
        })
    }
}

/// One event of one connection.
#[derive(Debug)]
pub(crate) struct WsEvent {
    pub(crate) session: Session,
    pub(crate) route_key: String,
    pub(crate) request_id: String,
    /// The room that the URL of the handshake named, as it named it.
    pub(crate) room: Option<String>,
    pub(crate) request: ApiGatewayWebsocketProxyRequest,
}

impl WsEvent {
    /// Strict: an event without connection or identity is a fault of the deployment, not of a client.
    pub(crate) fn parse(payload: &[u8]) -> Result<Arrived, InvokeError> {
        let request: ApiGatewayWebsocketProxyRequest =
            serde_json::from_slice(payload).map_err(|error| fault("event", &error))?;
        if let Some(refused) = Refused::of(&request) {
            return Ok(Arrived::Refused(refused));
        }
        let context = &request.request_context;
        let session = session(&request).ok_or_else(|| fault("event", &"no connection or no authorizer context"))?;
        let route_key = context.route_key.clone().unwrap_or_default();
        let request_id = context.request_id.clone().unwrap_or_default();
        let room = context.authorizer.fields.get(context::ROOM).and_then(Value::as_str);
        let room = room.map(str::to_owned);
        Ok(Arrived::Known(Box::new(Self {
            session,
            route_key,
            request_id,
            room,
            request,
        })))
    }

    /// Whether no route is named after what the frame asks for.
    pub(crate) fn is_default(&self) -> bool {
        self.route_key == DEFAULT_ROUTE
    }

    /// The frame as text; `None` if it is not UTF-8.
    pub(crate) fn frame(&self) -> Option<String> {
        let body = self.request.body.clone().unwrap_or_default();
        if !self.request.is_base64_encoded {
            return Some(body);
        }
        use base64::Engine as _;
        String::from_utf8(base64::engine::general_purpose::STANDARD.decode(body).ok()?).ok()
    }
}

/// A number of the context, if it is there; `None`: it is none, and the event is a fault.
fn quota(field: Option<&str>) -> Option<Option<u32>> {
    field.map(str::parse).transpose().ok()
}

fn session(request: &ApiGatewayWebsocketProxyRequest) -> Option<Session> {
    let context = &request.request_context;
    let field = |name: &str| {
        let value = context.authorizer.fields.get(name);
        value.and_then(Value::as_str)
    };
    Some(Session {
        app: AppId::parse(field(context::APP)?).ok()?,
        user: UserId::parse(field(context::USER)?).ok()?,
        connection: ConnectionId::parse(context.connection_id.as_deref()?).ok()?,
        connected_at: Timestamp::from_millis(context.connected_at),
        expires: Timestamp::from_millis(field(context::EXPIRES)?.parse().ok()?),
        endpoint: None,
        dialect: match field(context::DIALECT)? {
            NATIVE => None,
            other => Some(Service::named(other)?),
        },
        quotas: Quotas {
            user: quota(field(context::USER_QUOTA))?,
            app: quota(field(context::APP_QUOTA))?,
        },
    })
}
