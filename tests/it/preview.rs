//! The policies that hold what a model's code does in its own frame. What they keep out in a browser, the journeys show.

use crate::server::Server;
use reqwest::{Method, header};

impl Server {
    async fn policy(&self, path: &str) -> Vec<String> {
        let answer = self.request(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        policy.split(';').map(|directive| directive.trim().to_owned()).collect()
    }
}

#[tokio::test]
async fn a_preview_is_nobodys_and_loads_nothing() {
    let server = Server::start().await;
    let policy = server.policy("/preview").await;
    for directive in [
        "sandbox allow-scripts allow-forms",
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    ] {
        assert!(policy.iter().any(|known| known == directive), "{directive}: {policy:?}");
    }
    for directive in policy.iter().filter(|directive| directive.split(' ').next().unwrap().ends_with("-src")) {
        let names_place = |source: &str| source.contains("http") || source.contains('*') || source == "'self'";
        assert!(!directive.split(' ').any(names_place), "nowhere to load from: {directive}");
    }
}

#[tokio::test]
async fn the_page_holds_its_frames_and_is_in_none() {
    let server = Server::start().await;
    let policy = server.policy("/").await;
    for directive in ["frame-src 'self'", "frame-ancestors 'none'"] {
        assert!(policy.iter().any(|known| known == directive), "{directive}: {policy:?}");
    }
}
