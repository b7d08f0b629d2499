//! A URL that is asked whether a registered token is still good.

use parlour_domain::limits;
use parlour_service::Error;
use parlour_service::trust::{Reach, Trust};

use super::{Server, app, at, trust};

#[tokio::test]
async fn only_a_status_of_success_is_a_yes() {
    let (server, trust) = (Server::start(200, "").await, trust());
    for (status, yes) in [
        (200, true),
        (204, true),
        (299, true),
        (302, false),
        (400, false),
        (401, false),
        (404, false),
    ] {
        server.says(status, "");
        let answer = trust
            .accepts(&app("one"), &server.url, &format!("t-{status}"), at(0))
            .await;
        assert_eq!(answer.unwrap(), yes, "{status}");
    }
}

#[tokio::test]
async fn an_answer_is_believed_for_a_minute_and_a_refusal_for_a_moment() {
    let (server, trust) = (Server::start(200, "").await, trust());
    let asked = async |id, second| {
        let answer = trust.accepts(&app(id), &server.url, "t", at(second)).await;
        (answer.unwrap(), server.asked())
    };
    let minute = limits::VERIFIED_SECONDS;
    assert_eq!(asked("one", 0).await, (true, 1));
    server.says(401, "");
    assert_eq!(asked("one", minute - 1).await, (true, 1));
    assert_eq!(asked("two", minute - 1).await, (false, 2), "an answer is one app's");
    assert_eq!(asked("one", minute).await, (false, 3));
    server.says(200, "");
    assert_eq!(asked("one", minute + limits::REFUSED_SECONDS - 1).await, (false, 3));
    assert_eq!(asked("one", minute + limits::REFUSED_SECONDS).await, (true, 4));
}

#[tokio::test]
async fn no_answer_lets_nobody_in() {
    let (server, trust) = (Server::start(503, "").await, trust());
    for number in 0..20 {
        let answer = trust
            .accepts(&app("one"), &server.url, &format!("t-{number}"), at(0))
            .await;
        assert!(matches!(answer, Err(Error::NotVerified)), "{answer:?}");
    }
    assert!(
        server.asked() < 20,
        "a URL that does not work is left alone for a while"
    );
}

#[tokio::test]
async fn neither_our_credentials_nor_private_addresses_are_reached() {
    let server = Server::start(200, "").await;
    assert!(
        !trust()
            .accepts(&app("one"), &server.url, "pt_app_abc", at(0))
            .await
            .unwrap()
    );
    let public = Trust::reaching(Reach::Public).unwrap();
    let answer = public.accepts(&app("one"), &server.url, "t", at(0)).await;
    assert!(matches!(answer, Err(Error::NotVerified)), "{answer:?}");
    assert_eq!(server.asked(), 0);
}
