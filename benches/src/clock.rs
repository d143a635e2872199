//! The one clock: upstream and readers are one process, so that a token's way is the difference of two looks at it.

use std::{sync::LazyLock, time::Instant};

static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Microseconds since the first look; they last for 71 minutes.
pub fn micros() -> u32 {
    BEGAN.elapsed().as_micros() as u32
}
