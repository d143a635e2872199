//! Starts the server: settings → open → serve → drain.

use brooklet::{
    config::{Config, Stop},
    http::{self, door::Door},
    providers::{Failure, Listing, Providers},
    state::{self, OpenError},
};
use std::{
    io::{ErrorKind, IsTerminal, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket},
    path::Path,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpListener, sync::watch};
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// What is still open this long after the signal is left behind.
const DRAIN: Duration = Duration::from_millis(800);

/// Replies that end within this time after the signal are whole; the next start goes on with the others.
const GRACE: Duration = Duration::from_millis(1500);

/// How often models are looked for while there is none.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// How long a health check waits for each step.
const HEALTH: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    let config = match Config::read() {
        Ok(config) => config,
        Err(Stop::Clap(error)) => error.exit(),
        Err(Stop::Wrong(error)) => return fail(&error.to_string()),
    };
    if config.healthcheck {
        return healthcheck(config.addr);
    }
    // Two TLS providers would be on offer otherwise, and rustls would choose neither.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let filter: Targets = config.log.parse().unwrap_or_default();
    tracing_subscriber::registry()
        .with(filter)
        .with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()))
        .init();
    // Each open page is a file descriptor, and systems begin with a thousand of them for programs that cannot do with more.
    // Where it is refused, the server works all the same, for fewer.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!("the system keeps its limit of open files: {error}");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("the system gives no threads: {error}")),
    };
    let ended = runtime.block_on(run(config));
    // Not waited for: what a runner has not handed to the journal, nobody was shown.
    runtime.shutdown_background();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(line) => fail(&line),
    }
}

/// Whether a server answers at this address: for containers, which have no other program to ask with.
fn healthcheck(mut addr: SocketAddr) -> ExitCode {
    if addr.ip().is_unspecified() {
        addr.set_ip(Ipv4Addr::LOCALHOST.into());
    }
    let ask = || {
        let mut stream = TcpStream::connect_timeout(&addr, HEALTH)?;
        stream.set_read_timeout(Some(HEALTH))?;
        stream.write_all(format!("GET /healthz HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n\r\n").as_bytes())?;
        let mut head = [0; 12];
        stream.read_exact(&mut head).map(|()| head == *b"HTTP/1.1 200")
    };
    match ask() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => fail(&format!("{addr} answers, but is not well")),
        Err(error) => fail(&format!("nothing answers at {addr}: {error}")),
    }
}

async fn run(mut config: Config) -> Result<(), String> {
    let signals = signals()?;
    let listener = listen(&config).await?;
    let bound = listener.local_addr().map_err(|error| error.to_string())?;
    // The port that was really given: nothing is asked there.
    config.addr = bound;
    let (close, closing) = watch::channel(false);
    let opened = state::open(&config, closing.clone()).await.map_err(|error: OpenError| error.to_string())?;

    let token = Door::needs_token(bound, &config.hosts).then(|| token(&config.data_dir)).transpose()?;
    greet(bound, &config, token.as_deref());
    tokio::spawn(tell_models(opened.state.providers.clone()));

    let door = Arc::new(Door { bound, hosts: config.hosts.clone(), token });
    let mut told = closing;
    let replies = opened.state.replies.clone();
    let serving = http::serve(listener, http::router(opened.state, door), async move {
        let _ = told.wait_for(|closing| *closing).await;
    });
    let mut serving = tokio::spawn(serving);
    let mut work = opened.work;
    tokio::select! {
        () = signals => {}
        ended = &mut serving => return Err(format!("the server ended by itself: {ended:?}")),
        broken = &mut work => {
            let why = broken.unwrap_or_else(|error| error.to_string());
            return Err(format!("{why}; what was shown is stored, start Brooklet again when the disk is in order"));
        }
    }
    close.send_replace(true);
    let _ = tokio::join!(tokio::time::timeout(DRAIN, serving), tokio::time::timeout(GRACE, replies.idle()));
    state::leave(&config);
    Ok(())
}

async fn listen(config: &Config) -> Result<TcpListener, String> {
    let addr = config.addr;
    match TcpListener::bind(addr).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse && state::is_in_use(config) => Err(format!(
            "it already runs here, with the data in {}: open http://{addr}, or stop it first",
            config.data_dir.display()
        )),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            Err(format!("{addr} is in use; start it on another port: {}", command_with(free_after(addr).await)))
        }
        Err(error) => Err(format!("addr (BROOKLET_ADDR) is `{addr}`: the system does not allow it ({error})")),
    }
}

