//! One call of the Systems Manager parameter store: `GetParameter` of a SecureString. Its SDK would be larger than a function.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, StatusCode, header};
use serde::Deserialize;
use serde_json::json;

use crate::endpoint::Endpoint;
use crate::outbound::{Outbound, SendError};
use crate::signer::{Signer, SigningFailed};

/// The service that requests are signed for.
const SERVICE: &str = "ssm";
/// One try has this long; Lambda gives a start 10 s in all.
const LIMIT: Duration = Duration::from_secs(2);
/// The pauses before the second try and the third.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];

/// Why there is no value. Never holds one.
#[derive(Debug, thiserror::Error)]
pub enum ParameterError {
    /// The parameter's name makes no request.
    #[error("the request cannot be made: {0}")]
    Request(#[from] http::Error),
    /// It could not be signed.
    #[error(transparent)]
    Signing(#[from] SigningFailed),
    /// There was no answer.
    #[error(transparent)]
    Send(#[from] SendError),
    /// The parameter store says no: there is no such parameter, or this function may not read it.
    #[error("the parameter store answers {status} {code}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The name of the error, empty if it gave none.
        code: String,
    },
    /// The answer has no value in it.
    #[error("the parameter store's answer has no value")]
    NoValue,
}

impl ParameterError {
    fn is_passing(&self) -> bool {
        match self {
            Self::Send(_) => true,
            Self::Refused { status, code } => *status >= 500 || *status == 429 || code.contains("Throttl"),
            Self::Request(_) | Self::Signing(_) | Self::NoValue => false,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    parameter: Parameter,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    value: String,
}

#[derive(Deserialize, Default)]
struct Refusal {
    #[serde(rename = "__type", default)]
    code: String,
}

/// The decrypted value of a parameter; three tries.
///
/// # Errors
/// [`ParameterError`], of the last try.
pub async fn value(
    outbound: &Outbound,
    signer: &Signer,
    endpoint: &Endpoint,
    name: &str,
) -> Result<String, ParameterError> {
    for pause in PAUSES {
        match one_try(outbound, signer, endpoint, name).await {
            Err(error) if error.is_passing() => tracing::warn!(%error, "the parameter store is asked again"),
            answered => return answered,
        }
        tokio::time::sleep(pause).await;
    }
    one_try(outbound, signer, endpoint, name).await
}

async fn one_try(
    outbound: &Outbound,
    signer: &Signer,
    endpoint: &Endpoint,
    name: &str,
) -> Result<String, ParameterError> {
    let body = json!({ "Name": name, "WithDecryption": true }).to_string();
    let mut request = Request::post(format!("{endpoint}/"))
        .header(header::CONTENT_TYPE, "application/x-amz-json-1.1")
        .header("x-amz-target", "AmazonSSM.GetParameter")
        .body(Bytes::from(body))?;
    signer.sign(SERVICE, SystemTime::now(), &mut request)?;
    let (status, body) = outbound.send(request, LIMIT).await?;
    if status != StatusCode::OK {
        let Refusal { code } = serde_json::from_slice(&body).unwrap_or_default();
        return Err(ParameterError::Refused {
            status: status.as_u16(),
            code,
        });
    }
    let answer: Answer = serde_json::from_slice(&body).map_err(|_| ParameterError::NoValue)?;
    Ok(answer.parameter.value)
}
