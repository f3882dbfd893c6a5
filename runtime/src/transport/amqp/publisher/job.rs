//! A message on its way, and the window of those that were sent and are not settled.

use super::super::broker::{Publish, Returned, Settled};
use super::{Failure, REFUSED_FOR};
use crate::waist::queue_stats::Confirms;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// The time without a confirm after which the connection counts as lost.
pub(super) const CONFIRM_TIMEOUT: Duration = Duration::from_secs(10);
/// The wait before a message that the broker refused is sent again.
const REST: Duration = Duration::from_millis(250);

/// The stage of a message, as its task and its caller both see it. One value says whether it may have been sent and
/// whether the caller has gone, so a caller that goes knows for certain.
#[derive(Default)]
pub(super) struct Progress(Mutex<Stage>);

#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Stage {
    #[default]
    Waiting,
    Sent,
    GivenUp,
}

impl Progress {
    /// Notes that the message is being sent, unless its caller has gone.
    fn send(&self) -> bool {
        let mut stage = self.stage();
        match *stage {
            Stage::Waiting | Stage::Sent => *stage = Stage::Sent,
            Stage::GivenUp => return false,
        }
        true
    }

    /// Notes that certainly no queue has the message.
    fn undo(&self) {
        let mut stage = self.stage();
        match *stage {
            Stage::Waiting | Stage::Sent => *stage = Stage::Waiting,
            // A caller that has gone was told that it is not known.
            Stage::GivenUp => {}
        }
    }

