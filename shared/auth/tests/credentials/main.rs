//! The credentials as their users see them: what is issued is accepted, and everything else is refused for the right
//! reason. The attacks are written by hand, with a signer of the tests' own.

#[cfg(test)]
mod api_tokens;
#[cfg(test)]
mod client_keys;
#[cfg(test)]
mod foreign_tokens;
#[cfg(test)]
mod forge;
#[cfg(test)]
mod forged_claims;
#[cfg(test)]
mod forged_foreign_tokens;
#[cfg(test)]
mod forged_headers;
#[cfg(test)]
mod forged_signatures;
#[cfg(test)]
mod key_sets;
#[cfg(test)]
mod provider;
#[cfg(test)]
mod signing_keys;
#[cfg(test)]
mod tickets;
#[cfg(test)]
mod user_tokens;
#[cfg(test)]
mod verification_answers;
#[cfg(test)]
mod webhook_secrets;
