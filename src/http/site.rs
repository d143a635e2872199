//! The site's files, which lie inside the binary, and the page for everything that is not there.

use crate::caller::Caller;
use axum::{
    body::Body,
    extract::{FromRef, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::read::GzDecoder;
use leptos::config::LeptosOptions;
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};
use std::{borrow::Cow, io::Read, sync::LazyLock};

/// What `cargo leptos build` made. A debug build reads it from the folder, so that `watch` shows each change. A release holds what
/// is packed by brotli and by gzip, and not a third time as it is.
#[derive(RustEmbed)]
#[folder = "target/site"]
#[allow_missing = true]
#[exclude = "*.d.ts*"]
#[cfg_attr(not(debug_assertions), exclude = "mermaid.js")]
#[cfg_attr(not(debug_assertions), exclude = "pkg/*.css")]
#[cfg_attr(not(debug_assertions), exclude = "pkg/*.js")]
#[cfg_attr(not(debug_assertions), exclude = "pkg/*.json")]
#[cfg_attr(not(debug_assertions), exclude = "pkg/*.wasm")]
struct Site;

#[derive(Clone)]
pub struct SiteState {
    pub options: LeptosOptions,
    pub caller: Caller,
}

impl FromRef<SiteState> for LeptosOptions {
    fn from_ref(state: &SiteState) -> Self {
        state.options.clone()
    }
}

/// Where the page's program lies: `pkg/{version}`, the version made from all of it. A tab that was opened before an upgrade thus
/// never loads a part of another build later: it finds nothing, and says so. And what is there may be kept for good.
pub fn package() -> &'static str {
    static PACKAGE: LazyLock<String> = LazyLock::new(|| {
        let mut names: Vec<_> = Site::iter().filter(|name| name.starts_with("pkg/")).collect();
        names.sort_unstable();
        let hash = names
            .iter()
            .filter_map(|name| Site::get(name))
            .fold(Sha256::new(), |hash, file| hash.chain_update(file.metadata.sha256_hash()));
        let version: String = hash.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        format!("pkg/{version}")
    });
    &PACKAGE
}

/// Whether the page's program is inside; without it a binary serves a page that never wakes up.
pub fn is_complete() -> bool {
    unpacked("pkg/brooklet.wasm").is_some()
}

/// A file of the site, or, for a page that is not there, the app's own 404.
pub async fn file_or_page(State(state): State<SiteState>, request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/').to_owned();
    if matches!(*request.method(), Method::GET | Method::HEAD) && !path.is_empty() {
        if let Some(name) = path.strip_prefix(package()).and_then(|rest| rest.strip_prefix('/')) {
            let file = file(&format!("pkg/{name}"), "public, max-age=31536000, immutable", request.headers());
            return file.unwrap_or_else(|| StatusCode::NOT_FOUND.into_response());
        }
        if let Some(file) = file(&path, "no-cache", request.headers()) {
            return file;
        }
        if path.starts_with("pkg/") {
            return StatusCode::NOT_FOUND.into_response();
        }
    }
    if path.starts_with("api/") {
        let error = app::wire::Error::new(app::wire::Code::NotFound, format!("there is nothing at `/{path}`"));
        return super::errors::response(error);
    }
    let SiteState { options, caller } = state.clone();
    let page = leptos_axum::render_app_to_stream_with_context(
        move || super::provide(caller.clone()),
        move || super::shell::shell(&options),
    );
    page(request).await.into_response()
}

/// A file as it is, or packed as the browser takes it.
fn file(path: &str, cache_control: &str, headers: &HeaderMap) -> Option<Response> {
    let accepts = |coding: &str| {
        let listed = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
        listed.split(',').any(|one| one.trim().split(';').next() == Some(coding))
    };
    let packed = [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(coding, _)| accepts(coding))
        .find_map(|(coding, ending)| Some((Site::get(&format!("{path}.{ending}"))?, Some(coding))));
    let (data, tag, coding) = match packed {
        Some((file, coding)) => (file.data.clone(), tag(&file), coding),
        None => {
            let (data, tag) = unpacked(path)?;
            (data, tag, None)
        }
    };
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let status = if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let body = if known { Body::empty() } else { Body::from(data) };
    let mut response = (status, body).into_response();
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::CACHE_CONTROL, cache_control);
    set(header::ETAG, &tag);
    set(header::VARY, "accept-encoding");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::CONTENT_TYPE, mime_guess::from_path(path).first_or_octet_stream().essence_str());
    if let Some(coding) = coding {
        set(header::CONTENT_ENCODING, coding);
    }
    Some(response)
}

/// A file as it is, and its tag: hardly any browser asks for that, so it is unpacked each time.
fn unpacked(path: &str) -> Option<(Cow<'static, [u8]>, String)> {
    if let Some(file) = Site::get(path) {
        let tag = tag(&file);
        return Some((file.data, tag));
    }
    let packed = Site::get(&format!("{path}.gz"))?;
    let mut data = vec![];
    GzDecoder::new(&*packed.data).read_to_end(&mut data).ok()?;
    Some((data.into(), tag(&packed).replacen('"', "\"w", 1)))
}

fn tag(file: &EmbeddedFile) -> String {
    let hash: String = file.metadata.sha256_hash()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}\"")
}
