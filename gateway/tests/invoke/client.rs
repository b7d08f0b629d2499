//! The invoker by itself, against small servers that answer as Lambda and `cargo lambda watch` do.

use std::sync::Arc;

use axum::extract::Path;
use axum::response::IntoResponse;
use axum::routing::post;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use parlour_gateway::account::Account;
use parlour_gateway::answer;
use parlour_gateway::connection::Authorized;
use parlour_gateway::invoke::{Failure, Invoker};
use parlour_gateway::lambda_client::{LambdaClient, LambdaError, LambdaSettings};

async fn invoker(url: &str, prefix: &str) -> Result<Invoker, LambdaError> {
    let settings = LambdaSettings {
        url: url.to_owned(),
        prefix: prefix.to_owned(),
        account: Account::default(),
        concurrency: 8,
    };
    Ok(Invoker::new(Arc::new(LambdaClient::new(&settings).await?)))
}

async fn served(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, router).into_future());
    url
}

async fn lambda(Path(name): Path<String>, headers: HeaderMap, event: Bytes) -> impl IntoResponse {
    assert_eq!(headers["content-type"], "application/json");
    let failed = HeaderMap::from_iter([("x-amz-function-error".parse().unwrap(), "Unhandled".parse().unwrap())]);
    let unauthorized = Bytes::from_static(br#"{"errorMessage":"Unauthorized","errorType":"Unauthorized"}"#);
    match name.as_str() {
        "stack-join_room" => (StatusCode::OK, HeaderMap::new(), event),
        // As Lambda says that a function failed.
        "stack-authorizer" => (StatusCode::OK, failed, unauthorized),
        // As `cargo lambda watch` says it.
        "stack-connect" => (StatusCode::INTERNAL_SERVER_ERROR, HeaderMap::new(), unauthorized),
        _ => (StatusCode::NOT_FOUND, HeaderMap::new(), Bytes::from_static(b"{}")),
    }
}

#[tokio::test]
async fn functions_are_called_by_prefix_and_name() {
    let url = served(axum::Router::new().route("/2015-03-31/functions/{name}/invocations", post(lambda))).await;
    let invoker = invoker(&format!("{url}/"), "stack-").await.unwrap();
    let event = Bytes::from_static(br#"{"body":"hi"}"#);
    for _ in 0..3 {
        assert_eq!(invoker.call("join_room", event.clone()).await, Ok(event.clone()));
    }
    for refusing in ["authorizer", "connect"] {
        let refused = invoker.call(refusing, event.clone()).await;
        assert_eq!(refused, Err(Failure::Unhandled("Unauthorized".to_owned())));
        assert_eq!(answer::authorizer(refused).0, Authorized::Unauthorized, "{refusing}");
    }
    let missing = invoker.call("sweep", event).await;
    assert_eq!(answer::authorizer(missing).0, Authorized::Failed);
}

#[tokio::test]
async fn where_nobody_listens_a_call_fails() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let invoker = invoker(&url, "").await.unwrap();
    let Err(Failure::Unhandled(why)) = invoker.call("connect", Bytes::new()).await else {
        panic!("nobody can have answered");
    };
    assert!(why.starts_with("the Lambda API cannot be asked: "), "{why}");
}

#[tokio::test]
async fn settings_that_cannot_be_meant() {
    let refused = async |url, prefix| invoker(url, prefix).await.unwrap_err();
    assert!(matches!(refused("127.0.0.1:9000", "").await, LambdaError::Url(_)));
    assert!(matches!(refused("http://a?b=c", "").await, LambdaError::Url(_)));
    assert!(matches!(
        refused("http://127.0.0.1:9000", "a/b").await,
        LambdaError::Prefix(_)
    ));
}
