//! One place that gives every error its status and its JSON.

use super::attachments::UPLOAD;
use crate::attachments::MAX_UPLOAD;
use app::{
    text::{Language, paragraphs},
    wire::{Code, Error, ErrorAnswer},
};
use axum::{
    Json,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;
use uuid::Uuid;

/// More than any error of ours.
const ERROR_BYTES: usize = 64 * 1024;

/// An error as an answer: its JSON with the status of its code.
pub fn response(error: Error) -> Response {
    (status(&error), Json(ErrorAnswer { error })).into_response()
}

fn status(error: &Error) -> StatusCode {
    StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// An error as a page of plain words, for who cannot be shown the app.
pub fn page(error: &Error, language: Language) -> Response {
    let words: String = language.during(|| paragraphs(error)).iter().map(|words| paragraph(words)).collect();
    let lang = language.tag();
    let nonce = Uuid::new_v4().simple();
    let page = format!(
        "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>Brooklet</title><style nonce=\"{nonce}\">{STYLE}</style>\
         <main><h1>Brooklet</h1>{words}</main></html>"
    );
    let policy = format!("default-src 'none'; style-src 'nonce-{nonce}'");
    let headers = [(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store".to_owned())];
    (status(error), headers, Html(page)).into_response()
}

/// In the browser's own colours: the page's style sheet is behind the door as well.
const STYLE: &str = "body{font:1rem/1.6 system-ui,sans-serif}main{max-width:30rem;margin:18vh auto 0;padding:0 1.5rem}\
                     h1{font-size:1.25rem}p{margin:.5rem 0}";

/// A sentence, safe in HTML.
fn paragraph(words: &str) -> String {
    format!("<p>{}</p>", words.replace('&', "&amp;").replace('<', "&lt;"))
}

/// Server functions answer every error with 500: the status follows from the code in the body. A method that a server
/// function does not take is told in our own words too.
pub async fn statuses(response: Response) -> Response {
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        return self::response(Error::new(Code::MethodNotAllowed, "this address does not take this method"));
    }
    if !response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, ERROR_BYTES).await else {
        return self::response(Error::new(Code::Internal, "the error was too long to tell"));
    };
    match serde_json::from_slice(&bytes) {
        Ok(ErrorAnswer { error }) => self::response(error),
        // An error of another kind keeps its body.
        Err(_) => {
            parts.headers.remove(SERVER_FN_ERROR_HEADER);
            Response::from_parts(parts, Body::from(bytes))
        }
    }
}

/// Reads the body before anyone else does, and refuses one that is too large with the limit named.
pub async fn limit_body(request: Request, next: Next) -> Response {
    if is_bodiless(request.headers()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let (limit, what, hint) = match parts.uri.path() {
        UPLOAD => (MAX_UPLOAD, "the image is too large", "make it smaller first"),
        _ => (super::MAX_BODY, "the message is too large", "send it in smaller pieces"),
    };
    match to_bytes(body, limit).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(_) => {
            let limit = limit / (1024 * 1024);
            let error = Error::new(Code::TooLarge, format!("{what}: the limit is {limit} MiB"));
            response(error.hint(hint))
        }
    }
}

fn is_bodiless(headers: &HeaderMap) -> bool {
    !headers.contains_key(header::CONTENT_LENGTH) && !headers.contains_key(header::TRANSFER_ENCODING)
}
