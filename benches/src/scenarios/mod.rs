//! What is measured, and how a round of it goes.

mod fanout;
mod late;
mod streaming;
mod waiting;

pub use fanout::fanout;
pub use late::late;
pub use streaming::streaming;
pub use waiting::waiting;

use crate::{
    clock,
    held::Held,
    reader::BYTES,
    server::{Programs, Server},
    table::percentile,
    upstream::{Sent, Upstream},
};
use std::{
    io,
    path::PathBuf,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};
use tokio::{
    task::{JoinHandle, spawn_blocking},
    time::{sleep, timeout},
};

/// How long tokens flow before anything is measured.
const WARM_UP: Duration = Duration::from_secs(2);

/// How long readers may take to get the rest, once all was sent; what is not there then is lost.
const REST: Duration = Duration::from_secs(60);

pub struct Bench {
    pub programs: Programs,
    /// The folder of the servers that people start from.
    pub peers: PathBuf,
    pub upstream: Upstream,
    pub rounds: usize,
    /// How long is measured in each round.
    pub window: Duration,
    /// How long waiting followers wait.
    pub wait: Duration,
}

impl Bench {
    /// How long tokens flow: before, in and behind the window.
    fn length(&self) -> Duration {
        WARM_UP + self.window + Duration::from_secs(1)
    }

    /// What is going on, for who waits.
    fn tell(&self, what: &str) {
        eprintln!("{what}");
    }
}

/// What one server did in one round.
struct Run {
    /// From the upstream to the reader, in milliseconds.
    p50: f64,
    p99: f64,
    /// Tokens that readers got, in a second.
    a_second: f64,
    /// Bytes on the wire, and the server's processor time in µs, for each token that a reader got.
    bytes: f64,
    cpu: f64,
    /// Resident, in MiB.
    memory: f64,
    /// Tokens, from the first to the last.
    lost: u64,
    doubled: u64,
}

/// Sends tokens, looks at the server when the window begins and when it ends, and waits until all readers have all.
/// `heard` tells which reply a reader hears.
async fn round(
    bench: &Bench,
    server: &Server,
    readers: Vec<JoinHandle<io::Result<Held>>>,
    sending: impl FnOnce() -> io::Result<Sent> + Send + 'static,
    heard: impl Fn(usize) -> usize,
) -> io::Result<Run> {
    let sending = spawn_blocking(sending);
    sleep(WARM_UP).await;
    let look = || Ok::<_, io::Error>((Instant::now(), clock::micros(), server.cpu()?, BYTES.load(Ordering::Relaxed)));
    let (began, from, cpu, bytes) = look()?;
    sleep(bench.window).await;
    let (ended, upto, cpu_then, bytes_then) = look()?;
    let memory = server.memory()?;

    let sent = sending.await??;
    let (mut latencies, mut got, mut lost, mut doubled) = (Vec::new(), 0_u64, 0, 0);
    for (number, mut reader) in readers.into_iter().enumerate() {
        let sent = &sent[heard(number)];
        let Ok(held) = timeout(REST, &mut reader).await else {
            reader.abort();
            lost += sent.len() as u64;
            continue;
        };
        let held = held??;
        lost += held.lost(sent);
        doubled += held.doubled(sent);
        got += held.came.iter().filter(|came| (from..upto).contains(*came)).count() as u64;
        let of_window = held.sent.iter().zip(&held.came).filter(|(sent, _)| (from..upto).contains(*sent));
        latencies.extend(of_window.map(|(sent, came)| came.saturating_sub(*sent)));
    }
    latencies.sort_unstable();
    let got = got as f64;
    Ok(Run {
        p50: percentile(&latencies, 0.5) / 1e3,
        p99: percentile(&latencies, 0.99) / 1e3,
        a_second: got / (ended - began).as_secs_f64(),
        bytes: (bytes_then - bytes) as f64 / got,
        cpu: (cpu_then - cpu) * 1e6 / got,
        memory: memory / 1024.0,
        lost,
        doubled,
    })
}
