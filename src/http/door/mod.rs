//! The door: who may speak to this server at all. One layer before everything else.
//!
//! A server on one's own machine is open to every page in one's own browser: a foreign site can send it requests, and with a
//! name that it lets point here (DNS rebinding) it could read the answers. So the `Host` must be one of ours, and whatever
//! changes something must be JSON (an upload: an image) and come from our own pages, or from a program. Bound beyond this machine, a token is needed.

use crate::{
    http::{attachments::UPLOAD, errors},
    state::AppState,
};
use app::{
    text::LaterMsg,
    wire::{Code, Error},
};
use axum::{
    extract::{Path, Request, State},
    http::{HeaderMap, Method, header, uri::Authority},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};
use subtle::ConstantTimeEq;

/// Open without the token: supervisors ask it, and the link that brings the token.
const OPEN: [&str; 2] = ["/healthz", "/token/"];

const COOKIE: &str = "brooklet";

/// Whom the door lets in.
pub struct Door {
    /// Where the server listens.
    pub bound: SocketAddr,
    /// Further names under which browsers reach it.
    pub hosts: Vec<String>,
    /// Needed in the cookie, where there is one.
    pub token: Option<String>,
}

impl Door {
    /// Whether a server that listens here needs a token: when others than this machine's people can reach it.
    pub fn needs_token(bound: SocketAddr, hosts: &[String]) -> bool {
        !bound.ip().is_loopback() || !hosts.is_empty()
    }

    fn is_ours(&self, host: &str) -> bool {
        let name = host.trim_start_matches('[').trim_end_matches(']');
        let address = name.parse::<IpAddr>().ok();
        host == "localhost"
            || host.ends_with(".localhost")
            || address.is_some_and(|address| address.is_loopback() || self.is_bound(address))
            || self.hosts.iter().any(|known| known == host)
    }

    /// A server on all addresses is reached by any of them; an address, unlike a name, cannot be made to point elsewhere.
    fn is_bound(&self, address: IpAddr) -> bool {
        self.bound.ip() == address || self.bound.ip().is_unspecified()
    }

    fn check_host(&self, headers: &HeaderMap, uri_host: Option<&str>) -> Result<(), Error> {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).or(uri_host).unwrap_or("");
        let name = host.parse::<Authority>().map(|authority| authority.host().to_ascii_lowercase()).unwrap_or_default();
        if self.is_ours(&name) {
            return Ok(());
        }
        Err(Error::new(Code::Misdirected, format!("this server does not answer to `{host}`"))
            .hint("if that name is meant for it, put it into BROOKLET_HOSTS and restart"))
    }

    /// Cookies are sent by themselves, so a change must show that our own page asked for it.
    fn check_change(path: &str, headers: &HeaderMap) -> Result<(), Error> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let foreign = || Error::new(Code::Forbidden, "another site may not do this");
        if text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none")) {
            return Err(foreign());
        }
        if let Some(origin) = text("origin") {
            let own = text("host").unwrap_or("");
            let origin = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
            if !origin.is_some_and(|origin| origin.eq_ignore_ascii_case(own)) {
                return Err(foreign());
            }
        } else if headers.contains_key("origin") {
            return Err(foreign());
        }
        let kind = text("content-type").unwrap_or("").split(';').next().unwrap_or("").trim();
        // Neither kind can be sent by a foreign site without asking first.
        if path == UPLOAD {
            if !kind.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("image/")) {
                return Err(Error::new(Code::UnsupportedMediaType, format!("the content type is `{kind}`"))
                    .hint("send an image with its own content type, such as image/png"));
            }
        } else if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Error::new(Code::UnsupportedMediaType, format!("the content type is `{kind}`"))
                .hint("send JSON with content-type: application/json"));
        }
        Ok(())
    }

    fn check_token(&self, path: &str, headers: &HeaderMap) -> Result<(), Error> {
        let Some(token) = &self.token else { return Ok(()) };
        if OPEN.iter().any(|open| path == *open || open.ends_with('/') && path.starts_with(open)) {
            return Ok(());
        }
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        let mut given = cookies
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().strip_prefix(COOKIE)?.strip_prefix('='));
        if given.any(|given| given.as_bytes().ct_eq(token.as_bytes()).into()) {
            return Ok(());
        }
        Err(Error::new(Code::Unauthorized, "this browser was not let in yet")
            .hint("open the link with the token that Brooklet printed at its start"))
    }
}

/// The layer.
pub async fn guard(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let checked = door
        .check_host(request.headers(), request.uri().host())
        .and_then(|()| if safe { Ok(()) } else { Door::check_change(request.uri().path(), request.headers()) })
        .and_then(|()| door.check_token(request.uri().path(), request.headers()));
    match checked {
        Ok(()) => next.run(request).await,
        Err(error) if safe && is_page(request.uri().path(), request.headers()) => {
            errors::page(&error, super::visit(request.headers()).language)
        }
        Err(error) => errors::response(error),
    }
}

/// A person looks at the answer, and not a program.
fn is_page(path: &str, headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("");
    accepts.contains("text/html") && !path.starts_with("/api/")
}

/// `GET /token/{token}`: the link printed at start. It sets the cookie and goes to the page.
pub async fn open(
    State((_, door)): State<(AppState, Arc<Door>)>,
    Path(given): Path<String>,
    headers: HeaderMap,
) -> Response {
    let known = door.token.as_ref().is_some_and(|token| given.as_bytes().ct_eq(token.as_bytes()).into());
    if !known {
        let error = Error::new(Code::Unauthorized, "this link is not valid any more");
        let error = error.hint("open the one that Brooklet printed at its last start");
        let language = super::visit(&headers).language;
        return if is_page("/token/", &headers) { errors::page(&error, language) } else { errors::response(error) };
    }
    // A year. Not `Secure`: a team's first days are often plain HTTP in its own network.
    let cookie = format!("{COOKIE}={given}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict");
    // A page that goes on by itself, not a redirect: a browser that followed the link from elsewhere (a mail) holds the strict
    // cookie back for the whole chain of redirects, and sends it once our own page leads on.
    let language = super::visit(&headers).language;
    let (lang, words, open) =
        language.during(|| (language.tag(), LaterMsg::LetIn.text(), LaterMsg::OpenBrooklet.text()));
    let page = format!(
        "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0;url=/\">\
         <title>Brooklet</title><p>{words} <a href=\"/\">{open}</a></p></html>"
    );
    (
        [(header::SET_COOKIE, cookie)],
        [(header::REFERRER_POLICY, "no-referrer"), (header::CACHE_CONTROL, "no-store")],
        Html(page),
    )
        .into_response()
}

#[cfg(test)]
mod tests;
