//! A follower that comes back when a reply has gone on: how long until it holds all of it.

use super::{Bench, REST};
use crate::{
    chat::{self, Sent},
    held::Held,
    reader::Reader,
    server::Server,
    table::{digits, median, print},
    upstream,
};
use std::{
    io,
    time::{Duration, Instant},
};
use tokio::{task::spawn_blocking, time::timeout};

/// Between tokens, so that nearly each of them is stored by itself.
const EVERY: Duration = Duration::from_micros(100);

/// Times of one round, in milliseconds.
struct Run {
    proxy: f64,
    /// While the reply goes on.
    running: f64,
    /// After its end and a new start of the server, which remembers nothing.
    restarted: f64,
    faults: u64,
}

pub async fn late(bench: &Bench, tokens: usize) -> io::Result<()> {
    let mut runs = Vec::new();
    for number in 0..bench.rounds {
        bench.tell(&format!("{tokens} tokens late, round {} of {}", number + 1, bench.rounds));
        let proxy = copied(bench, tokens).await?;
        runs.push(Run { proxy, ..read_up(bench, tokens).await? });
    }
    let row =
        |name: &str, figure: fn(&Run) -> f64| vec![name.to_owned(), digits(median(runs.iter().map(figure).collect()))];
    let faults = runs.iter().map(|run| run.faults).sum::<u64>().to_string();
    let rows = [
        vec!["".into(), "ms".into()],
        row("Brooklet, from memory", |run| run.running),
        row("Brooklet, from the store", |run| run.restarted),
        row("proxy, copying as much at once", |run| run.proxy),
        vec!["lost or doubled, all rounds".into(), faults],
    ];
    print(&format!("one follower, {tokens} tokens late"), &rows);
    Ok(())
}

/// A proxy cannot go on with anything: how long the same text takes through it when it is all there.
async fn copied(bench: &Bench, tokens: usize) -> io::Result<f64> {
    let server = bench.programs.proxy(&bench.upstream.url)?;
    let mut reader = Reader::ask(server.addr, 0).await?;
    let mut streams = bench.upstream.take(1)?;
    let began = Instant::now();
    // The connection comes back with the thread: closed early, it would be a broken one, and the proxy would break off too.
    let sending = spawn_blocking(move || upstream::play(&mut streams, tokens, Duration::ZERO).map(|_| streams));
    level(&mut reader, tokens).await?;
    let took = began.elapsed();
    drop(sending.await??);
    Ok(took.as_secs_f64() * 1e3)
}

async fn read_up(bench: &Bench, tokens: usize) -> io::Result<Run> {
    let folder = tempfile::tempdir()?;
    let server = bench.programs.brooklet(folder.path(), &bench.upstream.url)?;
    let sent = chat::send(&server, 0).await?;
    let mut live = sent.follow(&server).await?;
    let cursor = live.held.cursor.clone();
    let mut streams = bench.upstream.take(1)?;
    let sending = spawn_blocking(move || upstream::play(&mut streams, tokens, EVERY).map(|times| (times, streams)));
    level(&mut live, tokens).await?;
    let (mut times, streams) = sending.await??;
    let times = times.remove(0);

    let (running, first) = resume(&sent, &server, &cursor, tokens).await?;
    spawn_blocking(move || upstream::end(streams)).await??;
    let live = live.finish().await?;
    drop(server);
    let server = bench.programs.brooklet(folder.path(), &bench.upstream.url)?;
    let (restarted, second) = resume(&sent, &server, &cursor, tokens).await?;
    let faults = [live, first, second].iter().map(|held| held.lost(&times) + held.doubled(&times)).sum();
    Ok(Run { proxy: f64::NAN, running, restarted, faults })
}

/// From before the connection until all is held, in milliseconds.
async fn resume(sent: &Sent, server: &Server, cursor: &str, tokens: usize) -> io::Result<(f64, Held)> {
    let began = Instant::now();
    let mut reader = sent.resume(server, cursor).await?;
    level(&mut reader, tokens).await?;
    Ok((began.elapsed().as_secs_f64() * 1e3, reader.held))
}

async fn level(reader: &mut Reader, tokens: usize) -> io::Result<()> {
    timeout(REST, reader.until(|held| held.sent.len() >= tokens)).await.map_err(|_| io::ErrorKind::TimedOut)?
}
