//! The yardstick: a proxy that copies bytes from a model's server to a reader, and does nothing else.
//!
//! `proxy <port> <base url>`. It keeps nothing, so a reader that goes away ends the reply.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::header::CONTENT_TYPE,
    response::IntoResponse,
    routing::post,
};
use futures::stream;
use reqwest::{Client, Response, StatusCode};
use std::net::Ipv4Addr;
use tokio::net::{TcpListener, TcpStream};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let arguments: Vec<_> = std::env::args().collect();
    let [_, port, base] = arguments.as_slice() else { return Err("usage: proxy <port> <base url>".into()) };
    let client = Client::builder().no_proxy().build()?;
    let router = Router::new().route("/v1/chat/completions", post(copy)).with_state((client, base.clone()));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.parse()?)).await?;
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream: &mut TcpStream| {
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, router).await?)
}

async fn copy(State((client, base)): State<(Client, String)>, body: Bytes) -> impl IntoResponse {
    let request = client.post(format!("{base}/chat/completions")).header(CONTENT_TYPE, "application/json").body(body);
    let response = request.send().await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    let bytes = stream::try_unfold(response, async |mut response: Response| {
        Ok::<_, reqwest::Error>(response.chunk().await?.map(|bytes| (bytes, response)))
    });
    Ok::<_, StatusCode>(([(CONTENT_TYPE, "text/event-stream")], Body::from_stream(bytes)))
}
