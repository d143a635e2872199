//! The upstream as a program, for browser tests: prints its base URL as the first line, and runs until it is ended.
//!
//! `upstream [--port 0]`; port 0, the default, takes a free one.

use upstream::Upstream;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port = match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => 0,
        (Some("--port"), Some(port)) => port.parse()?,
        _ => return Err("usage: upstream [--port <port>]".into()),
    };
    let upstream = Upstream::start_on(port).await?;
    println!("{}", upstream.url());
    std::future::pending().await
}
