//! Who may use the development endpoints, and what they make of the REST API's answers.

use super::*;

const USER: &str = "018f2a6b-0000-8000-8000-000000000001";

fn rest() -> Router {
    let user = || json!({ "id": USER, "name": "Ada" });
    Router::new()
        .route(
            "/user",
            get(async move |RawQuery(query): RawQuery| {
                let next = if query.is_none() { json!(USER) } else { Value::Null };
                Json(json!({ "items": [user()], "next": next, "query": query }))
            })
            .post(async move |headers: HeaderMap, Json(body): Json<Value>| {
                assert_eq!(headers["clientKey"], "key");
                (StatusCode::CREATED, Json(json!({ "id": USER, "name": body["name"] })))
            }),
        )
        .route("/user/{id}", get(async move || Json(user())))
        .route(
            "/auth/{id}",
            post(async || (StatusCode::CREATED, Json(json!({ "token": "t", "expires_at": "e" })))),
        )
}

fn dev() -> Router {
    router(Development {
        rest: rest(),
        client_key: "key".to_owned(),
        faults: Arc::default(),
        beyond_loopback: false,
    })
}

async fn call(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (StatusCode, Value) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = dev()
        .oneshot(request.body(Body::from(body.to_owned())).unwrap())
        .await
        .unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), MAX_ANSWER).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

const LOCAL: (&str, &str) = ("host", "127.0.0.1:8080");
const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn the_key_is_not_shown() {
    let development = Development {
        rest: Router::new(),
        client_key: "secret".to_owned(),
        faults: Arc::default(),
        beyond_loopback: false,
    };
    assert!(!format!("{development:?}").contains("secret"));
}

#[tokio::test]
async fn users_and_sessions() {
    assert_eq!(
        call("GET", "/dev", &[LOCAL], "").await,
        (StatusCode::OK, json!({ "dev": true }))
    );
    let (_, users) = call("GET", "/dev/user", &[LOCAL], "").await;
    assert_eq!(
        (&users["items"][0]["name"], &users["next"]),
        (&json!("Ada"), &json!(USER))
    );
    let (_, last) = call("GET", "/dev/user?limit=50&after=x%20y", &[LOCAL], "").await;
    assert_eq!(
        (&last["next"], &last["query"]),
        (&Value::Null, &json!("limit=50&after=x%20y"))
    );
    let (status, user) = call("POST", "/dev/user", &[LOCAL, JSON], r#"{"name":"Bob"}"#).await;
    assert_eq!((status, &user["name"]), (StatusCode::CREATED, &json!("Bob")));
    let body = json!({ "user_id": USER }).to_string();
    let (status, session) = call("POST", "/dev/session", &[LOCAL, JSON], &body).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(
        session,
        json!({ "token": "t", "expires_at": "e", "user": { "id": USER, "name": "Ada" } })
    );
}

#[tokio::test]
async fn what_a_foreign_page_or_a_proxy_may_send_is_refused() {
    let body = json!({ "user_id": USER }).to_string();
    for headers in [
        vec![("host", "evil.example:8080"), JSON],
        vec![("host", "127.0.0.1.evil.example"), JSON],
        vec![("host", "192.168.1.2:8080"), JSON],
        vec![LOCAL, JSON, ("origin", "http://evil.example")],
        vec![LOCAL, JSON, ("origin", "http://127.0.0.1:9999")],
        vec![LOCAL, JSON, ("origin", "null")],
        vec![LOCAL, JSON, ("sec-fetch-site", "cross-site")],
        vec![LOCAL, JSON, ("x-forwarded-for", "198.51.100.7")],
        vec![LOCAL, JSON, ("forwarded", "for=198.51.100.7")],
        vec![LOCAL, JSON, ("x-real-ip", "198.51.100.7")],
        vec![JSON],
    ] {
        assert_eq!(
            call("POST", "/dev/session", &headers, &body).await.0,
            StatusCode::FORBIDDEN,
            "{headers:?}"
        );
    }
    let (status, _) = call("POST", "/dev/session", &[LOCAL, ("content-type", "text/plain")], &body).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let same_origin = [
        LOCAL,
        JSON,
        ("origin", "http://127.0.0.1:8080"),
        ("sec-fetch-site", "same-origin"),
    ];
    assert_eq!(
        call("POST", "/dev/session", &same_origin, &body).await.0,
        StatusCode::CREATED
    );
}

#[test]
fn hosts() {
    for host in [
        "localhost",
        "localhost:1",
        "127.0.0.1",
        "127.8.8.8:80",
        "[::1]:80",
        "[::1]",
    ] {
        assert!(is_local_host(host, false), "{host}");
    }
    for host in [
        "",
        "example.com",
        "10.0.0.1",
        "localhost.evil.example:80",
        "[::2]:80",
        "2130706433",
    ] {
        assert!(!is_local_host(host, false), "{host}");
    }
    assert!(is_local_host("10.0.0.1:80", true));
    assert!(
        !is_local_host("evil.example", true),
        "a name can be bound to any address"
    );
}

#[tokio::test]
async fn faults_can_be_switched_at_run_time() {
    let (status, plan) = call("PUT", "/dev/fault", &[LOCAL, JSON], r#"{"seed":7,"gone":0.5}"#).await;
    assert_eq!((status, &plan["gone"]), (StatusCode::OK, &json!(0.5)));
    assert_eq!(
        call("PUT", "/dev/fault", &[LOCAL, JSON], r#"{"gone":2}"#).await.0,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(call("GET", "/dev/fault", &[LOCAL], "").await.1["gone"], json!(0.0));
}
