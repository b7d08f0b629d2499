//! What a developer reads when the gateway is ready: the page, and lines to paste that work as printed.

use std::io::{self, Write};

use crate::running::Running;
use crate::secrets::DevelopmentApp;

/// Writes the text.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut impl Write, running: &Running) -> io::Result<()> {
    let Running { http, ws, .. } = running;
    writeln!(out, "Parlour is ready.")?;
    writeln!(out)?;
    writeln!(out, "  page       {http}/")?;
    writeln!(out, "  reference  {http}/docs/")?;
    writeln!(out, "  websocket  {ws}")?;
    if let Some(functions) = &running.functions {
        writeln!(out, "  functions  {functions}")?;
        writeln!(out)?;
        writeln!(
            out,
            "Until these functions run, only the page and the reference answer. Their environment is printed by"
        )?;
        writeln!(
            out,
            "`parlour function-environment`, with the data folder, address and tables of this command."
        )?;
    }
    writeln!(out)?;
    match &running.app {
        Some(app) => to_paste(out, (http.as_str(), ws.as_str()), app)?,
        None => writeln!(
            out,
            "These are the tables of an account: make an app there by `parlour app create NAME --aws`. `--dev` makes one to try\n\
             things with."
        )?,
    }
    writeln!(out)?;
    writeln!(out, "Ctrl-C stops it: what is under way finishes first.")?;
    out.flush()
}

fn to_paste(out: &mut impl Write, (http, ws): (&str, &str), app: &DevelopmentApp) -> io::Result<()> {
    let DevelopmentApp {
        client_key: key,
        user_id: ada,
        other_user_id: bob,
        room_id: room,
        ..
    } = app;
    writeln!(out, "Listen to the room \"Lobby\" as Ada:")?;
    writeln!(out)?;
    writeln!(out, "{}", wscat(http, ws, key, ada, room))?;
    writeln!(out)?;
    writeln!(
        out,
        "and, in another terminal, say something there as Bob; or make a user of your own:"
    )?;
    writeln!(out)?;
    let path = format!("/room/{room}/message/send");
    writeln!(
        out,
        "{}",
        curl(
            http,
            &format!("{key}.{bob}"),
            &path,
            r#"{"text_message":"Hello, Ada!"}"#
        )
    )?;
    writeln!(out)?;
    writeln!(out, "{}", curl(http, key, "/user", r#"{"name":"Carol"}"#))
}

/// A `curl` line for a `POST`.
#[must_use]
pub fn curl(http: &str, client_key: &str, path: &str, body: &str) -> String {
    format!(
        "curl -sS -X POST '{http}{path}' -H 'clientKey: {client_key}' -H 'Content-Type: application/json' -d '{body}'"
    )
}

/// A `wscat` line that fetches a token of its own, so that it works at any later time too, joins the room and stays.
#[must_use]
pub fn wscat(http: &str, ws: &str, client_key: &str, user_id: &str, room_id: &str) -> String {
    let token = format!(
        r#"$(curl -sS -X POST '{http}/auth/{user_id}' -H 'clientKey: {client_key}' | sed 's/.*"token":"\([^"]*\)".*/\1/')"#
    );
    let join = format!(r#"{{"action":"join_room","room_id":"{room_id}"}}"#);
    format!(r#"wscat -c "{ws}?token={token}" -w -1 -x '{join}'"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_can_be_pasted() {
        assert_eq!(
            curl("http://127.0.0.1:8080", "key", "/user", r#"{"name":"Bob"}"#),
            "curl -sS -X POST 'http://127.0.0.1:8080/user' -H 'clientKey: key' -H 'Content-Type: application/json' \
             -d '{\"name\":\"Bob\"}'"
        );
        let line = wscat("http://127.0.0.1:8080", "ws://127.0.0.1:8080/ws", "key", "user", "room");
        assert!(
            line.starts_with(r#"wscat -c "ws://127.0.0.1:8080/ws?token=$(curl "#),
            "{line}"
        );
    }
}
