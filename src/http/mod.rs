//! The HTTP surface: this page lists all of it.
//!
//! | path | what |
//! | --- | --- |
//! | `/`, `/c/{conversation}` | pages, rendered by Leptos |
//! | `/api/{verb_noun}` | server functions, JSON in and out |
//! | `/api/events` | the page's one event stream |
//! | `/api/poll` | the same events one answer at a time, where a stream does not come through |
//! | `/api/replies/{id}/events` | one reply alone, for programs |
//! | `/api/attachments` | takes an image for a message to come |
//! | `/api/attachments/{name}` | that image, for who writes the message |
//! | `/api/messages/{id}/images/{part}` | an image of a message |
//! | `/preview` | the document in which what a model's code makes is shown |
//! | `/healthz` | whether the server answers |
//! | `/token/{token}` | the link printed at start: lets this browser in |
//! | everything else | files of the site, or the page that says that there is nothing |

mod attachments;
pub mod door;
mod errors;
mod health;
mod listener;
mod preview;
mod shell;
mod site;
mod stream;

use crate::{attachments::MAX_UPLOAD, caller::Caller, state::AppState};
use app::visit::Visit;
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::{self, Next},
    response::Response,
    routing::{get, post},
};
use door::Door;
use futures::{StreamExt, stream::poll_fn};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, generate_route_list};
use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::net::TcpListener;

/// A request's body at most, in bytes; an upload may be larger.
pub const MAX_BODY: usize = 2 * 1024 * 1024;

/// Everything that the server answers.
pub fn router(state: AppState, door: Arc<Door>) -> Router {
    let caller = Caller::new(state.clone());
    let site = site::SiteState { options: shell::options(), caller: caller.clone() };
    let pages = Router::new()
        .leptos_routes_with_context(&site, generate_route_list(app::App), move || provide(caller.clone()), {
            let options = site.options.clone();
            move || shell::shell(&options)
        })
        .fallback(site::file_or_page)
        .layer(middleware::from_fn(in_its_language))
        .with_state(site);
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/api/events", get(stream::events))
        .route("/api/poll", get(stream::poll))
        .route("/api/replies/{id}/events", get(stream::reply_events))
        .route(attachments::UPLOAD, post(attachments::upload))
        .route("/api/attachments/{name}", get(attachments::uploaded))
        .route("/api/messages/{message}/images/{part}", get(attachments::image))
        .route("/preview", get(preview::document))
        .route("/token/{token}", get(door::open))
        .with_state((state, door.clone()))
        .merge(pages)
        .layer(middleware::map_response(errors::statuses))
        .layer(DefaultBodyLimit::max(MAX_UPLOAD))
        .layer(middleware::from_fn(errors::limit_body))
        .layer(middleware::from_fn_with_state(door, door::guard))
}

/// Whether this binary holds the page's program; one that was built without it serves pages that never wake up.
pub fn has_page() -> bool {
    site::is_complete()
}

/// Serves until `closing` says so and all connections are done.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    closing: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener::Impatient(listener), router.into_make_service()).with_graceful_shutdown(closing).await
}

/// What every component and server function finds in its context.
fn provide(caller: Caller) {
    provide_context(app::wire::OnServer);
    provide_context(app::markdown::renderer(Arc::new(caller.typesetter())));
    provide_context::<Arc<dyn app::backend::Backend>>(Arc::new(caller));
    provide_context(use_context::<Parts>().map(|parts| visit(&parts.headers)).unwrap_or_default());
    let response = use_context::<leptos_axum::ResponseOptions>();
    provide_context(app::backend::PageStatus(Arc::new(move |status| {
        if let (Some(response), Ok(status)) = (&response, axum::http::StatusCode::from_u16(status)) {
            response.set_status(status);
        }
    })));
}

/// What the browser that asks remembers of its reader's choices, and in which languages it wants to be answered.
fn visit(headers: &HeaderMap) -> Visit {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64;
    let text = |name, between: &str| {
        let texts = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
        texts.collect::<Vec<_>>().join(between)
    };
    Visit::from_headers(&text(header::COOKIE, "; "), &text(header::ACCEPT_LANGUAGE, ","), now)
}

/// Draws a page in the language of whoever asks for it: the first of it, and what is sent of it later.
async fn in_its_language(request: Request, next: Next) -> Response {
    let language = visit(request.headers()).language;
    let response = language.throughout(next.run(request)).await;
    let is_page = |kind: &HeaderValue| kind.as_bytes().starts_with(b"text/html");
    if !response.headers().get(header::CONTENT_TYPE).is_some_and(is_page) {
        return response;
    }
    response.map(|body| {
        let mut pieces = body.into_data_stream();
        Body::from_stream(poll_fn(move |context| language.during(|| pieces.poll_next_unpin(context))))
    })
}
