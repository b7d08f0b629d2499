//! The use-cases on the embedded engine, where no other suite can see what they do.

#[cfg(test)]
mod aggregate;
#[cfg(test)]
mod deliver;
#[cfg(test)]
mod departure;
#[cfg(test)]
mod fan_out;
#[cfg(test)]
mod hello;
#[cfg(test)]
mod import;
#[cfg(test)]
mod invites;
#[cfg(test)]
mod kept_replies;
#[cfg(test)]
mod late_repeats;
#[cfg(test)]
mod live;
#[cfg(test)]
mod message_hook;
#[cfg(test)]
mod metric;
#[cfg(test)]
mod outside;
#[cfg(test)]
mod reauth;
#[cfg(test)]
mod registered;
#[cfg(test)]
mod suspension;
#[cfg(test)]
mod sweep;
#[cfg(test)]
mod tell_user;
#[cfg(test)]
mod trust;
#[cfg(test)]
mod unseen;
#[cfg(test)]
mod world;
