//! Which step may start: ready sets over the plan's edges, lanes and queues, and steps that run alone.
//!
//! Knows numbers, edges, lanes and queues, and nothing of calls, time or state. A lane is an order; a queue only
//! bounds how many of its steps run at once, so that those of a slow endpoint do not fill all places. Steps are numbered in plan order, which is
//! an order of the graph; hence there is no cycle, and a lane that is kept in plan order can never block: the
//! earliest unfinished step always has everything it needs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A graph that the walker refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WalkError {
    #[error("the plan has two steps called {0:?}")]
    Twice(String),
    #[error("the step {step:?} depends on {on:?}, which does not come before it")]
    Order { step: String, on: String },
}

/// One step as the walker sees it.
#[derive(Clone, Copy, Debug)]
pub struct Edges<'s> {
    pub id: &'s str,
    pub depends_on: &'s [&'s str],
    pub lane: Option<&'s str>,
    /// Runs when nothing else can, and beside nothing.
    pub alone: bool,
    /// What it is about: one call at a time changes one thing, since the tenant locks it (44025).
    pub thing: &'s str,
    /// Steps of one queue share so many places; the first of them says how many.
    pub queue: (&'s str, usize),
}

/// A step that will not be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    pub step: usize,
    /// The step that did not succeed, not the one in between.
    pub because: usize,
}

/// The walk over one plan.
#[derive(Debug)]
pub struct Walk {
    nodes: Vec<Node>,
    queues: Vec<Queue>,
    /// By lane, what is not finished, in plan order; only the first may run.
    lanes: Vec<VecDeque<usize>>,
    /// Those that run alone and have everything they need.
    alone: BTreeSet<usize>,
    running: usize,
    limit: usize,
}

#[derive(Debug)]
struct Queue {
    /// Everything needed has succeeded, and it is not started.
    ready: BTreeSet<usize>,
    running: usize,
    room: usize,
}

#[derive(Debug)]
struct Node {
    waits_for: usize,
    dependents: Vec<usize>,
    /// Its named lane and that of its thing.
    lanes: Vec<usize>,
    queue: usize,
    alone: bool,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting,
    Running,
    Finished,
    Skipped,
}

