//! Tests over real sockets, one binary; each module is named for what it asks.

mod openai;
