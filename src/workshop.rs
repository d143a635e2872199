//! A thread for work on what anybody sent: it has an end after which what is not done stays undone, and it may hang.
//!
//! What the work needs is made when the first job comes, and given back when none has come for a while. A thread that hangs is
//! left behind with what it has, and another takes its place, once.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// After this long, counted from when it was handed over, what is not done of a job stays undone.
const TIME: Duration = Duration::from_secs(2);

/// How much longer the thread is waited for; one step is shorter than this, unless it hangs.
const GRACE: Duration = Duration::from_millis(500);

/// Threads at most: one that works, and one that was left behind.
const THREADS: usize = 2;

/// A thread without work ends after this long.
pub const KEEP: Duration = Duration::from_secs(60);

/// What a thread knows how to do. It is made in the thread, and ends with it.
pub trait Craft: Default + 'static {
    type Job: Send;
    type Found: Default + Send;
    /// Of the thread.
    const NAME: &'static str;
    /// Bytes of the thread's stack; pages that are never touched cost nothing.
    const STACK: usize = 2 * 1024 * 1024;

    /// Does what can be done before the end.
    fn work(&mut self, job: Self::Job, end: Instant) -> Self::Found;

    /// Gives back what it has.
    fn end(self) {}
}

pub struct Workshop<C: Craft> {
    /// The way to the thread that works, if there is one. Whoever sends holds the lock.
    worker: Mutex<Option<mpsc::Sender<Job<C>>>>,
    pub threads: AtomicUsize,
    keep: Duration,
    time: Duration,
}

struct Job<C: Craft> {
    job: C::Job,
    end: Instant,
    tell: Box<dyn FnOnce(C::Found) + Send>,
}

impl<C: Craft> Default for Workshop<C> {
    fn default() -> Self {
        Self::new(KEEP, TIME)
    }
}

impl<C: Craft> Workshop<C> {
    pub fn new(keep: Duration, time: Duration) -> Self {
        Self { worker: Mutex::default(), threads: AtomicUsize::new(0), keep, time }
    }

    /// Gives what is done in time.
    pub async fn work(self: &Arc<Self>, job: C::Job) -> C::Found {
        let (to, found) = oneshot::channel();
        // Who asked may have gone away.
        self.hand_over(job, self.time, move |found| drop(to.send(found)));
        match tokio::time::timeout(self.time + GRACE, found).await {
            Ok(found) => found.unwrap_or_default(),
            Err(_) => {
                tracing::warn!(thread = C::NAME, "a thread hangs in what somebody sent, and is left behind");
                self.leave_behind();
                C::Found::default()
            }
        }
    }

    /// Waits for it here and now, for as long as this at most.
    pub fn work_now(self: &Arc<Self>, job: C::Job, time: Duration) -> Option<C::Found> {
        let (to, found) = mpsc::channel();
        self.hand_over(job, time, move |found| drop(to.send(found)));
        found.recv_timeout(time).ok()
    }

    /// Without a thread, and without room for another, the job is dropped, which answers it.
    fn hand_over(self: &Arc<Self>, job: C::Job, time: Duration, tell: impl FnOnce(C::Found) + Send + 'static) {
        let mut worker = lock(&self.worker);
        if worker.is_none() && self.threads.load(Ordering::SeqCst) < THREADS {
            let (jobs, queue) = mpsc::channel();
            let workshop = self.clone();
            let thread = std::thread::Builder::new().name(C::NAME.into()).stack_size(C::STACK);
            self.threads.fetch_add(1, Ordering::SeqCst);
            match thread.spawn(move || workshop.run(&queue)) {
                Ok(_) => *worker = Some(jobs),
                Err(_) => drop(self.threads.fetch_sub(1, Ordering::SeqCst)),
            }
        }
        if let Some(worker) = &*worker {
            // A thread ends only with the lock held, so it is there.
            let _ = worker.send(Job { job, end: Instant::now() + time, tell: Box::new(tell) });
        }
    }

    /// The thread ends when it is through with its step.
    pub fn leave_behind(&self) {
        *lock(&self.worker) = None;
    }

    fn run(&self, queue: &mpsc::Receiver<Job<C>>) {
        let mut craft = C::default();
        while let Some(Job { job, end, tell }) = self.next(queue) {
            tell(craft.work(job, end));
        }
        craft.end();
        self.threads.fetch_sub(1, Ordering::SeqCst);
    }

    /// None when nothing came for long, or when the thread was left behind.
    fn next(&self, queue: &mpsc::Receiver<Job<C>>) -> Option<Job<C>> {
        match queue.recv_timeout(self.keep) {
            Ok(job) => Some(job),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                let mut worker = lock(&self.worker);
                match queue.try_recv() {
                    Ok(job) => Some(job),
                    // Left behind between the two: another's place is not ours to clear.
                    Err(mpsc::TryRecvError::Disconnected) => None,
                    Err(mpsc::TryRecvError::Empty) => {
                        *worker = None;
                        None
                    }
                }
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
