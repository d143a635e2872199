//! `GET /healthz`, for supervisors and proxies: it answers without the token, and tells nothing but that.

/// 200 and `ok` as soon as the server takes requests.
pub async fn healthz() -> &'static str {
    "ok\n"
}
