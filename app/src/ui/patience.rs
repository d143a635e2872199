//! Asking while a server restarts.

use crate::{
    browser::sleep,
    wire::{Code, Error},
};

/// Pauses between tries, in milliseconds: eight seconds together, longer than a restart takes.
const PAUSES: [u64; 6] = [300, 700, 1000, 1500, 2000, 2500];

/// Asks, and asks again while the server cannot be reached. For what may be asked twice, and in the browser only.
pub async fn patiently<T, F>(ask: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let mut pauses = PAUSES.into_iter();
    loop {
        let answer = ask().await;
        match (&answer, pauses.next()) {
            (Err(error), Some(pause)) if error.code == Code::Unavailable => sleep(pause).await,
            _ => return answer,
        }
    }
}
