//! The rules of the house, held by a test instead of by habit: who may import whom, names, sizes.
//!
//! Each rule is a row of `RULES`, with a sample that breaks it; the second test proves that every rule can fail. To change
//! a rule, change its row, and say why in the commit.

use crate::source::{File, code, read, words};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

struct Rule {
    says: &'static str,
    check: Check,
    /// A file, with its path, that the rule must find fault with.
    broken_by: (&'static str, &'static str),
}

enum Check {
    /// Whether a module (without its package) may not name a path: `(package, module, path)`.
    Import(fn(&str, &[String], &[String]) -> bool),
    /// Whether a line of code is wrong, comments and literals blanked: `(path, line)`.
    Line(fn(&str, &str) -> bool),
    /// Whether a file is wrong as a whole.
    File(fn(&File) -> bool),
    /// What is wrong with all files together.
    All(fn(&[File]) -> Vec<String>),
}

/// Those from here on import no other noun.
const LEAVES: usize = 3;

const NOUNS: [&str; 7] = ["rooms", "conversations", "replies", "accounts", "attachments", "notifications", "settings"];
const PORTS: [&str; 3] = ["store", "relay", "providers"];
const FEATURES: [&str; 6] = ["chat", "sidebar", "settings", "lab", "login", "admin"];
const WIRING: [&str; 3] = ["main", "lib", "state"];
const BAD_NAMES: [&str; 11] =
    ["utils", "util", "helpers", "helper", "common", "manager", "managers", "service", "services", "types", "models"];

