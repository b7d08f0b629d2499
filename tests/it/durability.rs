//! What was acknowledged is there after a crash, and an orderly end loses nothing that was begun.

mod kill;
mod shutdown;
