//! The one call of the Systems Manager parameter store: `GetParameter` of a SecureString.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::aws_service::{AwsService, Patience, ServiceError};

/// The service that requests are signed for.
pub(crate) const SERVICE: &str = "ssm";
/// Three tries; Lambda gives a start 10 s in all.
const PATIENCE: Patience = Patience {
    limit: Duration::from_secs(2),
    pauses: &[Duration::from_millis(100), Duration::from_millis(400)],
};

/// Why there is no value. Never holds one.
#[derive(Debug, thiserror::Error)]
pub enum ParameterError {
    /// There was no answer, or a refusal: there is no such parameter, or this function may not read it.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The answer has no value in it.
    #[error("the parameter store's answer has no value")]
    NoValue,
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

/// The decrypted value of a parameter; three tries.
///
/// # Errors
/// [`ParameterError`], of the last try.
pub async fn value(parameter_store: &AwsService, name: &str) -> Result<String, ParameterError> {
    let body = json!({ "Name": name, "WithDecryption": true }).to_string();
    let answer = parameter_store
        .json("1.1", "AmazonSSM.GetParameter", body, PATIENCE)
        .await?;
    let answer: Answer = serde_json::from_slice(&answer).map_err(|_| ParameterError::NoValue)?;
    Ok(answer.parameter.value)
}
