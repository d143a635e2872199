//! The HTML around the page, and its content security policy.

use app::visit::{Theme, Visit};
use axum::http::{HeaderName, HeaderValue, header};
use leptos::{
    config::{Env, LeptosOptions},
    html,
    nonce::use_nonce,
    prelude::*,
};
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;

/// The page reaches below a phone's rounded corners, and its own height shrinks for the keyboard on the screen.
const VIEWPORT: &str = "width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content";

/// What Leptos must know about the site. It is fixed here, so that the binary needs no environment variables.
pub fn options() -> LeptosOptions {
    let builder = LeptosOptions::builder().output_name("brooklet");
    // `cargo leptos watch` tells the page to reload through this port, and says so by this variable. It looks for the style sheet
    // at its usual place.
    if cfg!(debug_assertions) && std::env::var_os("LEPTOS_WATCH").is_some() {
        return builder.env(Env::DEV).site_pkg_dir("pkg").build();
    }
    builder.env(Env::PROD).site_pkg_dir(super::site::package()).build()
}

/// The document. Its policy allows our own script by nonce, WASM, and our own styles; nothing inline, nothing from elsewhere.
pub fn shell(options: &LeptosOptions) -> impl IntoView + use<> {
    let options = options.clone();
    set_policy(matches!(options.env, Env::DEV));
    let style = format!("/{}/brooklet.css", options.site_pkg_dir);
    let Visit { theme, rail, language, .. } = use_context().unwrap_or_default();
    // The colour of the browser's own bars, for each scheme of the system.
    let bars = |system: Theme| {
        let media = format!("(prefers-color-scheme: {})", system.name());
        let colour = theme.unwrap_or(system).colour();
        html::meta().attr("name", "theme-color").attr("media", media).attr("content", colour)
    };
    view! {
        <!DOCTYPE html>
        <html lang=language.tag() data-theme=theme.map(Theme::name) data-sidebar=rail.then_some("rail")>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content=VIEWPORT />
                <meta name="color-scheme" content=theme.map_or("light dark", Theme::name) />
                {bars(Theme::Light)}
                {bars(Theme::Dark)}
                <AutoReload options=options.clone() />
                <HydrationScripts options=options />
                <link rel="stylesheet" href=style />
                <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                <link rel="apple-touch-icon" href="/icon-180.png" />
                // With credentials: beyond loopback the door asks for them.
                <link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials" />
                <MetaTags />
            </head>
            <body>
                <app::App />
            </body>
        </html>
    }
}

fn set_policy(dev: bool) {
    let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) else { return };
    // Under `watch` the page listens for reloads.
    let connect = if dev { "'self' ws://127.0.0.1:3001 ws://localhost:3001" } else { "'self'" };
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' blob: data:; font-src 'self'; connect-src {connect}; manifest-src 'self'; frame-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        // Not `no-store`, which would keep the page out of the back-forward cache.
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::VARY, "accept-language, cookie"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        response.insert_header(name, HeaderValue::from_static(value));
    }
}
