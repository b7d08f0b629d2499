//! Channels as the protocol of another service knows them: there by being written to.

use parlour_domain::access::Actor;
use parlour_domain::room::{History, RoomKind, RoomSettings};
use parlour_domain::{Moment, RoomId, RoomKey};
use parlour_protocol::InvalidInput;
use parlour_protocol::request::NewRoom;

use crate::create_room::create;
use crate::enter_room::named;
use crate::message::{TRIES, step_back};
use crate::{Error, Parlour, people};

/// The room of this key or id; where there is none, a new group with the key and of these members: the user who writes, who owns it,
/// and `with`, as the client names them. Of two who do so at once, one makes it; whether the other may write there is decided by
/// writing there.
///
/// # Errors
/// [`Error::NotFound`] (`with` is no user), [`Error::Invalid`] (what cannot be a key), [`Error::Busy`], [`Error::Store`].
pub async fn open_channel(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    name: &str,
    with: Option<&str>,
) -> Result<RoomId, Error> {
    for tried in 0..TRIES {
        step_back(moment, tried).await;
        match named(parlour, actor, name).await {
            Err(Error::NotFound) => {}
            found => return found,
        }
        match create(parlour, moment, actor, channel(parlour, actor, name, with).await?, None).await {
            Ok(made) => {
                let id = RoomId::parse(&made.value.id);
                return id.map_err(|_| Error::Defect("the id of a new room cannot be read".to_owned()));
            }
            // Someone else has made it, or is about to.
            Err(Error::RoomKeyTaken | Error::Busy) => {}
            Err(error) => return Err(error),
        }
    }
    Err(Error::Busy)
}

async fn channel(parlour: &Parlour, actor: &Actor, name: &str, with: Option<&str>) -> Result<NewRoom, Error> {
    let key = RoomKey::parse(name).map_err(|error| InvalidInput::new("key", error))?;
    let mut members = Vec::new();
    if let Some(with) = with {
        members.push(
            people::known(parlour, actor.app(), with)
                .await?
                .ok_or(Error::NotFound)?,
        );
    }
    Ok(NewRoom {
        kind: RoomKind::Group,
        name: None,
        members,
        public: false,
        key: Some(key),
        history: History::All,
        custom: None,
        settings: RoomSettings::default(),
    })
}
