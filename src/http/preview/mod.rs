//! `GET /preview`: the document in which HTML, SVG and diagrams that a model wrote are shown.
//!
//! It is fixed, and holds nothing of anybody. The page puts it into a frame with a `sandbox` and sends it what to show. What runs
//! there may do as it likes in its own document, and nothing else: it has an origin that is nobody's, so neither cookies nor storage
//! nor the page around it, and its policy lets it load and send nothing (but for WebRTC, which no policy knows of; see the
//! document). The document takes links and forms for itself; a script that goes elsewhere is held back by the page's own policy
//! (`frame-src` in `shell`): a server may then see a connection, and no request.

use axum::{
    http::{HeaderName, header},
    response::{Html, IntoResponse},
};

/// The same for whoever opens the address by hand: `sandbox` makes it nobody's there too.
const POLICY: &str = "sandbox allow-scripts allow-forms; default-src 'none'; \
    script-src 'unsafe-inline' 'unsafe-eval' data: blob:; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; \
    media-src data: blob:; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

pub async fn document() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // A name that is looked up is a message too.
        (HeaderName::from_static("x-dns-prefetch-control"), "off"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, Html(include_str!("document.html")))
}
