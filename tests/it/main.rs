//! Everything that is tested from outside of a file, in one binary: linking once is quicker than linking often.

mod openai;
mod source;
mod store;
mod tidy;
