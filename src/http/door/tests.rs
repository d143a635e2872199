use super::*;
use axum::http::HeaderValue;

fn door(bound: &str, hosts: &[&str]) -> Door {
    let hosts = hosts.iter().map(ToString::to_string).collect();
    Door { bound: bound.parse().unwrap(), hosts, token: Some("secret-token".into()) }
}

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
}

#[test]
fn answers_to_this_machine_to_the_bound_address_and_to_named_hosts() {
    let door = door("192.168.1.7:3000", &["chat.example.org"]);
    for host in ["localhost:3000", "127.0.0.1:3000", "[::1]:3000", "192.168.1.7", "CHAT.example.org:443", "a.localhost"]
    {
        let name = host.parse::<Authority>().unwrap().host().to_ascii_lowercase();
        assert!(door.is_ours(&name), "{host}");
    }
    for host in ["evil.example", "192.168.1.8", "chat.example.org.evil.example", "localhost.evil.example", ""] {
        assert!(!door.is_ours(host), "{host}");
    }
}

#[test]
fn a_server_on_all_addresses_answers_to_addresses_but_not_to_names() {
    let door = door("0.0.0.0:3000", &[]);
    assert!(door.is_ours("10.1.2.3"));
    assert!(!door.is_ours("rebound.example"));
}

#[test]
fn a_change_is_json_from_our_own_page_or_from_a_program() {
    let json = ("content-type", "application/json; charset=utf-8");
    let host = ("host", "127.0.0.1:3000");
    let code = |pairs: &[_]| Door::check_change("/api/send_message", &headers(pairs)).map_err(|error| error.code);
    assert_eq!(code(&[json, host]), Ok(()));
    assert_eq!(code(&[json, host, ("origin", "http://127.0.0.1:3000"), ("sec-fetch-site", "same-origin")]), Ok(()));
    assert_eq!(code(&[json, host, ("origin", "http://127.0.0.1:4000")]), Err(Code::Forbidden));
    assert_eq!(code(&[json, host, ("origin", "null")]), Err(Code::Forbidden));
    assert_eq!(code(&[json, host, ("sec-fetch-site", "same-site")]), Err(Code::Forbidden));
    assert_eq!(code(&[json, host, ("sec-fetch-site", "cross-site")]), Err(Code::Forbidden));
    assert_eq!(code(&[("content-type", "text/plain"), host]), Err(Code::UnsupportedMediaType));
    assert_eq!(code(&[("content-type", "application/jsonp"), host]), Err(Code::UnsupportedMediaType));
    assert_eq!(code(&[host]), Err(Code::UnsupportedMediaType));
    assert_eq!(code(&[("content-type", "image/png"), host]), Err(Code::UnsupportedMediaType));
}

#[test]
fn an_upload_is_an_image_from_our_own_page_or_from_a_program() {
    let code = |pairs: &[_]| Door::check_change("/api/attachments", &headers(pairs)).map_err(|error| error.code);
    let (image, host) = (("content-type", "image/png"), ("host", "127.0.0.1:3000"));
    assert_eq!(code(&[image, host]), Ok(()));
    assert_eq!(code(&[image, host, ("origin", "http://127.0.0.1:4000")]), Err(Code::Forbidden));
    assert_eq!(code(&[image, host, ("sec-fetch-site", "cross-site")]), Err(Code::Forbidden));
    for kind in ["application/json", "text/plain", "multipart/form-data", "image", ""] {
        assert_eq!(code(&[("content-type", kind), host]), Err(Code::UnsupportedMediaType), "{kind}");
    }
}

#[test]
fn without_the_cookie_only_health_and_the_link_are_open() {
    let door = door("0.0.0.0:3000", &[]);
    let code = |path, pairs: &[_]| door.check_token(path, &headers(pairs)).map_err(|error| error.code);
    assert_eq!(code("/healthz", &[]), Ok(()));
    assert_eq!(code("/token/whatever", &[]), Ok(()));
    for path in ["/", "/api/events", "/healthz/", "/token", "/pkg/brooklet.js"] {
        assert_eq!(code(path, &[]), Err(Code::Unauthorized), "{path}");
        assert_eq!(code(path, &[("cookie", "brooklet=secret-toke")]), Err(Code::Unauthorized), "{path}");
        assert_eq!(code(path, &[("cookie", "a=b; brooklet=secret-token")]), Ok(()), "{path}");
    }
}

#[test]
fn a_token_is_needed_as_soon_as_others_can_reach_the_server() {
    assert!(!Door::needs_token("127.0.0.1:3000".parse().unwrap(), &[]));
    assert!(!Door::needs_token("[::1]:3000".parse().unwrap(), &[]));
    assert!(Door::needs_token("0.0.0.0:3000".parse().unwrap(), &[]));
    assert!(Door::needs_token("127.0.0.1:3000".parse().unwrap(), &["chat.example.org".into()]));
}
