//! JWTs that Parlour did not issue: those of integrators and identity providers are accepted, for what they say.

use jsonwebtoken::Algorithm;
use parlour_auth::{CredentialError, ForeignToken};
use parlour_domain::verification::{ClaimName, Mapping};
use parlour_domain::{Timestamp, limits};

use crate::forge::{NOW, at, claims as own_claims, signed as own};
use crate::provider::{
    ISSUER, SECRET, by_key, by_secret, claims, claims_with, header, mapping, party, public, secret, shared,
};

#[test]
fn a_good_token_means_its_person() {
    for person in [
        shared(&by_secret(&header("HS256", "any"), &claims(), SECRET.as_bytes())),
        shared(&by_secret(r#"{"alg":"HS256"}"#, &claims(), SECRET.as_bytes())),
        public(&by_key(&header("RS256", "rsa"), &claims(), Algorithm::RS256)),
        public(&by_key(&header("ES256", "ec"), &claims(), Algorithm::ES256)),
    ] {
        let person = person.unwrap();
        assert_eq!(person.external_id.as_str(), "ada");
        assert_eq!(person.name.unwrap().as_str(), "Ada");
        assert_eq!(person.avatar_url, None);
    }
}

#[test]
fn either_of_two_secrets_proves_while_one_is_changed() {
    let other = "fedcba9876543210fedcba9876543210";
    let token = by_secret(&header("HS256", "any"), &claims(), other.as_bytes());
    let token = ForeignToken::parse(&token).unwrap();
    assert!(token.prove_by_secret(&[secret(SECRET), secret(other)]).is_ok());
    assert_eq!(
        token.prove_by_secret(&[secret(SECRET)]).unwrap_err(),
        CredentialError::BadSignature
    );
}

#[test]
fn tokens_of_ours_are_of_another_kind() {
    let ours = own(
        r#"{"alg":"HS256","typ":"parlour-user+jwt","kid":"k1.appa"}"#,
        &own_claims(),
    );
    assert_eq!(shared(&ours).unwrap_err(), CredentialError::WrongKind);
}

#[test]
fn times_have_their_exact_type_and_issuer_and_audience_are_exact() {
    let with = |members: &str| {
        shared(&by_secret(
            &header("HS256", "a"),
            &claims_with(members),
            SECRET.as_bytes(),
        ))
    };
    let exp = NOW + 3600;
    for bad in [
        "null",
        "true",
        "[]",
        "{}",
        r#""""#,
        r#""9999999999""#,
        "-1",
        "1767326645.0",
        "1e10",
        "1e400",
        "9223372036854775808",
        "253402300800",
    ] {
        for members in [
            format!(r#""exp":{bad}"#),
            format!(r#""exp":{exp},"nbf":{bad}"#),
            format!(r#""exp":{exp},"iat":{bad}"#),
        ] {
            assert_eq!(with(&members).unwrap_err(), CredentialError::BadClaims, "{members}");
        }
    }
    assert_eq!(
        with(r#""a":1"#).unwrap_err(),
        CredentialError::BadClaims,
        "exp is required"
    );
    assert!(matches!(
        with(&format!(r#""exp":{NOW}"#)),
        Err(CredentialError::Expired { .. })
    ));
    for begin in ["nbf", "iat"] {
        let early = format!(r#""exp":{exp},"{begin}":{}"#, NOW + 61);
        assert!(
            matches!(with(&early), Err(CredentialError::NotYetValid { .. })),
            "{begin}"
        );
        assert!(
            with(&format!(r#""exp":{exp},"{begin}":{}"#, NOW + 60)).is_ok(),
            "{begin}"
        );
    }
    let of = |claims: &str| shared(&by_secret(&header("HS256", "a"), claims, SECRET.as_bytes())).map(|_| ());
    for (iss, aud, expected) in [
        (r#""https://id.example.com/""#, r#""chat""#, Ok(())),
        (
            r#""https://id.example.com""#,
            r#""chat""#,
            Err(CredentialError::WrongApp),
        ),
        (
            r#"["https://id.example.com/"]"#,
            r#""chat""#,
            Err(CredentialError::WrongApp),
        ),
        ("null", r#""chat""#, Err(CredentialError::WrongApp)),
        (
            r#""https://id.example.com/""#,
            r#""chats""#,
            Err(CredentialError::WrongApp),
        ),
        (
            r#""https://id.example.com/""#,
            r#"["chat",1]"#,
            Err(CredentialError::WrongApp),
        ),
        (
            r#""https://id.example.com/""#,
            r#"{"chat":1}"#,
            Err(CredentialError::WrongApp),
        ),
        (r#""https://id.example.com/""#, "[]", Err(CredentialError::WrongApp)),
    ] {
        let claims = format!(r#"{{"iss":{iss},"aud":{aud},"sub":"ada","exp":{exp}}}"#);
        assert_eq!(of(&claims), expected, "{claims}");
    }
    for sub in ["null", "1", r#""""#, r#""two words""#, r#"["ada"]"#, r#"{"$gt":""}"#] {
        let claims = format!(r#"{{"iss":"{ISSUER}","aud":"chat","sub":{sub},"exp":{exp}}}"#);
        assert_eq!(of(&claims), Err(CredentialError::BadClaims), "{sub}");
    }
}

#[test]
fn another_claim_can_be_the_user_and_a_bad_name_keeps_nobody_out() {
    let claims = claims_with(&format!(
        r#""exp":{},"uid":"u-7","name":"","picture":"javascript:alert(1)""#,
        NOW + 10 * limits::FOREIGN_TOKEN_SECONDS
    ))
    .replace(r#""name":"Ada","#, "");
    let token = by_secret(&header("HS256", "a"), &claims, SECRET.as_bytes());
    let token = ForeignToken::parse(&token).unwrap();
    assert_eq!(token.unproven_subject().as_deref(), Some("ada"));
    let proven = token.prove_by_secret(&[secret(SECRET)]).unwrap();
    let (person, until) = proven
        .person((Some(&party(ISSUER)), None), &mapping("uid"), at(NOW))
        .unwrap();
    assert_eq!(
        (person.external_id.as_str(), &person.name, &person.avatar_url),
        ("u-7", &None, &None)
    );
    assert_eq!(
        until,
        at(NOW + limits::FOREIGN_TOKEN_SECONDS),
        "no token holds for ever"
    );
}

#[test]
fn a_claim_can_come_before_the_users_id_where_a_token_has_it() {
    let exp = NOW + 3600;
    for (members, expected) in [(r#""tenant":"t-1","#, "t-1"), ("", "ada"), (r#""tenant":7,"#, "ada")] {
        let claims = claims_with(&format!(r#"{members}"exp":{exp}"#));
        let token = by_secret(&header("HS256", "a"), &claims, SECRET.as_bytes());
        let proven = ForeignToken::parse(&token).unwrap();
        let proven = proven.prove_by_secret(&[secret(SECRET)]).unwrap();
        let mapping = Mapping {
            preferred_id: Some(ClaimName::parse("tenant").unwrap()),
            ..mapping("sub")
        };
        let (person, _) = proven.person((None, None), &mapping, at(NOW)).unwrap();
        assert_eq!(person.external_id.as_str(), expected, "{claims}");
    }
}

#[test]
fn permissions_are_few_and_short_and_what_cannot_be_read_grants_nothing() {
    let granted = |members: String| {
        let claims = claims_with(&format!(r#"{members},"exp":{}"#, NOW + 3600));
        let token = by_secret(&header("HS256", "a"), &claims, SECRET.as_bytes());
        shared(&token).unwrap().granted
    };
    let long = "x".repeat(limits::PERMISSION_BYTES + 1);
    let some = granted(format!(r#""permissions":["1","ViewMessage",2,null,"","{long}"]"#));
    assert_eq!(some.permissions, ["1", "ViewMessage"]);
    assert_eq!(some.password_expires, None);
    let many = vec![r#""1""#; limits::PERMISSIONS + 1].join(",");
    let many = granted(format!(r#""permissions":[{many}],"passwordExpiryTime":null"#));
    assert_eq!(
        (many.permissions.len(), many.password_expires),
        (limits::PERMISSIONS, None)
    );
    for none in [
        r#""permissions":"1""#,
        r#""permissions":{"1":true}"#,
        r#""permissions":null"#,
    ] {
        assert!(granted(none.to_owned()).permissions.is_empty(), "{none}");
    }
    for (time, expected) in [
        ("5000", 5_000),
        (r#""1970-01-01T00:00:05Z""#, 5_000),
        (r#""soon""#, 0),
        ("true", 0),
    ] {
        let over = granted(format!(r#""passwordExpiryTime":{time}"#)).password_expires;
        assert_eq!(over, Some(Timestamp::from_millis(expected)), "{time}");
    }
}
