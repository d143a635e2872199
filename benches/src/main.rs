//! Measures the release server beside a proxy that only copies, and beside the servers that people start from.
//!
//! `make bench` runs it; docs/benchmarks.md tells what is measured and how. Upstream and readers live in this process, so
//! that one clock times a token's whole way; the servers are processes of their own, and take turns.

mod chat;
mod chunked;
mod clock;
mod held;
mod reader;
mod scenarios;
mod server;
mod table;
mod upstream;

use clap::{Parser, ValueEnum};
use scenarios::Bench;
use server::Programs;
use std::{fs, io, path::PathBuf, process::ExitCode, time::Duration};
use upstream::Upstream;

#[derive(Parser)]
struct Arguments {
    /// What to measure; all of it where nothing is named.
    scenarios: Vec<Scenario>,
    /// The server.
    #[arg(long, env = "BROOKLET_BIN", default_value = "target/dist/brooklet")]
    brooklet: PathBuf,
    /// The proxy that only copies; the one beside this program where it is not named.
    #[arg(long)]
    proxy: Option<PathBuf>,
    /// The servers that people start from.
    #[arg(long, default_value = "benches/peers")]
    peers: PathBuf,
    /// Each figure is the median of so many rounds, in which the servers take turns.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds that are measured in each round.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Seconds that waiting followers wait.
    #[arg(long, default_value_t = 60)]
    wait: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Scenario {
    /// 100 replies, each with a reader.
    Streaming,
    /// 500 replies, each with a reader.
    Load,
    /// 5,000 followers that wait.
    Waiting,
    /// A follower 50,000 tokens late.
    Late,
    /// 1,000 followers of one reply.
    Fanout,
}

fn main() -> ExitCode {
    let measured = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match measured.and_then(|runtime| runtime.block_on(measure(Arguments::parse()))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(arguments: Arguments) -> io::Result<()> {
    // Every follower is a socket, here as there.
    rlimit::increase_nofile_limit(u64::MAX)?;
    let beside = || Ok::<_, io::Error>(std::env::current_exe()?.with_file_name("proxy"));
    let proxy = arguments.proxy.map_or_else(beside, Ok)?;
    let brooklet = fs::canonicalize(&arguments.brooklet)
        .map_err(|error| io::Error::other(format!("the server `{}`: {error}", arguments.brooklet.display())))?;
    let bench = Bench {
        programs: Programs { brooklet, proxy },
        peers: arguments.peers,
        upstream: Upstream::start()?,
        rounds: arguments.rounds,
        window: Duration::from_secs(arguments.seconds),
        wait: Duration::from_secs(arguments.wait),
    };
    let cores = std::thread::available_parallelism()?;
    let processors = fs::read_to_string("/proc/cpuinfo")?;
    let model =
        processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map(|(_, name)| name);
    println!(
        "{cores} × {}; median of {} rounds of {} s",
        model.unwrap_or("a processor"),
        arguments.rounds,
        arguments.seconds
    );
    for scenario in Scenario::value_variants() {
        if !arguments.scenarios.is_empty() && !arguments.scenarios.contains(scenario) {
            continue;
        }
        match scenario {
            Scenario::Streaming => scenarios::streaming(&bench, 100).await?,
            Scenario::Load => scenarios::streaming(&bench, 500).await?,
            Scenario::Waiting => scenarios::waiting(&bench, 5_000).await?,
            Scenario::Late => scenarios::late(&bench, 50_000).await?,
            Scenario::Fanout => scenarios::fanout(&bench, 1_000).await?,
        }
    }
    Ok(())
}
