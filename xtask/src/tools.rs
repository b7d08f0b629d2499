//! What the steps use and a fresh machine may lack. Each file finds one tool, or gets it into the cache folder.

pub(crate) mod cargo_deny;
pub(crate) mod chromium;
pub(crate) mod debian;
pub(crate) mod dynamodb_local;
pub(crate) mod gateway;
pub(crate) mod node;
pub(crate) mod sam;
