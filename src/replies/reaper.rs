//! Replies whose runner is gone: it died with an earlier process, panicked, or gave no sign of life for too long.

use super::{Replies, run::RENEW};
use crate::{
    journal::{Done, Outlet, Pulse},
    store::{Continues, Intent, Orphan, Owner},
};
use app::wire::Sent;
use futures::{StreamExt, stream};
use std::time::Duration;
use tokio::time::sleep;

/// A runner that was not heard of for this long is not waited for. By the monotonic clock, which no one sets.
const LEASE: Duration = RENEW.saturating_mul(6);

/// Orphans that are seen to at once: each may ask its provider for a list.
const AT_ONCE: usize = 16;

impl Replies {
    /// At boot: ends or continues what an earlier process left. Until then these replies stand as running, and can be stopped.
    pub async fn reap_orphans(self) {
        match self.library.orphans().await {
            Ok(orphans) => stream::iter(orphans).for_each_concurrent(AT_ONCE, |orphan| self.reap(orphan)).await,
            Err(error) => tracing::error!("replies of an earlier process cannot be read: {error}"),
        }
    }

    /// Starts a runner, and watches over it.
    pub(super) fn start(&self, owner: Owner, sent: Sent, outlet: Outlet) {
        let (pulse, run) = (outlet.pulse(), outlet.run());
        let alive = self.running.subscribe();
        let mut runner = tokio::spawn(self.clone().write(owner, sent, outlet));
        let replies = self.clone();
        tokio::spawn(async move {
            let died = tokio::select! {
                ended = &mut runner => ended.is_err_and(|error| error.is_panic()),
                () = silent(pulse) => {
                    runner.abort();
                    true
                }
            };
            drop(alive);
            if died {
                tracing::error!("the runner of a reply is gone");
                let model = replies.message(owner, sent.reply).await.ok().and_then(|(message, _)| message.model);
                replies.reap(Orphan { owner, reply: sent.reply, run, model }).await;
            }
        });
    }

    async fn reap(&self, Orphan { owner, reply, run, model }: Orphan) {
        let continues = match self.providers.resolve(&model.unwrap_or_default()).await {
            Ok((provider, _)) => self.continues(&*provider, reply).await,
            Err(_) => Continues::Never,
        };
        match self.journal.submit(Intent::Reap { reply, run, continues }).await {
            Ok(Done::Begun(sent, outlet)) => self.start(owner, sent, outlet),
            Ok(Done::Together(_) | Done::Outcome(_)) => {}
            Err(error) => tracing::warn!("an unfinished reply stays as it is: {error}"),
        }
    }
}

/// Completes when a runner gave no sign of life for a whole lease.
async fn silent(pulse: Pulse) {
    let mut heard = pulse.beats();
    loop {
        sleep(LEASE).await;
        let now = pulse.beats();
        if now == heard {
            return;
        }
        heard = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Inlet;
    use app::wire::{ConversationId, MessageId};
    use tokio::{
        sync::mpsc,
        time::{Instant, timeout},
    };
    use uuid::Uuid;

    #[tokio::test(start_paused = true)]
    async fn only_a_runner_without_a_sign_of_life_for_a_whole_lease_is_given_up() {
        let (jobs, _queue) = mpsc::channel(8);
        let (_inlet, outlet) = Inlet::open(ConversationId(Uuid::nil()), MessageId(Uuid::nil()), 1, None, jobs);
        let (watched, pulse) = (silent(outlet.pulse()), outlet.pulse());
        tokio::pin!(watched);
        for _ in 0..20 {
            assert!(timeout(RENEW, &mut watched).await.is_err(), "it beats");
            pulse.beat();
        }
        let last = Instant::now();
        watched.await;
        assert!((LEASE..=LEASE * 2).contains(&last.elapsed()), "{:?}", last.elapsed());
    }
}
