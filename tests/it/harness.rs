//! A server to test, and clients for it. Nothing here but `process`, `tables` and `clock`, which start one, knows what the server is: it has
//! URLs and a client key.

mod answers;
pub(crate) mod binary;
mod clock;
pub(crate) mod contract;
mod event;
mod foreign;
mod form;
mod hook;
mod lifetime;
mod people;
mod process;
mod provider;
mod receiver;
mod reply;
mod rest;
mod scale;
mod server;
mod socket;
mod socket_io;
mod tables;
mod tenant;

use std::time::Duration;

pub(crate) use clock::ClockServer;
pub(crate) use event::Refused;
pub(crate) use foreign::{FOREIGN_SECRET, Foreign, Guest, understand};
pub(crate) use form::{Form, send as send_form};
pub(crate) use hook::{Hook, SECRET as HOOK_SECRET, Says};
pub(crate) use lifetime::{for_a_while, joined};
pub(crate) use people::{Backend, Person, put};
pub(crate) use process::Process;
pub(crate) use provider::{Answers, Provider, jwt};
pub(crate) use receiver::{Call, Receiver};
pub(crate) use reply::Reply;
pub(crate) use rest::{Caller, Credential};
pub(crate) use scale::{heavy, raise_file_limit};
pub(crate) use server::TestServer;
pub(crate) use socket::{Handshake, Socket};
pub(crate) use socket_io::SocketIo;
pub(crate) use tables::TableServer;
pub(crate) use tenant::{ORIGIN, Tenant, Tenants, own_app};

/// Longer than anything here takes; what waits this long has failed.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);
