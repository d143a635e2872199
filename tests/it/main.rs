//! Everything that is tested from outside of a file, in one binary: linking once is quicker than linking often.

mod attachments;
mod colours;
mod conversations;
mod discovery;
mod docs;
mod door;
mod events;
mod formats;
mod journal;
mod kept;
mod language;
mod openai;
mod polls;
mod preferences;
mod preview;
mod process;
mod replies;
mod runs;
mod server;
mod settings;
mod source;
mod store;
mod tidy;
mod titles;
mod words;
