//! The program as people start and stop it: what it prints, and how it ends.

use crate::server::Events;
use app::wire::{Message, Sent, Status};
use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// Longer than anything here takes; a process that is still there then is stuck.
const STUCK: Duration = Duration::from_secs(20);

pub fn brooklet(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_brooklet"));
    // Nothing of the machine's own settings may reach it.
    command
        .env_clear()
        .env("HOME", data)
        .env("BROOKLET_ADDR", "127.0.0.1:0")
        .env("BROOKLET_DATA_DIR", data)
        .env("BROOKLET_LOCAL_PORTS", "off");
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs to its end; gives what it printed.
fn run(mut command: Command) -> (ExitStatus, String, String) {
    let child = command.spawn().unwrap();
    let output = wait(child, |child| child.wait_with_output().unwrap());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status, text(output.stdout), text(output.stderr))
}

/// Waits in another thread, so that a process that is stuck fails the test and does not hold it.
fn wait<T: Send + 'static>(child: Child, how: impl FnOnce(Child) -> T + Send + 'static) -> T {
    let (done, waiting) = mpsc::channel();
    thread::spawn(move || done.send(how(child)));
    waiting.recv_timeout(STUCK).expect("the process is stuck")
}

/// Starts a server and reads its first lines, up to the one about models.
fn start(data: &Path, arguments: &[&str]) -> (Child, Vec<String>) {
    launch(brooklet(data, arguments))
}

pub fn launch(mut command: Command) -> (Child, Vec<String>) {
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut head = Vec::new();
    while !head.last().is_some_and(|line: &String| line.starts_with("models from")) {
        head.push(lines.next().expect("the first lines"));
    }
    (child, head)
}

pub fn url(head: &[String]) -> String {
    head[0].split_once(" at ").unwrap().1.to_owned()
}

