//! Clients of other services, unchanged.

mod sourceloop;