/// The next address that is free.
async fn free_after(mut addr: SocketAddr) -> SocketAddr {
    for port in addr.port().saturating_add(1)..=u16::MAX {
        addr.set_port(port);
        if TcpListener::bind(addr).await.is_ok() {
            break;
        }
    }
    addr
}

/// The command as it was typed, with another address.
fn command_with(addr: SocketAddr) -> String {
    let mut words = vec![];
    let mut typed = std::env::args();
    while let Some(word) = typed.next() {
        if word == "--addr" {
            typed.next();
        } else if !word.starts_with("--addr=") {
            words.push(if word.contains(' ') { format!("'{word}'") } else { word });
        }
    }
    format!("{} --addr {addr}", words.join(" "))
}

/// The token of this data folder: made once, so that browsers stay let in over a restart.
fn token(data_dir: &Path) -> Result<String, String> {
    let path = data_dir.join("token");
    let failed = |error: std::io::Error| format!("the token file `{}` cannot be used: {error}", path.display());
    match std::fs::read_to_string(&path) {
        Ok(text) if text.trim().len() >= 32 => return Ok(text.trim().to_owned()),
        Ok(_) => std::fs::remove_file(&path).map_err(failed)?,
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let token = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&path).and_then(|mut file| file.write_all(token.as_bytes())).map_err(failed)?;
    Ok(token)
}

/// The addresses under which browsers reach a server: on this machine, and from others where it listens on all addresses.
fn urls(bound: SocketAddr, hosts: &[String]) -> Vec<String> {
    let port = bound.port();
    if let Some(name) = hosts.first() {
        // On loopback only a proxy of this machine can bring others here, and it speaks TLS on the usual port.
        return vec![if bound.ip().is_loopback() {
            format!("https://{name}")
        } else {
            format!("http://{name}:{port}")
        }];
    }
    if !bound.ip().is_unspecified() {
        return vec![format!("http://{bound}")];
    }
    // The one that the system would send from. Nothing is sent: 192.0.2.1 is for documentation, and a socket of this kind only
    // remembers it.
    let from = || {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
        Some(socket.local_addr().ok()?.ip())
    };
    let own = format!("http://127.0.0.1:{port}");
    std::iter::once(own).chain(from().map(|ip| format!("http://{}", SocketAddr::new(ip, port)))).collect()
}

fn greet(bound: SocketAddr, config: &Config, token: Option<&str>) {
    let urls = urls(bound, &config.hosts);
    say(&format!("Brooklet {} at {}", env!("CARGO_PKG_VERSION"), urls.join(" and ")));
    say(&format!("data in {}", config.data_dir.display()));
    if !http::has_page() {
        say("this binary was built without its page, which will stay asleep: build it by `make build`");
    }
    if let Some(token) = token {
        let links: Vec<_> = urls.iter().map(|url| format!("{url}/token/{token}")).collect();
        say(&format!("open this link once in each browser: {}", links.join(" or ")));
    }
}

/// Asked beside the start, so that a slow provider does not hold it up; and asked again while there is no model, so that
/// one that is started later is there by itself.
async fn tell_models(providers: Arc<Providers>) {
    let mut listing = providers.list_models().await;
    tell(&listing);
    loop {
        tokio::time::sleep(LOOK_AGAIN).await;
        let alone = listing.is_guide_alone();
        listing = if alone { providers.look().await } else { providers.list_models().await };
        if alone && !listing.is_guide_alone() {
            tell(&listing);
        }
    }
}

fn tell(listing: &Listing) {
    let mut sources: Vec<(String, Vec<&str>)> = Vec::new();
    for model in &listing.models {
        let source = format!("{} ({})", model.provider, model.source);
        match sources.iter_mut().find(|(known, _)| *known == source) {
            Some((_, models)) => models.push(&model.id),
            None => sources.push((source, vec![&model.id])),
        }
    }
    for (source, models) in sources {
        let more = models.len().saturating_sub(5);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        say(&format!("models from {source}: {}{more}", models[..models.len().min(5)].join(", ")));
    }
    for Failure { source, error, .. } in &listing.failures {
        say(&format!("no models: {error}; {}", error.listing_hint(source)));
    }
}

/// A terminal that was closed must not end the server.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn fail(line: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "brooklet: {line}");
    ExitCode::FAILURE
}

/// Completes on Ctrl+C or SIGTERM. They are listened for from the call on, not from the first poll: what comes right after the
/// first lines are printed must end the server as well.
#[cfg(unix)]
fn signals() -> Result<impl Future<Output = ()>, String> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).map_err(|error| format!("the system gives no signals: {error}"));
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Completes on Ctrl+C.
#[cfg(not(unix))]
fn signals() -> Result<impl Future<Output = ()>, String> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
