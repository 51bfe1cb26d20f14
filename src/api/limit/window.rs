//! One window of one bucket: how many slots, which are taken, and when the taken ones come back.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::WindowSize;

/// Slots under way plus slots that cool down never exceed `allowed`.
#[derive(Debug)]
pub(super) struct Window {
    pub(super) condition: Option<u8>,
    /// Virtual, as the remote states it.
    pub(super) span: Duration,
    /// The same in real time.
    real_span: Duration,
    /// What the page or the remote says.
    ceiling: u32,
    /// What we use now: less than the ceiling for a while after the remote refused.
    allowed: u32,
    under_way: u32,
    /// When the answered requests leave the window, earliest first.
    cooling: VecDeque<Instant>,
    changed: Option<Instant>,
}

/// When a window that is full may have room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Room {
    Now,
    At(Instant),
    /// Not before an answer arrives.
    AfterAnAnswer,
}

impl Window {
    pub(super) fn new(size: WindowSize, real_span: Duration, under_way: u32) -> Self {
        Self {
            condition: size.condition,
            span: size.span,
            real_span,
            ceiling: size.limit.max(1),
            allowed: size.limit.max(1),
            under_way,
            cooling: VecDeque::new(),
            changed: None,
        }
    }

    pub(super) fn applies(&self, conditions: u32) -> bool {
        self.condition.is_none_or(|bit| conditions >> bit & 1 == 1)
    }

    pub(super) fn room(&mut self, now: Instant) -> Room {
        while self.cooling.front().is_some_and(|back| *back <= now) {
            self.cooling.pop_front();
        }
        self.recover(now);
        let taken = self.under_way as usize + self.cooling.len();
        let excess = taken.saturating_sub(self.allowed as usize - 1);
        match excess.checked_sub(1) {
            None => Room::Now,
            Some(last) => self.cooling.get(last).map_or(Room::AfterAnAnswer, |at| Room::At(*at)),
        }
    }

    pub(super) fn take(&mut self) {
        self.under_way += 1;
    }

    pub(super) fn under_way(&self) -> u32 {
        self.under_way
    }

    /// Gives a slot back: at once if the request was never sent, else one window from now.
    pub(super) fn give_back(&mut self, sent: bool, now: Instant) {
        self.under_way = self.under_way.saturating_sub(1);
        if sent {
            self.cooling.push_back(now + self.real_span);
        }
    }

    /// Lowers what we use, at most once for all requests that were on their way together.
    pub(super) fn slow_down(&mut self, sent_at: Instant, now: Instant, told_when: bool) {
        if self.changed.is_some_and(|changed| sent_at <= changed) {
            return;
        }
        // With a reset the remote has done the arithmetic; without one, halve as for congestion.
        self.allowed = if told_when { self.allowed * 3 / 4 } else { self.allowed / 2 }.max(1);
        self.changed = Some(now);
    }

    /// Takes the remote's figure for the size of the window.
    pub(super) fn correct(&mut self, limit: u32, may_rise: bool) {
        let limit = limit.max(1);
        if limit < self.ceiling || may_rise {
            self.ceiling = limit;
            self.allowed = self.allowed.min(limit);
        }
    }

    /// A tenth of the ceiling comes back with every window that passed in peace.
    fn recover(&mut self, now: Instant) {
        while self.allowed < self.ceiling {
            let Some(due) = self.changed.and_then(|changed| changed.checked_add(self.real_span)) else {
                self.allowed = self.ceiling;
                return;
            };
            if due > now {
                return;
            }
            self.allowed = (self.allowed + (self.ceiling / 10).max(1)).min(self.ceiling);
            self.changed = Some(due);
        }
    }
}
