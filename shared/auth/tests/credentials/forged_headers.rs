//! Attacks on the header of a user token: algorithm, type, key id, and what else a header can bring along.

use parlour_auth::CredentialError;

use crate::forge::{APP, HEADER, NOW, app, at, base64, claims, keys, message, signed, user};

fn refusal(token: &str) -> CredentialError {
    keys().verify(token, at(NOW)).unwrap_err()
}

fn with_alg(alg: &str) -> String {
    HEADER.replacen("HS256", alg, 1)
}

fn with_kid(kid: &str) -> String {
    HEADER.replacen("k1.appa", kid, 1)
}

#[test]
fn the_forger_signs_well() {
    assert!(keys().verify(&signed(HEADER, &claims()), at(NOW)).is_ok());
}

#[test]
fn no_other_algorithm_is_accepted_even_with_a_good_signature() {
    for alg in [
        "none", "None", "nOnE", "NONE", "", "hs256", "HS256 ", "HS384", "HS512", "RS256", "ES256", "EdDSA",
    ] {
        let header = with_alg(alg);
        let message = message(&header, &claims());
        assert_eq!(
            refusal(&signed(&header, &claims())),
            CredentialError::WrongAlgorithm,
            "{alg}"
        );
        for signature in ["", "AA", &base64([0; 64])] {
            assert_eq!(
                refusal(&format!("{message}.{signature}")),
                CredentialError::WrongAlgorithm,
                "{alg}"
            );
        }
    }
}

#[test]
fn an_algorithm_of_another_json_type_is_refused() {
    for alg in ["null", "0", "[]", r#"["HS256"]"#, "{}", "true"] {
        let header = HEADER.replacen(r#""HS256""#, alg, 1);
        assert_eq!(
            refusal(&signed(&header, &claims())),
            CredentialError::Malformed,
            "{alg}"
        );
    }
}

#[test]
fn only_user_tokens_are_user_tokens() {
    for typ in [
        "JWT",
        "jwt",
        "at+jwt",
        "parlour-ticket+jwt",
        "PARLOUR-USER+JWT",
        "application/parlour-user+jwt",
        "",
    ] {
        let header = HEADER.replacen("parlour-user+jwt", typ, 1);
        assert_eq!(
            refusal(&signed(&header, &claims())),
            CredentialError::WrongKind,
            "{typ}"
        );
    }
    let header = HEADER.replacen(r#""typ":"parlour-user+jwt","#, "", 1);
    assert_eq!(refusal(&signed(&header, &claims())), CredentialError::Malformed);
}

#[test]
fn a_key_id_is_only_a_name() {
    let long = "k".repeat(2000);
    let names = [
        "",
        ".",
        "k1",
        "k1.",
        ".appa",
        "k1.appa.",
        "k1..appa",
        "k1.appa.appb",
        "K1.appa",
        "k2.appa",
        "k1.APPA",
        "../../../dev/null",
        "../k1.appa",
        "k1/../k1.appa",
        "k1.appa/..",
        "' OR 1=1 --.appa",
        "k1'.appa",
        "k1%00.appa",
        "https://attacker.example/k1.appa",
        "k1 .appa",
        "k1.appa#",
        "é.appa",
        &long,
        &format!("{long}.appa"),
    ];
    for kid in names {
        assert_eq!(
            refusal(&signed(&with_kid(kid), &claims())),
            CredentialError::UnknownKey,
            "{kid:?}"
        );
    }
    // An escape is never in a name of ours; 10 KB is longer than a token may be.
    for kid in [
        "k1\\u0000.appa",
        "\\\"k1\\\".appa",
        "k1\\u002eappa",
        &"k".repeat(10_240),
    ] {
        assert_eq!(
            refusal(&signed(&with_kid(kid), &claims())),
            CredentialError::Malformed,
            "{kid:?}"
        );
    }
    for kid in ["null", "1", "[]", "{}", r#"["k1.appa"]"#] {
        let header = HEADER.replacen(r#""k1.appa""#, kid, 1);
        assert_eq!(
            refusal(&signed(&header, &claims())),
            CredentialError::Malformed,
            "{kid}"
        );
    }
}

#[test]
fn a_header_that_brings_more_than_a_name_is_refused() {
    let brought = [
        r#""jku":"http://127.0.0.1:1/jwks""#,
        r#""x5u":"http://127.0.0.1:1/cert""#,
        r#""jwk":{"kty":"oct","k":"AAAA"}"#,
        r#""x5c":["AAAA"]"#,
        r#""crit":["exp"]"#,
        r#""b64":false,"crit":["b64"]"#,
        r#""zip":"DEF""#,
        r#""enc":"A128GCM""#,
        r#""cty":"JWT""#,
        r#""anything":1"#,
        r#""alg":"none""#,
        r#""alg":"HS256""#,
        r#""\u0061lg":"HS256""#,
        r#""typ":"parlour-user+jwt""#,
        r#""kid":"k1.appb""#,
    ];
    for member in brought {
        for header in [
            HEADER.replacen('{', &format!("{{{member},"), 1),
            HEADER.replacen('}', &format!(",{member}}}"), 1),
        ] {
            assert_eq!(
                refusal(&signed(&header, &claims())),
                CredentialError::Malformed,
                "{member}"
            );
        }
    }
}

#[test]
fn a_header_is_one_json_object() {
    let array = r#"["HS256","parlour-user+jwt","k1.appa"]"#;
    let twice = HEADER.repeat(2);
    let trailing = format!("{HEADER}x");
    let cut = &HEADER[..HEADER.len() - 1];
    for header in ["", "{}", "null", "1", "[]", array, &twice, &trailing, cut, "\u{feff}{}"] {
        assert_eq!(
            refusal(&signed(header, &claims())),
            CredentialError::Malformed,
            "{header}"
        );
    }
}

#[test]
fn a_token_of_one_app_is_none_of_another() {
    // The key id is the same and the secret is the same; only the app in the text is changed, in every combination.
    let issued = keys().issue(&app(APP), user(), at(NOW), 3600).unwrap().token;
    let (_, rest) = issued.split_once('.').unwrap();
    let rewritten = format!("{}.{rest}", base64(with_kid("k1.appb")));
    assert_eq!(refusal(&rewritten), CredentialError::BadSignature);
    let other_claims = claims().replacen(APP, "appb", 1);
    assert_eq!(
        refusal(&signed(&with_kid("k1.appb"), &other_claims)),
        CredentialError::BadSignature
    );
    assert_eq!(
        refusal(&signed(&with_kid("k1.appb"), &claims())),
        CredentialError::BadSignature
    );
    assert_eq!(refusal(&signed(HEADER, &other_claims)), CredentialError::WrongApp);
}