pub fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn the_first_lines_say_where_it_is_where_its_data_is_and_which_models_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, head) = start(folder.path(), &[]);
    assert!(head[0].starts_with("Brooklet ") && head[0].contains(" at http://127.0.0.1:"), "{head:?}");
    assert_eq!(head[1], format!("data in {}", folder.path().display()));
    assert!(head.last().unwrap().contains("brooklet/guide"), "{head:?}");
    assert!(!head.iter().any(|line| line.contains("token")), "{head:?}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_signal_ends_it_though_streams_are_open() {
    for name in ["-TERM", "-INT"] {
        let folder = tempfile::tempdir().unwrap();
        let (child, head) = start(folder.path(), &[]);
        let address = url(&head).trim_start_matches("http://").to_owned();
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        std::io::Write::write_all(
            &mut stream,
            format!("GET /api/events HTTP/1.1\r\nhost: {address}\r\n\r\n").as_bytes(),
        )
        .unwrap();
        let mut first = [0; 4096];
        assert!(stream.read(&mut first).unwrap() > 0);
        signal(&child, name);
        // The stream says goodbye and is closed by the server.
        let mut rest = String::new();
        stream.read_to_string(&mut rest).unwrap();
        assert!(rest.contains(r#""type":"bye""#), "{rest}");
        assert!(wait(child, |mut child| child.wait().unwrap()).success());
    }
}

/// A scripted provider that outlives servers, asked from a plain test.
struct Provider {
    runtime: tokio::runtime::Runtime,
    upstream: upstream::Upstream,
    http: reqwest::Client,
}

impl Provider {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let upstream = runtime.block_on(upstream::Upstream::start());
        upstream.made_by("llamacpp");
        Self { runtime, upstream, http: crate::server::client() }
    }

    /// A server that asks it.
    fn serve(&self, data: &Path) -> (Child, String) {
        let address = self.upstream.url();
        let mut child = brooklet(data, &["--titles", "words"]).env("OPENAI_BASE_URL", address).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        (child, url(&[lines.next().expect("the first line")]))
    }

    fn call<T: serde::de::DeserializeOwned>(&self, url: &str, function: &str, body: serde_json::Value) -> T {
        let request = self.http.post(format!("{url}/api/{function}")).header("content-type", "application/json");
        let answer = self.runtime.block_on(crate::server::answer(request.body(body.to_string())));
        assert!(answer.status.is_success(), "{function}: {}", answer.body);
        serde_json::from_value(answer.body).unwrap()
    }

    fn send(&self, url: &str, model: &str, text: &str) -> Sent {
        self.call(url, "send_message", serde_json::to_value(crate::server::message(model, text)).unwrap())
    }

    /// The reply as it is at its end.
    fn read(&self, url: &str, sent: Sent) -> Message {
        let request = self.http.get(format!("{url}/api/events?conversation={}", sent.conversation));
        self.runtime.block_on(async { Events::open(request).await.fold_until_over(sent.reply).await })
    }

    fn exchange(&self, n: usize) -> std::sync::Arc<upstream::Exchange> {
        self.runtime.block_on(self.upstream.exchange(n))
    }

    /// Waits until exchange `n` has sent this many bytes of text.
    fn said(&self, n: usize, bytes: usize) {
        self.runtime.block_on(self.exchange(n).until(|sent| sent.text.len() >= bytes));
    }
}

#[test]
fn after_a_signal_replies_that_are_nearly_done_are_whole_and_others_go_on_at_the_next_start() {
    let (folder, provider) = (tempfile::tempdir().unwrap(), Provider::start());
    let (child, url) = provider.serve(folder.path());
    let long = provider.send(&url, "gated", "over stones and downhill");
    provider.exchange(0).release();
    provider.said(0, 1);
    let short = provider.send(&url, "count", "count 20 100");
    provider.said(1, 1);
    signal(&child, "-TERM");
    assert!(wait(child, |mut child| child.wait().unwrap()).success());
    assert!(provider.exchange(1).so_far().ended);

    let (mut child, url) = provider.serve(folder.path());
    for _ in 0..5 {
        provider.exchange(2).release();
    }
    let (short, long) = (provider.read(&url, short), provider.read(&url, long));
    let count = (1..=20).map(|n| format!("tok{n}")).collect::<Vec<_>>().join(" ");
    assert_eq!((short.status, short.run, short.text()), (Status::Complete, 1, count));
    assert_eq!((long.status, long.run), (Status::Complete, 2));
    assert_eq!(long.text(), "over stones and downhill");
    assert_eq!(long.seams.len(), 1);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_reply_that_a_kill_cut_off_can_be_stopped_after_the_restart() {
    let (folder, provider) = (tempfile::tempdir().unwrap(), Provider::start());
    let (mut child, url) = provider.serve(folder.path());
    let sent = provider.send(&url, "count", "count 100000 100");
    provider.said(0, 1);
    child.kill().unwrap();
    child.wait().unwrap();

    let (mut child, url) = provider.serve(folder.path());
    // Whether the reaper was there before or comes after: stopped is stopped.
    let () = provider.call(&url, "stop_reply", serde_json::json!({ "reply": sent.reply }));
    let () = provider.call(&url, "stop_reply", serde_json::json!({ "reply": sent.reply }));
    assert_eq!(provider.read(&url, sent).status, Status::Stopped);
    if provider.upstream.count() > 1 {
        provider.runtime.block_on(provider.exchange(1).closed());
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[cfg(unix)]
#[test]
fn more_pages_are_open_than_the_system_allows_at_first() {
    let folder = tempfile::tempdir().unwrap();
    let few = brooklet(folder.path(), &[]);
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -S -n 64 && exec \"$0\""]).arg(few.get_program()).stdout(Stdio::piped()).env_clear();
    command.envs(few.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut child = command.spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let address = url(&[first.trim_end().to_owned()]).trim_start_matches("http://").to_owned();
    let streams: Vec<_> = std::iter::repeat_with(|| {
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(STUCK)).unwrap();
        let request = format!("GET /api/events HTTP/1.1\r\nhost: {address}\r\n\r\n");
        std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
        let mut head = [0; 12];
        stream.read_exact(&mut head).expect("an answer");
        assert_eq!(&head, b"HTTP/1.1 200");
        stream
    })
    .take(100)
    .collect();
    drop(streams);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_killed_server_starts_again_on_the_same_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, _) = start(folder.path(), &[]);
    child.kill().unwrap();
    child.wait().unwrap();
    let (mut again, _) = start(folder.path(), &[]);
    again.kill().unwrap();
    again.wait().unwrap();
}

#[test]
fn a_second_server_on_the_same_folder_ends_with_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, _) = start(folder.path(), &[]);
    let (status, _, error) = run(brooklet(folder.path(), &[]));
    assert!(!status.success());
    let folder = folder.path().display();
    let line = format!(
        "brooklet: another Brooklet already uses `{folder}`; stop it, or name another folder with --data-dir\n"
    );
    assert_eq!(error, line);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_port_in_use_ends_with_the_whole_command_for_another_one() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = folder.path().join("my data");
    let arguments = ["--addr", &address, "--data-dir", data.to_str().unwrap()];
    let (status, _, error) = run(brooklet(folder.path(), &arguments));
    assert!(!status.success());
    let (before, command) = error.trim_end().split_once("another port: ").unwrap_or_else(|| panic!("{error}"));
    assert_eq!(before, format!("brooklet: {address} is in use; start it on "));
    let words: Vec<_> = command.split(" --").collect();
    assert_eq!(words[0], env!("CARGO_BIN_EXE_brooklet"));
    assert_eq!(words[1], format!("data-dir '{}'", data.display()));
    assert!(words[2].starts_with("addr 127.0.0.1:") && !words[2].ends_with(&address), "{command}");
}

