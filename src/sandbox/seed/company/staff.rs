//! Who sits where: how many people each department has, who leads it, and who reports to whom.
//!
//! People are numbered in the order of the departments. The first person of a department leads it; some are led
//! by the manager above. Whoever leads reports to the next manager up the tree who is somebody else, so that the
//! line always climbs and cannot close into a circle.

use std::ops::Range;

use super::tree::Node;
use crate::sandbox::seed::dice::Dice;
use crate::sandbox::seed::size::MAX_MEMBERS;

#[derive(Debug, Default)]
pub(super) struct Staff {
    /// People directly under the root: the founder and, in larger companies, the board.
    pub(super) board: usize,
    /// The people of each department.
    pub(super) rows: Vec<Range<usize>>,
    /// Primary leader and deputies of each department.
    pub(super) leaders: Vec<Vec<usize>>,
    /// Which department each person belongs to; none for the board.
    pub(super) home: Vec<Option<usize>>,
}

impl Staff {
    pub(super) fn place(nodes: &[Node], users: usize) -> Self {
        let board = if nodes.is_empty() { users } else { (1 + 3 * usize::from(users >= 200)).min(users) };
        let heads = spread(nodes, users - board);
        let mut staff = Self { board, home: vec![None; board], ..Self::default() };
        let mut next = board;
        for (at, count) in heads.into_iter().enumerate() {
            staff.rows.push(next..next + count);
            staff.home.extend(std::iter::repeat_n(Some(at), count));
            next += count;
        }
        for at in 0..nodes.len() {
            let leaders = staff.choose_leaders(nodes, at);
            staff.leaders.push(leaders);
        }
        staff
    }

    fn choose_leaders(&self, nodes: &[Node], at: usize) -> Vec<usize> {
        let mut dice = Dice::of("department leader", at);
        let people = self.rows[at].clone();
        let above = self.chief_above(nodes, at);
        let fate = dice.below(100);
        let chief = match people.len() {
            0 if fate < 60 => above,
            0 => None,
            _ if fate < 4 && above.is_some() => above,
            _ if fate < 6 && nodes[at].is_leaf => None,
            _ => Some(people.start),
        };
        let mut leaders: Vec<usize> = chief.into_iter().collect();
        if chief == Some(people.start) && people.len() >= 4 && dice.permille(250) {
            leaders.push(people.start + 1);
            if people.len() >= 60 && dice.permille(200) {
                leaders.push(people.start + 2);
            }
        }
        leaders
    }

    /// The leader of the nearest department above that has one, else the founder.
    fn chief_above(&self, nodes: &[Node], at: usize) -> Option<usize> {
        std::iter::successors(nodes[at].parent, |a| nodes[*a].parent)
            .find_map(|a| self.chief(a))
            .or((self.board > 0).then_some(0))
    }

    pub(super) fn chief(&self, at: usize) -> Option<usize> {
        self.leaders.get(at)?.first().copied()
    }

    /// Whether a person leads their own department.
    pub(super) fn leads(&self, person: usize) -> bool {
        self.home[person].is_some_and(|at| self.leaders[at].contains(&person))
    }

    /// Who a person reports to.
    pub(super) fn manager(&self, nodes: &[Node], person: usize) -> Option<usize> {
        std::iter::successors(self.home[person], |a| nodes[*a].parent)
            .find_map(|at| self.chief(at).filter(|chief| *chief != person))
            .or((person > 0 && self.board > 0).then_some(0))
    }
}

/// Heads per department: one each if there are enough, the rest by weight, none beyond the limit.
fn spread(nodes: &[Node], people: usize) -> Vec<usize> {
    let weights: Vec<usize> = nodes
        .iter()
        .enumerate()
        .map(|(at, node)| {
            let fullness = 40 + Dice::of("department heads", at).below(120);
            if node.is_leaf { node.branch.density * fullness } else { 10 * fullness }
        })
        .collect();
    let sum: usize = weights.iter().sum::<usize>().max(1);
    let each = usize::from(people >= nodes.len());
    let rest = people - each * nodes.len();
    let (mut upto, mut given) = (0, 0);
    let mut heads: Vec<usize> = weights
        .iter()
        .map(|weight| {
            upto += weight;
            let share = rest * upto / sum - given;
            given += share;
            each + share
        })
        .collect();
    let mut over = 0;
    for count in &mut heads {
        over += count.saturating_sub(MAX_MEMBERS);
        *count = (*count).min(MAX_MEMBERS);
    }
    for count in &mut heads {
        let moved = over.min(MAX_MEMBERS - *count);
        *count += moved;
        over -= moved;
    }
    heads
}
