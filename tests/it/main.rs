//! Everything that is tested from outside of a file, in one binary: linking once is quicker than linking often.

mod door;
mod events;
mod openai;
mod replies;
mod server;
mod source;
mod store;
mod tidy;
