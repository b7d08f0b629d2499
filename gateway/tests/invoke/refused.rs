//! What cannot be meant is said before anything starts.

use parlour_gateway::account::Account;
use parlour_gateway::lambda_client::LambdaSettings;
use parlour_gateway::{Options, ServeError, serve};

#[tokio::test]
async fn functions_elsewhere_cannot_see_the_embedded_engine() {
    let options = Options {
        invoke: Some(LambdaSettings {
            url: "http://127.0.0.1:9000".to_owned(),
            prefix: String::new(),
            account: Account::default(),
            concurrency: 8,
        }),
        ..Options::default()
    };
    let refused = serve(options).await.unwrap_err();
    assert!(matches!(refused, ServeError::InvokeWithoutDynamoDb));
    assert!(refused.to_string().contains("--dynamodb-endpoint"), "{refused}");
}
