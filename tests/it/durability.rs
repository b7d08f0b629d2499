//! What was acknowledged is there after a crash, and an orderly end loses nothing that was begun.

mod import;
mod kill;
mod shutdown;
