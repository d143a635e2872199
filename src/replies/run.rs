//! A runner: asks the provider, hands what comes to the journal, and ends the run once.

use crate::{
    journal::Outlet,
    providers::{Chunk, Error, Provider, Request, Sink},
    store::End,
};
use app::wire::{Code, PartKind, Status, Usage};
use futures::FutureExt;
use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio::time::{Instant, interval_at, sleep};

/// A runner says this often that it is alive, text or not.
pub const RENEW: Duration = Duration::from_secs(10);

/// How often a provider is asked again after what passes, and how long it is left alone before the first time; then twice as long.
const RETRIES: u32 = 2;
const PAUSE: Duration = Duration::from_millis(500);

/// One that wants to be left alone for longer is not waited for: the person is told, and may choose another model.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A shorter one is over before anybody has read why.
const TOLD_PAUSE: Duration = Duration::from_secs(2);

/// What a runner is given.
pub struct Task {
    pub provider: Arc<dyn Provider>,
    pub request: Request,
    /// What the runs before this one used.
    pub used: Option<Usage>,
}

/// Writes the reply to its end. When the run is ended by another hand (stopped, deleted), the connection to the provider is
/// closed at once and nothing more is written. Gives how the run ended, when that is stored.
pub async fn run(Task { provider, request, used }: Task, mut outlet: Outlet) -> Status {
    let (lost, pulse) = (outlet.lost(), outlet.pulse());
    let mut writing = ToJournal { outlet: &mut outlet, used };
    // A panic in a codec must not leave a reply without its end.
    let reply = AssertUnwindSafe(ask(&*provider, request, &mut writing)).catch_unwind();
    let beating = async {
        let mut ticks = interval_at(Instant::now() + RENEW, RENEW);
        loop {
            ticks.tick().await;
            pulse.beat();
        }
    };
    let result = tokio::select! {
        biased;
        () = lost => return Status::Stopped,
        result = reply => result,
        never = beating => never,
    };
    let error = match result {
        Ok(Ok(())) => None,
        Ok(Err(error)) => {
            tracing::warn!(provider = provider.id(), "a reply broke off: {error}");
            let told = error.to_wire();
            // Nobody goes on with a thought, or with nothing.
            let goes_on = outlet.last() == Some(PartKind::Text);
            Some(if told.code == Code::ProviderCut && !goes_on {
                told.hint("try again, or choose another model")
            } else {
                told
            })
        }
        Err(_) => Some(app::wire::Error::new(Code::Internal, "the provider's answer met a fault of Brooklet")),
    };
    let status = match &error {
        None => Status::Complete,
        Some(_) if outlet.has_text() => Status::Interrupted,
        Some(_) => Status::Failed,
    };
    let ended = outlet.lost();
    outlet.end(End { status, error }).await;
    ended.await;
    status
}

/// Asks, and asks again after what passes: as long as nothing was said, and never after.
async fn ask(provider: &dyn Provider, request: Request, writing: &mut ToJournal<'_>) -> Result<(), Error> {
    for tried in 0.. {
        let error = match provider.reply(request.clone(), writing).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        let Some(pause) = error.passes().filter(|_| tried < RETRIES && !writing.outlet.has_written()) else {
            return Err(error);
        };
        let pause = pause.unwrap_or_else(|| PAUSE * 2_u32.pow(tried));
        if pause > LONGEST_PAUSE {
            return Err(error);
        }
        tracing::info!(provider = provider.id(), "asked again in {pause:?}: {error}");
        // Spread, so that a hundred replies do not come back at once.
        let pause = pause.mul_f64(1.0 + fastrand::f64() / 4.0);
        let is_told = pause >= TOLD_PAUSE;
        if is_told {
            writing.outlet.delay(Some(error.to_delay(pause, (tried + 2, RETRIES + 1)))).await;
        }
        sleep(pause).await;
        if is_told {
            writing.outlet.delay(None).await;
        }
    }
    unreachable!("it is tried until it gives something or is given up")
}

struct ToJournal<'a> {
    outlet: &'a mut Outlet,
    used: Option<Usage>,
}

#[async_trait::async_trait]
impl Sink for ToJournal<'_> {
    async fn push(&mut self, chunk: Chunk) {
        match chunk {
            Chunk::Text(text) => self.outlet.push(PartKind::Text, &text).await,
            Chunk::Reasoning(text) => self.outlet.push(PartKind::Reasoning, &text).await,
            Chunk::Usage(usage) => {
                let all = self.used.map_or(usage, |used| used + usage);
                self.outlet.note(None, Some(all)).await;
            }
            Chunk::Bookmark(place) => self.outlet.mark(place).await,
            Chunk::Finish(reason) => self.outlet.note(Some(reason), None).await,
        }
    }
}
