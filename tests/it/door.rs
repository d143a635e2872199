//! The door, in front of every route that the router has.

use crate::server::{Server, answer};
use app::wire::Code;
use leptos::server_fn::axum::server_fn_paths;
use reqwest::{Method, StatusCode, header};

/// Every path, with the methods that it takes.
fn routes() -> Vec<(Method, String)> {
    let functions = server_fn_paths().map(|(path, method)| (method.as_str().parse().unwrap(), path.to_owned()));
    let pages = ["/", "/c/01900000-0000-7000-8000-000000000000", "/nothing/here", "/favicon.svg", "/pkg/brooklet.js"];
    let streams = ["/api/events", "/api/poll", "/api/replies/01900000-0000-7000-8000-000000000000/events"];
    let fixed = pages.into_iter().chain(streams).chain(["/healthz", "/token/x"]);
    functions.chain(fixed.map(|path| (Method::GET, path.to_owned()))).collect()
}

#[tokio::test]
async fn no_route_answers_to_a_foreign_host() {
    let server = Server::start().await;
    let routes = routes();
    assert!(routes.len() > 15, "the server functions are missing: {routes:?}");
    for (method, path) in routes {
        let refused = answer(server.request(method, &path).header(header::HOST, "rebound.example")).await;
        assert_eq!(
            (refused.status, refused.error().code),
            (StatusCode::MISDIRECTED_REQUEST, Code::Misdirected),
            "{path}"
        );
        assert!(refused.error().hint.unwrap().contains("BROOKLET_HOSTS"));
    }
}

#[tokio::test]
async fn no_change_is_taken_from_another_site_or_without_json() {
    let server = Server::start().await;
    for (_, path) in routes() {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
            let json =
                || server.request(method.clone(), &path).header(header::CONTENT_TYPE, "application/json").body("{}");
            for foreign in [
                json().header(header::ORIGIN, "https://evil.example"),
                json().header(header::ORIGIN, "null"),
                json().header("sec-fetch-site", "cross-site"),
            ] {
                assert_eq!(answer(foreign).await.status, StatusCode::FORBIDDEN, "{method} {path}");
            }
            for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
                let form = server.request(method.clone(), &path).header(header::CONTENT_TYPE, kind).body("{}");
                assert_eq!(answer(form).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{method} {path} {kind}");
            }
        }
    }
}

#[tokio::test]
async fn without_the_token_only_health_answers_and_the_link_lets_in() {
    let server = Server::start_with(&["chat.example.org"], Some("0123456789abcdef")).await;
    for (method, path) in routes() {
        let request = server.request(method, &path).header(header::CONTENT_TYPE, "application/json").body("{}");
        let status = answer(request).await.status;
        let expected = if path == "/healthz" { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        assert_eq!(status, expected, "{path}");
    }
    let link = server.request(Method::GET, "/token/0123456789abcdef").header(header::HOST, "chat.example.org");
    let opened = link.send().await.unwrap();
    // Not a redirect: after a link in a mail the browser would hold the strict cookie back on it.
    assert_eq!(opened.status(), StatusCode::OK);
    let cookie = opened.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert!(opened.text().await.unwrap().contains(r#"http-equiv="refresh" content="0;url=/""#));
    let request = server.request(Method::GET, "/").header(header::COOKIE, cookie.split(';').next().unwrap());
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_person_whom_the_door_stops_reads_why_in_words() {
    let server = Server::start_with(&["chat.example.org"], Some("0123456789abcdef")).await;
    for (path, host, language, status, words) in [
        ("/", "chat.example.org", "en", StatusCode::UNAUTHORIZED, "Open the link with the token"),
        ("/", "chat.example.org", "zh-CN", StatusCode::UNAUTHORIZED, "请打开 Brooklet 启动时打印的带令牌的链接。"),
        ("/token/wrong", "chat.example.org", "en", StatusCode::UNAUTHORIZED, "This link is not valid any more."),
        ("/token/wrong", "chat.example.org", "zh-TW", StatusCode::UNAUTHORIZED, "这个链接已经失效。"),
        ("/token/0123456789abcdef", "chat.example.org", "zh-CN", StatusCode::OK, "这个浏览器已获准访问。"),
        ("/", "<b>.example", "en", StatusCode::MISDIRECTED_REQUEST, "“&lt;b>.example”"),
    ] {
        let request = server.request(Method::GET, path).header(header::HOST, host);
        let request = request.header(header::ACCEPT_LANGUAGE, language);
        let answer = request.header(header::ACCEPT, "text/html,*/*").send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
        let page = answer.text().await.unwrap();
        assert!(page.contains(words) && !page.contains("<b>"), "{page}");
    }
}

#[tokio::test]
async fn bad_bodies_are_told_and_the_server_goes_on() {
    let server = Server::start().await;
    let post = |body: String| {
        server.request(Method::POST, "/api/send_message").header(header::CONTENT_TYPE, "application/json").body(body)
    };
    for malformed in ["", "{", "[]", "null", r#"{"request": 7}"#, r#"{"request": "x", "text": "hi"}"#, "\u{0}"] {
        let refused = answer(post(malformed.into())).await;
        assert_eq!((refused.status, refused.error().code), (StatusCode::BAD_REQUEST, Code::BadRequest), "{malformed}");
    }
    // A form's way: an error must come back as JSON and not as a redirect.
    let refused =
        post("{".into()).header(header::ACCEPT, "text/html").header(header::REFERER, "/").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);

    let large = serde_json::json!(crate::server::message("echo", &"x".repeat(2 * 1024 * 1024)));
    let refused = answer(post(large.to_string())).await;
    assert_eq!((refused.status, refused.error().code), (StatusCode::PAYLOAD_TOO_LARGE, Code::TooLarge));
    assert!(refused.error().message.contains("2 MiB"));

    let empty = server.post("send_message", &crate::server::message("echo", " \n\t ")).await;
    assert_eq!((empty.status, empty.error().code), (StatusCode::UNPROCESSABLE_ENTITY, Code::Invalid));

    let wrong_method = answer(server.request(Method::GET, "/api/send_message")).await;
    assert_eq!(
        (wrong_method.status, wrong_method.error().code),
        (StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed)
    );
    let nowhere = answer(server.request(Method::GET, "/api/nothing")).await;
    assert_eq!((nowhere.status, nowhere.error().code), (StatusCode::NOT_FOUND, Code::NotFound));

    let long = "溪".repeat(200_000);
    let sent = server.send("echo", &long).await;
    assert_eq!(server.read(sent).await.text(), long);
}
