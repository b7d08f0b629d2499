//! `parlour function-environment`: what functions outside this process need to know, as an env file.
//!
//! Functions have one pair of AWS keys for all that they sign: requests to DynamoDB, posts to connections, messages to the queue. The gateway's
//! own pair does where DynamoDB asks for nothing better; where the user's keys are in the environment they do, and are not
//! written down: `parlour serve --invoke` takes what is signed with them.

use std::fmt::Write;
use std::net::SocketAddr;

use parlour_store::Tables;

use super::arguments::FunctionEnvironmentArguments;
use super::serve::folder;
use super::{Failure, say};
use crate::account::environment_credentials;
use crate::files;
use crate::private_file;
use crate::queue;
use crate::running::reachable;
use crate::secrets::Secrets;

/// Why there are no keys that functions could use.
const NO_KEYS: &str = "functions take AWS keys from their environment alone: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (for a profile: \
    eval \"$(aws configure export-credentials --profile NAME --format env)\") for this command, for `parlour serve --invoke` \
    and for the functions, and leave --profile out";

pub(super) async fn run(arguments: &FunctionEnvironmentArguments) -> Result<(), Failure> {
    let text = environment(arguments).await?;
    match &arguments.output {
        Some(file) => Ok(private_file::write(file, text.as_bytes())?),
        None => say(text.trim_end()),
    }
}

async fn environment(arguments: &FunctionEnvironmentArguments) -> Result<String, Failure> {
    let place = &arguments.place;
    let dynamodb = place
        .dynamodb()
        .ok_or("functions outside this process need DynamoDB outside: give --dynamodb-endpoint or --aws")?;
    let keys = environment_credentials();
    if place.profile.is_some() || (dynamodb.endpoint.is_none() && keys.is_none()) {
        return Err(NO_KEYS.into());
    }
    let gateway = gateway(&arguments.listen)?;
    let secrets = Secrets::open(Some(&folder(place)?))?;
    let own = secrets.key_pair()?;
    let region = dynamodb.access(&own).await?.region;
    let tables = Tables::with_prefix(&place.table_prefix);
    let mut file = EnvFile::default();
    file.set("PARLOUR_CHAT_TABLE", &tables.chat)?;
    file.set("PARLOUR_CONNECTIONS_TABLE", &tables.connections)?;
    file.set("PARLOUR_SIGNING_KEYS", &secrets.signing_keys_text()?)?;
    file.set("PARLOUR_MANAGEMENT_ENDPOINT", &gateway)?;
    let queue = |name| format!("{gateway}{}", queue::path(name));
    file.set("PARLOUR_FAN_OUT_QUEUE", &queue(queue::FAN_OUT))?;
    file.set("PARLOUR_DELIVER_QUEUE", &queue(queue::DELIVER))?;
    file.set("PARLOUR_CONNECTED_FUNCTION", "connected")?;
    if arguments.private_urls {
        file.set("PARLOUR_PRIVATE_URLS", "true")?;
    }
    if let Some(endpoint) = &dynamodb.endpoint {
        file.set("AWS_ENDPOINT_URL_DYNAMODB", endpoint)?;
    }
    file.set("PARLOUR_FILES_BUCKET", files::BUCKET)?;
    file.set("AWS_ENDPOINT_URL_S3", &gateway)?;
    file.set("AWS_ENDPOINT_URL_SQS", &gateway)?;
    file.set("AWS_ENDPOINT_URL_LAMBDA", &gateway)?;
    file.set("AWS_REGION", &region)?;
    if keys.is_none() {
        file.set("AWS_ACCESS_KEY_ID", &own.access_key_id)?;
        file.set("AWS_SECRET_ACCESS_KEY", &own.secret_access_key)?;
    }
    Ok(file.0)
}

/// The URL at which functions on this machine reach the gateway.
fn gateway(listen: &str) -> Result<String, Failure> {
    let port = listen.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    match port {
        Some(0) => Err("--listen has to name the port: functions have to know it".into()),
        Some(_) => Ok(match listen.parse::<SocketAddr>() {
            Ok(address) => format!("http://{}", reachable(address)),
            Err(_) => format!("http://{listen}"),
        }),
        None => Err("--listen is HOST:PORT".into()),
    }
}

/// `NAME='VALUE'` lines, for shells and for `cargo lambda`, which takes base64 only in quotes.
#[derive(Default)]
struct EnvFile(String);

impl EnvFile {
    fn set(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        if value.contains(|character: char| character == '\'' || character.is_control()) {
            return Err(format!("{name} cannot be written: it has a quote or a line break in it").into());
        }
        Ok(writeln!(self.0, "{name}='{value}'")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gateway_is_where_a_client_on_this_machine_reaches_it() {
        for (listen, expected) in [
            ("127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("0.0.0.0:80", Some("http://127.0.0.1:80")),
            ("[::]:8080", Some("http://[::1]:8080")),
            ("localhost:8080", Some("http://localhost:8080")),
            ("127.0.0.1:0", None),
            ("localhost", None),
        ] {
            assert_eq!(gateway(listen).ok().as_deref(), expected, "{listen}");
        }
    }

    #[test]
    fn a_value_cannot_end_its_line() {
        let mut file = EnvFile::default();
        file.set("A", "b=/+ c").unwrap();
        assert!(file.set("B", "it's").is_err());
        assert!(file.set("B", "1\nC=2").is_err());
        assert_eq!(file.0, "A='b=/+ c'\n");
    }
}
