//! One reply and many followers, beside the servers that people start from.

use super::{Bench, Run, round};
use crate::{
    chat,
    held::Format,
    reader::Reader,
    server::Server,
    table::{digits, median, print},
    upstream,
};
use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

/// So few that even the slowest keeps up.
const TOKENS_A_SECOND: usize = 10;

/// How to start a server that people start from.
struct Peer {
    name: &'static str,
    program: PathBuf,
    argument: Option<PathBuf>,
}

pub async fn fanout(bench: &Bench, followers: usize) -> io::Result<()> {
    let built = tempfile::tempdir()?;
    let peers = peers(bench, built.path());
    let mut runs: Vec<(&str, Vec<Run>)> = vec![("Brooklet", vec![])];
    runs.extend(peers.iter().map(|peer| (peer.name, vec![])));
    for number in 0..bench.rounds {
        bench.tell(&format!("{followers} followers of one reply, round {} of {}", number + 1, bench.rounds));
        runs[0].1.push(through_brooklet(bench, followers).await?);
        for (peer, (_, runs)) in peers.iter().zip(&mut runs[1..]) {
            runs.push(through_peer(bench, peer, followers).await?);
        }
    }
    let mut rows = vec![
        ["", "CPU an event, µs", "bytes an event", "p50, ms", "p99, ms", "lost", "doubled"].map(str::to_owned).to_vec(),
    ];
    for (name, runs) in runs {
        let of = |figure: fn(&Run) -> f64| digits(median(runs.iter().map(figure).collect()));
        let sum = |figure: fn(&Run) -> u64| runs.iter().map(figure).sum::<u64>().to_string();
        let figures = [of(|run| run.cpu), of(|run| run.bytes), of(|run| run.p50), of(|run| run.p99)];
        let faults = [sum(|run| run.lost), sum(|run| run.doubled)];
        rows.push([name.to_owned()].into_iter().chain(figures).chain(faults).collect());
    }
    print(&format!("{followers} followers of one reply × {TOKENS_A_SECOND} tokens/s"), &rows);
    Ok(())
}

/// Those whose runtime is here.
fn peers(bench: &Bench, built: &Path) -> Vec<Peer> {
    let runs = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let mut found = Vec::new();
    if runs("node", &["--version"]) {
        found.push(Peer { name: "Node http", program: "node".into(), argument: Some(bench.peers.join("hub.mjs")) });
    } else {
        bench.tell("skipped: node is not here");
    }
    let (source, program) = (bench.peers.join("hub.go"), built.join("hub"));
    if runs("go", &["build", "-o", &program.to_string_lossy(), &source.to_string_lossy()]) {
        found.push(Peer { name: "Go net/http", program, argument: None });
    } else {
        bench.tell("skipped: go is not here");
    }
    if runs("python3", &["-c", "import flask"]) {
        found.push(Peer { name: "Flask", program: "python3".into(), argument: Some(bench.peers.join("hub.py")) });
    } else {
        bench.tell("skipped: flask is not here");
    }
    found
}

async fn through_brooklet(bench: &Bench, followers: usize) -> io::Result<Run> {
    let folder = tempfile::tempdir()?;
    let server = bench.programs.brooklet(folder.path(), &bench.upstream.url)?;
    let reply = chat::send(&server, 0).await?;
    let mut readers = Vec::new();
    for _ in 0..followers {
        readers.push(tokio::spawn(reply.follow(&server).await?.finish()));
    }
    let (tokens, every) = pace(bench);
    let mut streams = bench.upstream.take(1)?;
    let sending = move || {
        let sent = upstream::play(&mut streams, tokens, every)?;
        upstream::end(streams).map(|()| sent)
    };
    round(bench, &server, readers, sending, |_| 0).await
}

async fn through_peer(bench: &Bench, peer: &Peer, followers: usize) -> io::Result<Run> {
    let server = Server::peer(&peer.program, peer.argument.as_deref())?;
    let addr = server.addr;
    let (tokens, every) = pace(bench);
    let mut readers = Vec::new();
    for _ in 0..followers {
        let mut reader = Reader::get(addr, "/", Format::Bare).await?;
        readers.push(tokio::spawn(async move {
            reader.until(|held| held.sent.len() >= tokens).await?;
            Ok(reader.held)
        }));
    }
    let sending = move || upstream::pace(1, tokens, every, |_, time| publish(addr, time));
    round(bench, &server, readers, sending, |_| 0).await
}

fn pace(bench: &Bench) -> (usize, Duration) {
    (TOKENS_A_SECOND * bench.length().as_secs() as usize, Duration::from_secs(1) / TOKENS_A_SECOND as u32)
}

fn publish(addr: SocketAddr, time: u32) -> io::Result<()> {
    let mut stream = TcpStream::connect(addr)?;
    let head = format!("POST / HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\ncontent-length: {}", upstream::TOKEN);
    stream.write_all(format!("{head}\r\n\r\n{time:08x}").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if answer.contains(" 200 ") { Ok(()) } else { Err(io::Error::other(answer)) }
}
