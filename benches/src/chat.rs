//! Conversations with Brooklet: how a reply is asked for, and followed.

use crate::{
    held::Format,
    reader::{Reader, post},
    server::Server,
};
use serde::Deserialize;
use std::io;

/// A reply that was asked for.
#[derive(Deserialize)]
pub struct Sent {
    conversation: String,
    reply: String,
}

/// Asks for a reply of that number.
pub async fn send(server: &Server, number: usize) -> io::Result<Sent> {
    let request = uuid::Uuid::new_v4();
    let body = format!(r#"{{"request":"{request}","text":"reply {number}","model":"openai/bench"}}"#);
    Ok(serde_json::from_str(&post(server.addr, "/api/send_message", &body).await?)?)
}

impl Sent {
    /// A page that shows the conversation, once it knows of the reply.
    pub async fn follow(&self, server: &Server) -> io::Result<Reader> {
        let mut reader = self.open(server, "").await?;
        reader.until(|held| held.begun).await?;
        Ok(reader)
    }

    /// A page that comes back with the cursor that it had.
    pub async fn resume(&self, server: &Server, cursor: &str) -> io::Result<Reader> {
        self.open(server, &format!("&after={cursor}")).await
    }

    async fn open(&self, server: &Server, after: &str) -> io::Result<Reader> {
        let Self { conversation, reply } = self;
        let path = format!("/api/events?conversation={conversation}{after}");
        Reader::get(server.addr, &path, Format::Events { reply: reply.clone() }).await
    }
}
