//! Faults that a server cannot do anything about, against the real program: it is killed, its clock jumps, its disk fills.
//!
//! While replies run and readers follow them, each in its own manner. What any reader was shown must be in the store, in
//! order, once, and in the end every reader holds what is stored.
//!
//! `make torture` does the first of these tests at length. A seed that failed is printed with the command that runs it again.

mod clock;
mod continues;
mod counts;
mod disk;
mod plan;
mod reader;
mod server;
mod shown;
mod world;

use plan::{AT_LEAST, Plan};
use std::env;
use world::{Model, World};

/// Kills in `make test`, one of each kind at least; `make torture` asks for more.
const KILLS: usize = 7;

fn setting(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is `{text}`: it must be a number")))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_shown_is_stored_whenever_the_server_is_killed() {
    let seed = setting("TORTURE_SEED").unwrap_or_else(|| fastrand::u64(..));
    let kills = setting("TORTURE_KILLS").map_or(KILLS, |kills| kills as usize);
    let plan = Plan::new(seed, kills);
    let again = format!("TORTURE_SEED={seed} TORTURE_KILLS={kills} cargo test --test torture killed -- --nocapture");
    println!("this run again: {again}");
    let counts = World::new(seed, Model::GoesOn).await.run(&plan).await;
    println!("{counts}");
    assert_eq!(counts.wrong(), 0, "seed {seed}; again: {again}\n{counts}");
    let met = counts.running.iter().filter(|running| **running >= AT_LEAST).count();
    assert_eq!(met, kills - plan.boots(), "replies that ran: {:?}; again: {again}\n{counts}", counts.running);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_shown_is_stored_though_the_clock_jumps_while_the_server_is_down() {
    // Back and forth by hours, and by more than a day, after which places in a reply are no longer kept.
    let (seed, jumps) = (setting("TORTURE_SEED").unwrap_or_else(|| fastrand::u64(..)), [0, -5, 9, 30, -40]);
    println!("this run again: TORTURE_SEED={seed} cargo test --test torture clock -- --nocapture");
    let counts = World::new(seed, Model::CannotGoOn).await.run(&Plan::with_jumps(seed, &jumps)).await;
    assert_eq!((counts.wrong(), counts.while_running), (0, jumps.len()), "seed {seed}\n{counts}");
}