impl Walk {
    /// Takes the steps in plan order; `limit` is how many may run at once.
    ///
    /// # Errors
    /// Two steps of one name, or a step that depends on one that does not come before it.
    pub fn new<'s>(steps: impl IntoIterator<Item = Edges<'s>>, limit: usize) -> Result<Self, WalkError> {
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut lane_numbers: BTreeMap<(bool, &str), usize> = BTreeMap::new();
        let mut queue_numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut queues: Vec<Queue> = Vec::new();
        let mut nodes: Vec<Node> = Vec::new();
        let mut lanes: Vec<VecDeque<usize>> = Vec::new();
        for (number, step) in steps.into_iter().enumerate() {
            let needed: BTreeSet<&str> = step.depends_on.iter().copied().collect();
            for on in &needed {
                let before = numbers.get(on).and_then(|&n| nodes.get_mut(n));
                let order = || WalkError::Order { step: step.id.to_owned(), on: (*on).to_owned() };
                before.ok_or_else(order)?.dependents.push(number);
            }
            if numbers.insert(step.id, number).is_some() {
                return Err(WalkError::Twice(step.id.to_owned()));
            }
            let names = step.lane.map(|lane| (false, lane)).into_iter().chain([(true, step.thing)]);
            let own: Vec<usize> = names
                .map(|name| {
                    let next = lane_numbers.len();
                    *lane_numbers.entry(name).or_insert(next)
                })
                .collect();
            lanes.resize_with(lane_numbers.len(), VecDeque::new);
            own.iter().for_each(|&lane| lanes[lane].push_back(number));
            let (name, room) = step.queue;
            let queue = *queue_numbers.entry(name).or_insert(queues.len());
            if queue == queues.len() {
                queues.push(Queue { ready: BTreeSet::new(), running: 0, room: room.max(1) });
            }
            let (waits_for, state) = (needed.len(), State::Waiting);
            let (dependents, alone) = (Vec::new(), step.alone);
            nodes.push(Node { waits_for, dependents, lanes: own, queue, alone, state });
        }
        let (alone, limit) = (BTreeSet::new(), limit.max(1));
        let mut walk = Self { nodes, queues, lanes, alone, running: 0, limit };
        (0..walk.nodes.len()).for_each(|step| walk.offer(step));
        Ok(walk)
    }

    /// Starts the next step, in plan order among those that may run; `None` when none may now.
    pub fn start(&mut self) -> Option<usize> {
        if self.running >= self.limit {
            return None;
        }
        let step = self.next()?;
        let node = &mut self.nodes[step];
        node.state = State::Running;
        self.queues[node.queue].running += 1;
        self.running += 1;
        Some(step)
    }

    fn next(&mut self) -> Option<usize> {
        let open = self.queues.iter_mut().filter(|queue| queue.running < queue.room);
        let queue =
            open.filter(|queue| !queue.ready.is_empty()).min_by_key(|queue| queue.ready.first().copied());
        match queue {
            Some(queue) => queue.ready.pop_first(),
            // Nothing becomes ready while it runs, as nothing else ends.
            None if self.running == 0 => self.alone.pop_first(),
            None => None,
        }
    }

    /// Says that a running step has ended. Gives what is skipped because it did not succeed, in plan order.
    pub fn finish(&mut self, step: usize, good: bool) -> Vec<Skip> {
        if self.nodes[step].state != State::Running {
            return Vec::new();
        }
        self.nodes[step].state = State::Finished;
        self.running -= 1;
        self.queues[self.nodes[step].queue].running -= 1;
        let lost = if good { BTreeSet::new() } else { self.skip_what_hangs_on(step) };
        if good {
            for dependent in self.nodes[step].dependents.clone() {
                self.nodes[dependent].waits_for -= 1;
                self.offer(dependent);
            }
        }
        for &ended in lost.iter().chain([&step]) {
            self.advance_lanes_of(ended);
        }
        lost.into_iter().map(|skipped| Skip { step: skipped, because: step }).collect()
    }

    fn skip_what_hangs_on(&mut self, step: usize) -> BTreeSet<usize> {
        let mut lost = BTreeSet::new();
        let mut open = vec![step];
        while let Some(next) = open.pop() {
            for dependent in self.nodes[next].dependents.clone() {
                // What is skipped already has its own reason, and so has all that hangs on it.
                if self.nodes[dependent].state == State::Waiting {
                    self.nodes[dependent].state = State::Skipped;
                    lost.insert(dependent);
                    open.push(dependent);
                }
            }
        }
        lost
    }

    /// Makes a step ready if nothing holds it back.
    fn offer(&mut self, step: usize) {
        let node = &self.nodes[step];
        let first = node.lanes.iter().all(|&lane| self.lanes[lane].front() == Some(&step));
        if node.waits_for == 0 && node.state == State::Waiting && first {
            let ready = if node.alone { &mut self.alone } else { &mut self.queues[node.queue].ready };
            ready.insert(step);
        }
    }

    fn advance_lanes_of(&mut self, step: usize) {
        for lane in self.nodes[step].lanes.clone() {
            while let Some(&first) = self.lanes[lane].front() {
                match self.nodes[first].state {
                    State::Finished | State::Skipped => self.lanes[lane].pop_front(),
                    State::Waiting | State::Running => {
                        self.offer(first);
                        break;
                    }
                };
            }
        }
    }

    pub fn running(&self) -> usize {
        self.running
    }

    /// What was neither started nor skipped, in plan order.
    pub fn left(&self) -> impl Iterator<Item = usize> {
        (0..self.nodes.len()).filter(|&n| self.nodes[n].state == State::Waiting)
    }
}

#[cfg(test)]
mod tests;
