//! The bucket of the files of messages: closed to all but the functions, encrypted, and kept.

use saphyr::Yaml;

use crate::document::{at, items, resources, template, text};

#[test]
fn the_bucket_is_encrypted_closed_and_kept() {
    let buckets = resources("AWS::S3::Bucket");
    assert_eq!(buckets.len(), 1);
    let bucket = buckets[0];
    assert_eq!(bucket.id, "FilesBucket");
    assert_eq!(bucket.condition(), None);
    for (policy, kept) in [
        ("DeletionPolicy", "RetainExceptOnCreate"),
        ("UpdateReplacePolicy", "Retain"),
    ] {
        assert_eq!(
            at(bucket.body, &[policy]).and_then(Yaml::as_str),
            Some(kept),
            "{policy}"
        );
    }
    // Whoever restores the table beside it has to find it.
    let output = at(template(), &["Outputs", "FilesBucket", "Value"]).map(text);
    assert_eq!(output.as_deref(), Some("Ref FilesBucket"));
    for what in [
        "BlockPublicAcls",
        "BlockPublicPolicy",
        "IgnorePublicAcls",
        "RestrictPublicBuckets",
    ] {
        let set = at(bucket.body, &["Properties", "PublicAccessBlockConfiguration", what]);
        assert_eq!(set.and_then(Yaml::as_bool), Some(true), "{what}");
    }
    let rules = ["Properties", "BucketEncryption", "ServerSideEncryptionConfiguration"];
    assert_eq!(items(at(bucket.body, &rules).unwrap()).len(), 1);
    let policies = resources("AWS::S3::BucketPolicy");
    assert_eq!(
        (policies.len(), policies[0].text("Bucket").as_str()),
        (1, "Ref FilesBucket")
    );
    assert_eq!(policies[0].condition(), Some("OnAws"));
    let statements = items(at(policies[0].body, &["Properties", "PolicyDocument", "Statement"]).unwrap());
    for statement in statements {
        let effect = at(statement, &["Effect"]).map(text);
        assert_eq!(effect.as_deref(), Some("Deny"), "it lets nobody in");
    }
}

#[test]
fn a_browser_may_send_what_is_signed() {
    let buckets = resources("AWS::S3::Bucket");
    let rules = at(buckets[0].body, &["Properties", "CorsConfiguration", "CorsRules"]).unwrap();
    let rule = items(rules)[0];
    let listed = |what: &str| {
        items(at(rule, &[what]).unwrap())
            .into_iter()
            .map(text)
            .collect::<Vec<_>>()
    };
    assert_eq!(listed("AllowedMethods"), ["GET", "HEAD", "PUT"]);
    for header in ["content-type", "if-none-match"] {
        assert!(listed("AllowedHeaders").contains(&header.to_owned()), "{header}");
    }
}