#[test]
fn a_folder_that_cannot_be_used_ends_with_one_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let data = folder.path().join("file/below");
    let (status, _, error) = run(brooklet(folder.path(), &["--data-dir", data.to_str().unwrap()]));
    assert!(!status.success());
    assert!(error.starts_with(&format!("brooklet: the data folder `{}` cannot be used: ", data.display())), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
}

#[test]
fn a_file_that_is_no_database_ends_with_one_line_and_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("brooklet.db");
    std::fs::write(&file, "not a database, but somebody's only copy of something".repeat(100)).unwrap();
    let before = std::fs::read(&file).unwrap();
    let (status, _, error) = run(brooklet(folder.path(), &[]));
    assert!(!status.success());
    assert!(error.contains(&format!("the database `{}` cannot be opened", file.display())), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn a_wrong_setting_ends_with_one_line_and_help_documents_each() {
    let folder = tempfile::tempdir().unwrap();
    let (status, _, error) = run(brooklet(folder.path(), &["--durability", "maybe"]));
    assert!(!status.success());
    assert_eq!(error, "brooklet: durability (BROOKLET_DURABILITY) is `maybe`: it must be normal or full\n");

    let (status, help, _) = run(brooklet(folder.path(), &["--help"]));
    assert!(status.success());
    let names = ["--addr", "BROOKLET_DATA_DIR", "BROOKLET_HOSTS", "BROOKLET_DATABASE_URL", "OPENAI_BASE_URL"];
    for name in names.into_iter().chain(["BROOKLET_LOCAL_PORTS", "OPENAI_API_KEY", "GEMINI_API_KEY", "OLLAMA_HOST"]) {
        assert!(help.contains(name), "{name} is not in\n{help}");
    }
}

#[test]
fn a_health_check_asks_the_server_that_runs() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, head) = start(folder.path(), &[]);
    let addr = url(&head).replace("http://", "");
    let check = || run(brooklet(folder.path(), &["--addr", &addr, "--healthcheck"]));
    assert!(check().0.success());
    child.kill().unwrap();
    child.wait().unwrap();
    let (status, _, error) = check();
    assert!(!status.success() && error.contains("nothing answers at"), "{error}");
}

#[test]
fn a_second_start_says_that_it_already_runs() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, head) = start(folder.path(), &[]);
    let (status, _, error) = run(brooklet(folder.path(), &["--addr", &url(&head).replace("http://", "")]));
    assert!(!status.success() && error.contains("it already runs here"), "{error}");
    assert!(error.contains(&format!("open {}", url(&head))), "{error}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn on_all_addresses_the_link_is_told_for_this_machine_first() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, head) = start(folder.path(), &["--addr", "0.0.0.0:0"]);
    assert!(head[0].contains(" at http://127.0.0.1:"), "{head:?}");
    assert!(
        head.iter().any(|line| line.starts_with("open this link once in each browser: http://127.0.0.1:")),
        "{head:?}"
    );
    assert!(!head.iter().any(|line| line.contains("0.0.0.0")), "{head:?}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn bound_beyond_this_machine_it_prints_a_link_and_keeps_its_token() {
    let folder = tempfile::tempdir().unwrap();
    let link = |head: Vec<String>| head.into_iter().find(|line| line.contains("/token/")).expect("a link");
    let token = |link: &str| link.rsplit('/').next().unwrap().to_owned();
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let (mut child, head) = start(folder.path(), &["--hosts", "chat.example.org"]);
        tokens.push(token(&link(head)));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert_eq!(tokens[0], tokens[1]);
    assert!(tokens[0].len() >= 64, "{tokens:?}");
    let file = folder.path().join("token");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), tokens[0]);
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions()) & 0o777, 0o600);
}

#[test]
fn what_models_are_missing_is_told_in_one_line_each() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = taken.local_addr().unwrap();
    drop(taken);
    let mut command = brooklet(folder.path(), &[]);
    command.env("OLLAMA_HOST", "no such form").env("OPENAI_BASE_URL", format!("http://{nobody}/v1"));
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let told: Vec<_> = lines.filter(|line| line.starts_with("no models: ")).take(2).collect();
    let cause = format!("OpenAI-compatible cannot be reached at `http://{nobody}/v1`: nothing listens there");
    assert!(told[0].contains(&cause) && told[0].contains("start it, or check `OPENAI_BASE_URL`"), "{told:?}");
    assert!(told[1].contains("OLLAMA_HOST cannot be used: it must be a host"), "{told:?}");
    child.kill().unwrap();
    child.wait().unwrap();
}