    /// Gives the message up. Returns whether it may have been sent.
    pub(super) fn give_up(&self) -> bool {
        std::mem::replace(&mut *self.stage(), Stage::GivenUp) == Stage::Sent
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A message that somebody waits for.
pub(super) struct Job {
    pub(super) message: Publish,
    pub(super) ticket: Ticket,
}

/// The part of a job that stays here while its message is written.
pub(super) struct Ticket {
    /// The sender that waits for the outcome. It is taken when the message is settled.
    done: Option<oneshot::Sender<Result<(), Failure>>>,
    progress: Arc<Progress>,
    pub(super) past: Past,
}

/// The history of a message.
#[derive(Default)]
pub(super) struct Past {
    /// Whether its channel ended without an answer. A queue may have the message.
    in_doubt: bool,
    /// Whether it is sent alone, because it may be the one that the broker closes the channel for.
    pub(super) alone: bool,
    /// Whether it came back once.
    pub(super) came_back: bool,
    /// The time when the broker first refused it.
    refused: Option<Instant>,
}

impl Job {
    pub(super) fn new(
        message: Publish,
        done: oneshot::Sender<Result<(), Failure>>,
        progress: Arc<Progress>,
    ) -> Self {
        Self { message, ticket: Ticket { done: Some(done), progress, past: Past::default() } }
    }

    /// Notes that the message is being sent, unless nobody waits for it any more.
    pub(super) fn begin(&self) -> bool {
        self.ticket.done.as_ref().is_some_and(|done| !done.is_closed()) && self.ticket.progress.send()
    }

    /// Fails a message that the broker certainly does not have.
    pub(super) fn fail(mut self, failure: Failure) {
        self.ticket.finish(Err(failure));
    }
}

impl Ticket {
    fn is_settled(&self) -> bool {
        self.done.is_none()
    }

    fn finish(&mut self, result: Result<(), Failure>) {
        let Some(done) = self.done.take() else { return };
        let result = match result {
            Err(failure @ (Failure::Returned(_) | Failure::Refused)) if self.past.in_doubt => {
                Err(Failure::Unknown(format!("its first answer was lost, and then {failure}")))
            }
            other => other,
        };
        // The caller may be gone.
        let _ = done.send(result);
    }
}

struct Sent {
    job: Job,
    at: Instant,
}

/// The messages that were sent on this channel and are not settled, by position.
pub(super) struct Window {
    jobs: VecDeque<Sent>,
    /// The position of the first one.
    first: u64,
    returned: Vec<Returned>,
    confirms: Arc<Confirms>,
}

/// The messages that are to be sent again.
#[derive(Default)]
pub(super) struct Again {
    /// The messages that came back for the first time, with the reason.
    pub(super) returned: Vec<(Job, String)>,
    /// The messages that the broker refused. They rest until this time.
    pub(super) resting: VecDeque<(Instant, Job)>,
}

impl Window {
    pub(super) fn new(confirms: Arc<Confirms>) -> Self {
        Self { jobs: VecDeque::new(), first: 1, returned: Vec::new(), confirms }
    }

    pub(super) fn len(&self) -> usize {
        self.jobs.len()
    }

    pub(super) fn push(&mut self, jobs: impl Iterator<Item = Job>) {
        let at = Instant::now();
        self.jobs.extend(jobs.map(|job| Sent { job, at }));
    }

    pub(super) fn settle(&mut self, news: &mut Vec<Settled>, again: &mut Again) {
        for settled in news.drain(..) {
            match settled {
                Settled::Returned(returned) => self.returned.push(returned),
                Settled::Acked(position) => self.finish(position, true, again),
                Settled::Nacked(position) => self.finish(position, false, again),
            }
        }
        while self.jobs.front().is_some_and(|sent| sent.job.ticket.is_settled()) {
            self.jobs.pop_front();
            self.first += 1;
        }
        if self.jobs.is_empty() {
            // Only a message without an id can leave an entry behind.
            self.returned.clear();
        }
    }

    fn finish(&mut self, position: u64, acked: bool, again: &mut Again) {
        let Some(at) = position.checked_sub(self.first).and_then(|at| usize::try_from(at).ok()) else {
            return;
        };
        let Some(sent) = self.jobs.get_mut(at) else { return };
        let back = self.returned.iter().position(|returned| is(returned, &sent.job.message));
        match back {
            Some(at) => {
                let reason = self.returned.swap_remove(at).reason;
                if sent.job.ticket.past.came_back {
                    sent.job.ticket.finish(Err(Failure::Returned(reason)));
                } else {
                    again.returned.extend(sent.take().map(|mut job| {
                        job.ticket.past.came_back = true;
                        (job, reason)
                    }));
                }
            }
            None if acked => {
                self.confirms.note(sent.at.elapsed());
                sent.job.ticket.finish(Ok(()));
            }
            None => {
                let now = Instant::now();
                let since = *sent.job.ticket.past.refused.get_or_insert(now);
                if now.duration_since(since) < REFUSED_FOR {
                    again.resting.extend(sent.take().map(|job| (now + REST, job)));
                } else {
                    sent.job.ticket.finish(Err(Failure::Refused));
                }
            }
        }
    }

    /// Empties the window of a channel that has ended. The messages without an answer are to be sent again.
    pub(super) fn take_unsettled(&mut self) -> impl DoubleEndedIterator<Item = Job> {
        let ended = std::mem::replace(self, Self::new(Arc::clone(&self.confirms)));
        ended.jobs.into_iter().filter(|sent| !sent.job.ticket.is_settled()).map(|sent| {
            let mut job = sent.job;
            job.ticket.past.in_doubt = true;
            job
        })
    }

    pub(super) fn overdue(&self) -> bool {
        self.jobs.front().is_some_and(|sent| sent.at.elapsed() >= CONFIRM_TIMEOUT)
    }
}

impl Sent {
    /// Takes out a message that certainly no queue has. Its place counts as settled.
    fn take(&mut self) -> Option<Job> {
        let ticket = &mut self.job.ticket;
        let done = ticket.done.take()?;
        if !ticket.past.in_doubt {
            ticket.progress.undo();
        }
        let past = std::mem::take(&mut ticket.past);
        let ticket = Ticket { done: Some(done), progress: Arc::clone(&ticket.progress), past };
        Some(Job { message: self.job.message.clone(), ticket })
    }
}

fn is(returned: &Returned, message: &Publish) -> bool {
    message.properties.message_id.as_deref() == Some(&returned.message_id)
        && message.exchange == returned.exchange
        && message.routing_key == returned.routing_key
}