const RULES: &[Rule] = &[
    Rule {
        says: "app imports nothing of ours",
        check: Check::Import(|package, _, path| package == "app" && ["brooklet", "frontend"].contains(&&*path[0])),
        broken_by: ("app/src/chat/mod.rs", "use brooklet::store;"),
    },
    Rule {
        says: "frontend imports only app",
        check: Check::Import(|package, _, path| package == "frontend" && path[0] == "brooklet"),
        broken_by: ("frontend/src/lib.rs", "fn f() { brooklet::run() }"),
    },
    Rule {
        says: "http calls the caller or replies::follow, and nothing deeper",
        check: Check::Import(|_, module, path| {
            from(module, &["http"])
                && to(path, &["conversations", "replies", "journal", "store", "relay", "providers"])
                && !follows(path)
        }),
        broken_by: ("src/http/pages.rs", "use crate::{caller::Caller, store::Library};"),
    },
    Rule {
        says: "nobody imports http but main and lib",
        check: Check::Import(|_, module, path| to(path, &["http"]) && !from(module, &["http", "main", "lib"])),
        broken_by: ("src/caller.rs", "use crate::http::door;"),
    },
    Rule {
        says: "rooms import conversations, conversations import replies, never upward; the other nouns are leaves",
        check: Check::Import(|_, module, path| {
            let (Some(from), Some(to)) = (noun(module.first()), noun(server(path))) else { return false };
            from != to && (to < from || from >= LEAVES)
        }),
        broken_by: ("src/replies/run.rs", "use super::super::conversations::Conversations;"),
    },
    Rule {
        says: "nouns know neither the caller nor the state",
        check: Check::Import(|_, module, path| from(module, &NOUNS) && to(path, &["caller", "state", "config"])),
        broken_by: ("src/replies/mod.rs", "fn f(state: &crate::state::AppState) {}"),
    },
    Rule {
        says: "store, relay and providers know app::wire and themselves",
        check: Check::Import(|_, module, path| {
            let ours = server(path).is_some_and(|name| module.first() != Some(name) && name != "sync");
            from(module, &PORTS) && (ours || path[0] == "app" && path.get(1).is_none_or(|name| name != "wire"))
        }),
        broken_by: ("src/relay.rs", "use crate::store::Owner;"),
    },
    Rule {
        says: "only replies uses store, relay and providers together",
        check: Check::All(|files| {
            let together = |(_, to): &(&String, &BTreeSet<String>)| PORTS.iter().all(|port| to.contains(*port));
            let graph = graph(files, "brooklet");
            let whole = graph.iter().filter(together).map(|(from, _)| from.clone());
            whole.filter(|from| from != "replies" && !WIRING.contains(&&**from)).collect()
        }),
        broken_by: ("src/journal/mod.rs", "use crate::{store::S, relay::R, providers::P};"),
    },
    Rule {
        says: "a transport is one file: it imports no other transport",
        check: Check::Import(|_, module, path| {
            module.len() == 3
                && module[..2] == ["http", "stream"]
                && path.len() > 3
                && path[..3] == ["brooklet", "http", "stream"]
                && path[3] != module[2]
                && ["sse", "long_poll", "websocket", "grpc"].contains(&&*path[3])
        }),
        broken_by: ("src/http/stream/long_poll.rs", "use super::sse::write;"),
    },
    Rule {
        says: "settings are read in main and state; everyone else is handed values",
        check: Check::Import(|_, module, path| {
            to(path, &["config"]) && !from(module, &["main", "lib", "state", "config"])
        }),
        broken_by: ("src/journal/mod.rs", "use crate::config::Config;"),
    },
    Rule {
        says: "the environment is read in config, main and state; http::shell asks whether cargo-leptos watches",
        check: Check::Import(|package, module, path| {
            let reads = path.len() > 2 && path[..2] == ["std", "env"] && path[2].starts_with("var");
            let watched = module == ["http", "shell"];
            package == "brooklet" && reads && !watched && !from(module, &["config", "main", "state"])
        }),
        broken_by: ("src/http/door.rs", "fn f() { std::env::var(\"X\"); }"),
    },
    Rule {
        says: "SQL stays in the store",
        check: Check::Import(|_, module, path| path[0] == "rusqlite" && !from(module, &["store"])),
        broken_by: ("src/conversations/mod.rs", "fn f(c: &rusqlite::Connection) {}"),
    },
    Rule {
        says: "axum stays in http and where it is started",
        check: Check::Import(|package, module, path| {
            package == "brooklet"
                && ["axum", "tower_http", "leptos_axum"].contains(&&*path[0])
                && !from(module, &["http", "main", "lib", "state"])
        }),
        broken_by: ("src/replies/run.rs", "use axum::Json;"),
    },
    Rule {
        says: "no cycles among the server's folders, nor among the page's",
        check: Check::All(|files| [graph(files, "brooklet"), graph(files, "app")].iter().filter_map(cycle).collect()),
        broken_by: ("src/journal/mod.rs", "use crate::journal2::A; mod x { use crate::journal; }"),
    },
    Rule {
        says: "wire imports nothing but itself, backend only wire",
        check: Check::Import(|package, module, path| {
            let allowed: &[&str] = if from(module, &["wire"]) { &["wire"] } else { &["wire", "backend"] };
            package == "app"
                && from(module, &["wire", "backend"])
                && page(path).is_some_and(|name| !allowed.contains(&&**name))
        }),
        broken_by: ("app/src/wire/event.rs", "use crate::backend::Backend;"),
    },
    Rule {
        says: "ui and browser know no feature",
        check: Check::Import(|package, module, path| {
            package == "app"
                && from(module, &["ui", "browser"])
                && page(path).is_some_and(|name| FEATURES.contains(&&**name))
        }),
        broken_by: ("app/src/ui/button.rs", "use crate::chat::Thread;"),
    },
    Rule {
        says: "comrak stays in app/src/markdown: the page would carry it twice",
        check: Check::Line(|path, line| {
            below(path, &["app/src/", "src/"])
                && !below(path, &["app/src/markdown"])
                && words(line).any(|(_, word)| word == "comrak")
        }),
        broken_by: ("app/src/chat/mod.rs", "use comrak::Arena;"),
    },
    Rule {
        says: "web_sys stays in app/src/browser",
        check: Check::Line(|path, line| {
            below(path, &["app/src/"])
                && !below(path, &["app/src/browser"])
                && words(line).any(|(_, word)| word == "web_sys")
        }),
        broken_by: ("app/src/chat/composer.rs", "use leptos::web_sys::Event;"),
    },
    Rule {
        says: "no platform cfg in app",
        check: Check::Line(|path, line| {
            let attribute = ["cfg(", "cfg!(", "cfg_attr(", "cfg_if!"].iter().any(|cfg| line.contains(cfg));
            // A build for development is not split into chunks: one file says so.
            let chunk = path == "app/src/later.rs" && line.contains("debug_assertions");
            below(path, &["app/"]) && attribute && !line.contains("#[cfg(test)]") && !chunk
        }),
        broken_by: ("app/src/chat/mod.rs", "#[cfg(target_arch = \"wasm32\")] fn f() {}"),
    },
    Rule {
        says: "app depends on no server crate and has no features",
        check: Check::File(|file| {
            let server = ["axum", "tokio", "rusqlite", "reqwest", "leptos_axum"];
            let wrong = |line: &str| {
                line == "[features]"
                    || server
                        .iter()
                        .any(|name| line.starts_with(&format!("{name} ")) || line.starts_with(&format!("{name}.")))
            };
            file.path == "app/Cargo.toml" && file.text.lines().any(wrong)
        }),
        broken_by: ("app/Cargo.toml", "[dependencies]\ntokio.workspace = true\n"),
    },
    Rule {
        says: "a name says what is inside: no utils, helpers, common, manager, service, types, models",
        check: Check::File(|file| {
            let names = file.path.trim_end_matches(".rs").split('/');
            file.is_rust() && names.into_iter().any(|name| BAD_NAMES.contains(&name))
        }),
        broken_by: ("src/http/utils.rs", "//! Things.\n"),
    },
    Rule {
        says: "nor as a module inside of a file",
        check: Check::Line(|_, line| {
            let words: Vec<_> = words(line).map(|(_, word)| word).collect();
            words.windows(2).any(|pair| pair[0] == "mod" && BAD_NAMES.contains(&pair[1]))
        }),
        broken_by: ("src/lib.rs", "mod helpers { }"),
    },
    Rule {
        says: "a folder's own file is its mod.rs",
        check: Check::All(|files| {
            let beside = |file: &&File| {
                let folder = format!("{}/", file.path.trim_end_matches(".rs"));
                file.is_rust() && files.iter().any(|other| other.path.starts_with(&folder))
            };
            files.iter().filter(beside).map(|file| file.path.clone()).collect()
        }),
        broken_by: ("src/relay.rs", "//! A folder beside it."),
    },
    Rule {
        says: "a source file begins with //! and what it is for",
        check: Check::File(|file| {
            file.is_rust() && !file.path.ends_with("/tests.rs") && !file.text.starts_with("//! ")
        }),
        broken_by: ("src/main.rs", "fn main() {}\n"),
    },
    Rule {
        says: "a source file has fewer than 450 lines",
        check: Check::File(|file| file.is_rust() && file.text.lines().count() >= 450),
        broken_by: ("src/lib.rs", LONG),
    },
    Rule {
        says: "no blanket allow; an exception names its reason",
        check: Check::Line(|_, line| {
            line.contains("#![allow(") || line.contains("#[allow(") && !line.contains("reason =")
        }),
        broken_by: ("src/lib.rs", "#![allow(unused)]"),
    },
    Rule {
        says: "no style attributes: the page's policy forbids them",
        check: Check::Line(|path, line| {
            below(path, &["app/src/", "src/http/"])
                && (line.contains(" style=") || line.contains(" style:") || line.trim_start().starts_with("style="))
        }),
        broken_by: ("app/src/ui/button.rs", "view! { <p style=\"color: red\"></p> }"),
    },
    Rule {
        says: "colours are named in style/tokens.css and nowhere else",
        check: Check::File(|file| {
            below(&file.path, &["style/"]) && file.path != "style/tokens.css" && has_hex_colour(&file.text)
        }),
        broken_by: ("style/composer.css", ".composer { color: #fff; }"),
    },
    Rule {
        says: "no !important",
        check: Check::File(|file| below(&file.path, &["style/"]) && file.text.contains("!important")),
        broken_by: ("style/composer.css", ".composer { color: red !important; }"),
    },
    Rule {
        says: "README has at most 80 lines",
        check: Check::File(|file| file.path == "README.md" && file.text.lines().count() > 80),
        broken_by: ("README.md", LONG),
    },
    Rule {
        says: "ARCHITECTURE has at most 200 lines",
        check: Check::File(|file| file.path == "ARCHITECTURE.md" && file.text.lines().count() > 200),
        broken_by: ("ARCHITECTURE.md", LONG),
    },
];

