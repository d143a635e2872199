//! Many replies at once, each with its reader: what Brooklet adds to a proxy that only copies.

use super::{Bench, Run, round};
use crate::{
    chat,
    reader::Reader,
    server::Server,
    table::{digits, median, print},
    upstream,
};
use std::{io, time::Duration};

/// What a model says in a second to each reader.
pub const TOKENS_A_SECOND: usize = 50;

pub async fn streaming(bench: &Bench, replies: usize) -> io::Result<()> {
    let (mut proxy, mut brooklet) = (Vec::new(), Vec::new());
    for number in 0..bench.rounds {
        bench.tell(&format!("{replies} replies, round {} of {}", number + 1, bench.rounds));
        proxy.push(through_proxy(bench, replies).await?);
        brooklet.push(through_brooklet(bench, replies).await?);
    }
    let of = |runs: &[Run], figure: fn(&Run) -> f64| median(runs.iter().map(figure).collect());
    let both = |figure: fn(&Run) -> f64, join: fn(f64, f64) -> f64| {
        median(proxy.iter().zip(&brooklet).map(|(proxy, brooklet)| join(figure(brooklet), figure(proxy))).collect())
    };
    let row = |name: &str, figure: fn(&Run) -> f64, join: fn(f64, f64) -> f64, sign: &str| {
        let cells = [of(&proxy, figure), of(&brooklet, figure), both(figure, join)].map(digits);
        let [proxy, brooklet, joined] = cells;
        vec![name.to_owned(), proxy, brooklet, format!("{sign}{joined}")]
    };
    let (added, ratio) = (|brooklet, proxy| brooklet - proxy, |brooklet, proxy| brooklet / proxy);
    let mut rows = vec![["", "proxy", "Brooklet", "added, or times"].map(str::to_owned).to_vec()];
    rows.push(row("latency p50, ms", |run| run.p50, added, "+"));
    rows.push(row("latency p99, ms", |run| run.p99, added, "+"));
    rows.push(row("tokens a second", |run| run.a_second, ratio, "×"));
    rows.push(row("bytes a token", |run| run.bytes, ratio, "×"));
    rows.push(row("CPU a token, µs", |run| run.cpu, ratio, "×"));
    rows.push(row("memory, MiB", |run| run.memory, ratio, "×"));
    let sum = |runs: &[Run], figure: fn(&Run) -> u64| runs.iter().map(figure).sum::<u64>().to_string();
    let rest = [("lost, all rounds", (|run| run.lost) as fn(&Run) -> u64), ("doubled, all rounds", |run| run.doubled)];
    rows.extend(
        rest.map(|(name, figure)| vec![name.into(), sum(&proxy, figure), sum(&brooklet, figure), String::new()]),
    );
    print(&format!("{replies} replies × {TOKENS_A_SECOND} tokens/s"), &rows);
    Ok(())
}

async fn through_proxy(bench: &Bench, replies: usize) -> io::Result<Run> {
    let server = bench.programs.proxy(&bench.upstream.url)?;
    let mut readers = Vec::new();
    for number in 0..replies {
        readers.push(Reader::ask(server.addr, number).await?);
    }
    run(bench, &server, readers).await
}

async fn through_brooklet(bench: &Bench, replies: usize) -> io::Result<Run> {
    let folder = tempfile::tempdir()?;
    let server = bench.programs.brooklet(folder.path(), &bench.upstream.url)?;
    let mut readers = Vec::new();
    for number in 0..replies {
        readers.push(chat::send(&server, number).await?.follow(&server).await?);
    }
    run(bench, &server, readers).await
}

async fn run(bench: &Bench, server: &Server, readers: Vec<Reader>) -> io::Result<Run> {
    let mut streams = bench.upstream.take(readers.len())?;
    let tokens = TOKENS_A_SECOND * bench.length().as_secs() as usize;
    let readers: Vec<_> = readers.into_iter().map(|reader| tokio::spawn(reader.finish())).collect();
    let sending = move || {
        let sent = upstream::play(&mut streams, tokens, Duration::from_secs(1) / TOKENS_A_SECOND as u32)?;
        upstream::end(streams).map(|()| sent)
    };
    round(bench, server, readers, sending, |reply| reply).await
}
