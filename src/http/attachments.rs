//! Images: uploads from the page, and the parts of messages that show them.

use super::{door::Door, errors};
use crate::state::AppState;
use app::wire::{Error, MessageId};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// Where uploads go: the one address that takes something else than JSON.
pub const UPLOAD: &str = "/api/attachments";

/// `POST /api/attachments`: the body is the image, as `image/…`; answers a [`app::wire::Attachment`].
pub async fn upload(State((state, _)): State<(AppState, Arc<Door>)>, body: Bytes) -> Response {
    match super::Caller::new(state).add_attachment(body).await {
        Ok(attachment) => Json(attachment).into_response(),
        Err(error) => errors::response(error),
    }
}

/// `GET /api/messages/{message}/images/{part}`: what a part of a message shows. Its content never changes.
pub async fn image(
    State((state, _)): State<(AppState, Arc<Door>)>,
    Path((message, part)): Path<(MessageId, usize)>,
) -> Response {
    shown(super::Caller::new(state).attachment(message, part).await)
}

/// `GET /api/attachments/{name}`: what this person uploaded, for a draft that shows it again.
pub async fn uploaded(State((state, _)): State<(AppState, Arc<Door>)>, Path(name): Path<String>) -> Response {
    shown(super::Caller::new(state).upload(&name).await)
}

fn shown(picture: Result<(&'static str, Vec<u8>), Error>) -> Response {
    match picture {
        Ok((media_type, bytes)) => {
            let headers = [
                (header::CONTENT_TYPE, media_type),
                (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                // Browsers draw an image that is opened by itself with styles of their own.
                (
                    header::CONTENT_SECURITY_POLICY,
                    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox",
                ),
            ];
            (headers, bytes).into_response()
        }
        Err(error) => errors::response(error),
    }
}