#[test]
fn the_repository_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = ["src", "app", "benches", "frontend", "tests", "style", "README.md", "ARCHITECTURE.md"];
    let files = read(root, &names);
    assert!(files.iter().any(|file| file.path == "app/src/wire/mod.rs"), "the repository is not at {}", root.display());
    let faults: Vec<_> = RULES.iter().flat_map(|rule| faults(rule, &files)).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_rule_can_fail() {
    for rule in RULES {
        let (path, text) = rule.broken_by;
        let mut files = vec![File::new(path, text)];
        // Two rules look at files together; their samples have one more.
        files.push(File::new("src/relay/redis.rs", "//! Beside `src/relay.rs`."));
        files.push(File::new("src/journal2.rs", "//! Back again.\nuse crate::journal::B;"));
        let found = faults(rule, &files);
        assert!(found.iter().any(|fault| fault.contains(rule.says)), "nothing broke: {}", rule.says);
    }
}

#[test]
fn what_is_right_breaks_nothing() {
    let files = [
        File::new(
            "src/http/stream/sse.rs",
            "//! SSE.\nuse crate::{caller::Caller, replies::follow::{Follower, Batch}, state::AppState};\n",
        ),
        File::new("src/replies/run.rs", "//! A run.\nuse crate::{journal::J, store::S, relay::R, providers::P};\n"),
        File::new("src/store/mod.rs", "//! The store.\nuse app::wire::Message;\nfn f(c: &rusqlite::Connection) {}\n"),
        File::new(
            "app/src/chat/mod.rs",
            "//! Chat.\nuse crate::{browser, text, ui::Button, wire::Event};\n#[cfg(test)]\nmod tests { }\n",
        ),
        File::new("style/chat.css", "#composer a:hover { color: var(--ink); }\n"),
    ];
    let faults: Vec<_> = RULES.iter().flat_map(|rule| faults(rule, &files)).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// One line a fault: where, which rule, and what.
fn faults(rule: &Rule, files: &[File]) -> Vec<String> {
    let mut found = vec![];
    let mut fault =
        |path: &str, line: usize, what: &str| found.push(format!("{path}:{line}: {} (`{}`)", rule.says, what.trim()));
    match rule.check {
        Check::All(check) => check(files).iter().for_each(|what| fault("src", 1, what)),
        Check::File(check) => files.iter().filter(|file| check(file)).for_each(|file| fault(&file.path, 1, &file.path)),
        Check::Line(check) => {
            for file in files.iter().filter(|file| file.is_rust()) {
                for (number, line) in code(&file.text).lines().enumerate().filter(|(_, line)| check(&file.path, line)) {
                    fault(&file.path, number + 1, line);
                }
            }
        }
        Check::Import(check) => {
            for file in files {
                let module = file.module().unwrap_or_default();
                for (line, path) in file.imports().iter().filter(|(_, path)| !path.is_empty()) {
                    if check(&module[0], named(&module), path) {
                        fault(&file.path, *line, &path.join("::"));
                    }
                }
            }
        }
    }
    found
}

/// The module without its package; of lib.rs its name, since it has no other.
fn named(module: &[String]) -> &[String] {
    static LIB: std::sync::LazyLock<[String; 1]> = std::sync::LazyLock::new(|| ["lib".to_owned()]);
    if module.len() > 1 { &module[1..] } else { &LIB[..] }
}

fn from(module: &[String], names: &[&str]) -> bool {
    module.first().is_some_and(|first| names.contains(&&**first))
}

fn to(path: &[String], names: &[&str]) -> bool {
    server(path).is_some_and(|name| names.contains(&&**name))
}

/// The server's module that a path leads to.
fn server(path: &[String]) -> Option<&String> {
    path.get(1).filter(|_| path[0] == "brooklet")
}

/// The page's module that a path leads to.
fn page(path: &[String]) -> Option<&String> {
    path.get(1).filter(|_| path[0] == "app")
}

/// `replies::follow`, or what `replies` shows of it.
fn follows(path: &[String]) -> bool {
    path.get(1..3)
        .is_some_and(|path| path[0] == "replies" && ["follow", "Follower", "Batch", "Told"].contains(&&*path[1]))
}

fn noun(name: Option<&String>) -> Option<usize> {
    NOUNS.iter().position(|noun| Some(*noun) == name.map(String::as_str))
}

fn below(path: &str, folders: &[&str]) -> bool {
    folders.iter().any(|folder| path.starts_with(folder))
}

/// Which module names which, in one package, wiring left out.
fn graph(files: &[File], package: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut graph = BTreeMap::<_, BTreeSet<_>>::new();
    for file in files {
        let Some(module) = file.module().filter(|module| module[0] == package) else { continue };
        let from = named(&module)[0].clone();
        if from == "main" || from == "lib" {
            continue;
        }
        let paths = file.imports().into_iter().filter(|(_, path)| path.len() > 1 && path[0] == package);
        graph.entry(from.clone()).or_default().extend(paths.map(|(_, path)| path[1].clone()).filter(|to| *to != from));
    }
    graph
}

/// A way from a module back to itself: `a → b → a`.
fn cycle(graph: &BTreeMap<String, BTreeSet<String>>) -> Option<String> {
    fn walk<'a>(graph: &'a BTreeMap<String, BTreeSet<String>>, way: &mut Vec<&'a String>) -> bool {
        let Some(next) = way.last().and_then(|last| graph.get(*last)) else { return false };
        next.iter().any(|name| {
            let back = way[0] == name;
            if !back && way.contains(&name) {
                return false;
            }
            way.push(name);
            if back || walk(graph, way) {
                return true;
            }
            way.pop();
            false
        })
    }
    graph.keys().find_map(|start| {
        let mut way = vec![start];
        walk(graph, &mut way).then(|| way.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" → "))
    })
}

/// `#` and 3, 4, 6 or 8 hex digits in a value, that is after a colon and before the next brace.
fn has_hex_colour(css: &str) -> bool {
    css.split(['{', '}', ';']).filter_map(|declaration| declaration.split_once(':')).any(|(_, value)| {
        value.split('#').skip(1).any(|after| {
            let digits = after.chars().take_while(char::is_ascii_hexdigit).count();
            let ends = !after[digits..].starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_');
            ends && [3, 4, 6, 8].contains(&digits)
        })
    })
}

/// More lines than any rule allows.
const LONG: &str = match std::str::from_utf8(&[b'\n'; 500]) {
    Ok(text) => text,
    Err(_) => panic!("line feeds are UTF-8"),
};
