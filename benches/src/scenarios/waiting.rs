//! Followers that wait for a reply's first word: the memory of each.

use super::Bench;
use crate::{
    chat,
    held::Held,
    reader::Reader,
    server::Server,
    table::{digits, print},
};
use std::io;
use tokio::{task::JoinHandle, time::sleep};

/// Followers that are there before anything is measured, so that what is made once is not counted.
const FIRST: usize = 20;

pub async fn waiting(bench: &Bench, followers: usize) -> io::Result<()> {
    bench.tell(&format!("{followers} waiting followers of the proxy, {} s", bench.wait.as_secs()));
    let proxy = {
        let server = bench.programs.proxy(&bench.upstream.url)?;
        let grown = grown(bench, &server, followers, async |number| Reader::ask(server.addr, number).await).await?;
        drop(bench.upstream.take(FIRST + followers)?);
        grown
    };
    bench.tell(&format!("{followers} waiting followers of Brooklet, {} s", bench.wait.as_secs()));
    let brooklet = {
        let folder = tempfile::tempdir()?;
        let server = bench.programs.brooklet(folder.path(), &bench.upstream.url)?;
        let sent = chat::send(&server, 0).await?;
        let grown = grown(bench, &server, followers, async |_| sent.follow(&server).await).await?;
        drop(bench.upstream.take(1)?);
        grown
    };
    let columns = ["", "proxy", "Brooklet", "times"].map(str::to_owned).to_vec();
    let name = "memory a follower, KiB".to_owned();
    let row = vec![name, digits(proxy), digits(brooklet), format!("×{}", digits(brooklet / proxy))];
    print(&format!("{followers} waiting followers, after {} s", bench.wait.as_secs()), &[columns, row]);
    Ok(())
}

/// By how much the server's memory grew for each of them, in KiB.
async fn grown(
    bench: &Bench,
    server: &Server,
    followers: usize,
    follow: impl AsyncFn(usize) -> io::Result<Reader>,
) -> io::Result<f64> {
    let mut readers: Vec<JoinHandle<io::Result<Held>>> = Vec::new();
    for number in 0..FIRST {
        readers.push(tokio::spawn(follow(number).await?.finish()));
    }
    let before = server.memory()?;
    for number in FIRST..FIRST + followers {
        readers.push(tokio::spawn(follow(number).await?.finish()));
    }
    sleep(bench.wait).await;
    let after = server.memory()?;
    // None of them may have gone meanwhile: it would count as light.
    if let Some(gone) = readers.iter().position(JoinHandle::is_finished) {
        return Err(io::Error::other(format!("follower {gone} did not wait: {:?}", readers.remove(gone).await?)));
    }
    readers.iter().for_each(JoinHandle::abort);
    Ok((after - before) / followers as f64)
}
