//! What the steps use and a fresh machine may lack. Each file finds one tool, or gets it into the cache folder.

pub(crate) mod cargo_deny;
pub(crate) mod cargo_lambda;
pub(crate) mod chromium;
pub(crate) mod contract;
pub(crate) mod debian;
pub(crate) mod dynamodb_local;
pub(crate) mod edge;
pub(crate) mod functions;
pub(crate) mod gateway;
pub(crate) mod http;
pub(crate) mod ministack;
pub(crate) mod node;
pub(crate) mod parlour;
pub(crate) mod python;
pub(crate) mod sam;
pub(crate) mod secret;
