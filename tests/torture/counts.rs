//! What a run came to: the table that `make torture` prints, and what must be 0 in it.

use crate::shown::Faults;
use std::fmt;

#[derive(Debug, Default)]
pub struct Counts {
    pub kills: usize,
    /// Kills that met at least one running reply.
    pub while_running: usize,
    /// Replies that were running, at each of these.
    pub running: Vec<usize>,
    pub replies: usize,
    pub complete: usize,
    pub interrupted: usize,
    pub stopped: usize,
    /// Runs beyond the first of a reply.
    pub continues: usize,
    /// Replies that were asked to go on, or to begin anew beside themselves.
    pub asked: usize,
    pub deleted: usize,
    pub readers: usize,
    pub connections: usize,
    pub bytes_shown: usize,
    pub faults: Faults,
    /// Stored, and never said by the model.
    pub never_said: usize,
    /// Complete replies that are not the whole of what the model says.
    pub incomplete: usize,
    /// Readers whose folded text is not the stored one.
    pub unlike: usize,
    /// Streams that began anew for no reason.
    pub resets: usize,
    /// What was answered to be done, and was not.
    pub forgotten: usize,
}

impl Counts {
    /// All that must be 0.
    pub fn wrong(&self) -> usize {
        let Faults { lost, doubled, torn, gaps } = self.faults;
        let rest = [self.never_said, self.incomplete, self.unlike, self.resets, self.forgotten];
        lost + doubled + torn + gaps + rest.iter().sum::<usize>()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = 100.0 * self.while_running as f64 / self.kills.max(1) as f64;
        let fewest = self.running.iter().min().copied().unwrap_or_default();
        let mean = self.running.iter().sum::<usize>() as f64 / self.running.len().max(1) as f64;
        let mut row = |what: &str, count: &dyn fmt::Display| writeln!(f, "  {what:<48} {count}");
        row("kills", &self.kills)?;
        row("kills while a reply ran", &format!("{} ({share:.1}%)", self.while_running))?;
        row("replies that ran at such a kill", &format!("{fewest} at least, {mean:.1} on the average"))?;
        let ends = [(self.complete, "complete"), (self.interrupted, "interrupted"), (self.stopped, "stopped")];
        let ends: Vec<_> = ends.iter().map(|(count, what)| format!("{count} {what}")).collect();
        row("replies", &format!("{}: {}", self.replies, ends.join(", ")))?;
        row("runs that went on with a text", &format!("{}, {} continues asked for", self.continues, self.asked))?;
        row("conversations deleted and brought back", &self.deleted)?;
        row("readers", &format!("{} in {} connections", self.readers, self.connections))?;
        row("bytes shown", &self.bytes_shown)?;
        row("bytes shown, not stored", &self.faults.lost)?;
        row("bytes doubled", &self.faults.doubled)?;
        row("bytes torn", &self.faults.torn)?;
        row("bytes stored, never said by the model", &self.never_said)?;
        row("gaps in what readers were told", &self.faults.gaps)?;
        row("complete replies that are not whole", &self.incomplete)?;
        row("readers that hold another text than the store", &self.unlike)?;
        row("streams that began anew for no reason", &self.resets)?;
        row("calls answered as done, and forgotten", &self.forgotten)
    }
}
