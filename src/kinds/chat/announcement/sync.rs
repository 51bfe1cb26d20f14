//! From the live blocks to the declared ones with few edits, none of which touches what Markdown cannot say.
//!
//! Lists of blocks are aligned so that as much as possible stays; what changed only in its words is rewritten in place.
//! Edits of one list come from its end to its beginning, so that no edit moves the place of a later one.

use super::doc::{Block, Kind};
use super::docx::{Node, children_of, code, text_of};

/// One change of the document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Edit {
    /// Words and style of one block.
    Rewrite { id: String, block: Block },
    /// New blocks below `parent` (`None`: the root), with all that is below them.
    Insert { parent: Option<String>, at: usize, blocks: Vec<Block> },
    /// Blocks of `parent` from one place up to another.
    Remove { parent: Option<String>, from: usize, to: usize },
}

/// What stands in the way: something that Markdown cannot say hangs in a block that would go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InTheWay(pub(crate) &'static str);

/// Aligning costs the product of both lengths; beyond it only beginning and end are compared.
const MOST_CELLS: usize = 4_000_000;

const REMOVE: u64 = 2;
const INSERT: u64 = 2;
const REWRITE: u64 = 3;
/// Less than making it anew beside an empty one.
const FILL: u64 = 1;
/// More than anything else together.
const NEVER: u64 = 1 << 40;

/// The edits of a whole document.
pub(crate) fn edits(live: &[Node], wanted: &[Block]) -> Result<Vec<Edit>, InTheWay> {
    let mut all = Vec::new();
    list(None, live, wanted, &mut all)?;
    Ok(all)
}

/// What becomes of the next of either list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    /// It says nothing: it stays, unless it is there to hold something.
    Pass,
    /// It says these many declared blocks.
    Keep(usize),
    Rewrite,
    Remove,
    Insert,
}

fn list(
    parent: Option<&str>,
    live: &[Node],
    wanted: &[Block],
    all: &mut Vec<Edit>,
) -> Result<(), InTheWay> {
    // Placed by the number of live blocks before it.
    let (mut i, mut j) = (0, 0);
    let mut here: Vec<Edit> = Vec::new();
    for step in aligned(live, wanted) {
        match step {
            Move::Pass => i += 1,
            Move::Keep(count) => (i, j) = (i + 1, j + count),
            Move::Rewrite => {
                if let (Some(node), Some(block)) = (live.get(i), wanted.get(j)) {
                    rewrite(node, block, all)?;
                }
                (i, j) = (i + 1, j + 1);
            }
            Move::Remove => {
                if let Some(what) = live.get(i).and_then(|node| node.holds.first()) {
                    return Err(InTheWay(what));
                }
                match here.last_mut() {
                    Some(Edit::Remove { to, .. }) if *to == i => *to += 1,
                    _ => here.push(Edit::Remove { parent: parent.map(str::to_owned), from: i, to: i + 1 }),
                }
                i += 1;
            }
            Move::Insert => {
                let block = wanted.get(j).cloned();
                match here.last_mut() {
                    Some(Edit::Insert { at, blocks, .. }) if *at == i => blocks.extend(block),
                    _ => here.push(Edit::Insert {
                        parent: parent.map(str::to_owned),
                        at: i,
                        blocks: block.into_iter().collect(),
                    }),
                }
                j += 1;
            }
        }
    }
    here.reverse();
    all.append(&mut here);
    Ok(())
}

fn rewrite(node: &Node, block: &Block, all: &mut Vec<Edit>) -> Result<(), InTheWay> {
    let same = match (node.says.first(), node.hollow) {
        (Some(live), _) => live.kind == block.kind && text_of(live) == text_of(block),
        (None, hollow) => hollow == Some(block.kind) && text_of(block).is_empty(),
    };
    if !same {
        all.push(Edit::Rewrite { id: node.id.clone(), block: block.clone() });
    }
    list(Some(&node.id), &node.children, children_of(block), all)
}

/// Whether a live block can become a declared one without being made anew.
fn rewritable(node: &Node, block: &Block) -> bool {
    let live = node.says.first().filter(|_| node.direct || short(node)).map(|live| live.kind);
    let Some(live) = live.or(node.hollow) else { return false };
    let same_look = match (live, block.kind) {
        (Kind::Callout(one), Kind::Callout(other)) => one == other,
        _ => true,
    };
    node.code == code(block) && node.code != code(&Block::new(Kind::Divider)) && same_look
}

/// A quote that bears its paragraph itself.
fn short(node: &Node) -> bool {
    matches!(node.says.as_slice(), [one] if code(one) == node.code && one.kind == Kind::Quote)
        && node.children.is_empty()
}

/// The cheapest way through both lists.
fn aligned(live: &[Node], wanted: &[Block]) -> Vec<Move> {
    let (n, m) = (live.len(), wanted.len());
    if (n + 1).saturating_mul(m + 1) > MOST_CELLS {
        return roughly(live, wanted);
    }
    // cost[i][j]: from here to both ends.
    let width = m + 1;
    let mut best: Vec<(u64, Move)> = vec![(0, Move::Pass); (n + 1) * width];
    let at = |i: usize, j: usize| i * width + j;
    for i in (0..=n).rev() {
        for j in (0..=m).rev() {
            if i == n && j == m {
                continue;
            }
            let mut choice = (u64::MAX, Move::Insert);
            let mut offer = |cost: u64, step: Move| {
                if cost < choice.0 {
                    choice = (cost, step);
                }
            };
            if let Some(node) = live.get(i) {
                for (cost, step, used) in ways(node, wanted.get(j..).unwrap_or_default()) {
                    offer(cost.saturating_add(best[at(i + 1, j + used)].0), step);
                }
            }
            if j < m {
                offer(best[at(i, j + 1)].0.saturating_add(INSERT), Move::Insert);
            }
            best[at(i, j)] = choice;
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut steps = Vec::new();
    while i < n || j < m {
        let step = best[at(i, j)].1;
        (i, j) = match step {
            Move::Pass | Move::Remove => (i + 1, j),
            Move::Keep(count) => (i + 1, j + count),
            Move::Rewrite => (i + 1, j + 1),
            Move::Insert => (i, j + 1),
        };
        steps.push(step);
    }
    steps
}

/// What may become of a live block: cost, move, declared blocks that are used up.
fn ways(node: &Node, wanted: &[Block]) -> impl Iterator<Item = (u64, Move, usize)> {
    let count = node.says.len();
    let passes = count == 0 && node.hollow.is_none();
    let cost = if node.hollow.is_some() { FILL } else { REWRITE };
    let kept = count > 0 && wanted.get(..count).is_some_and(|next| next == node.says.as_slice());
    let rewritten = wanted.first().is_some_and(|block| rewritable(node, block));
    let remove = if node.holds.is_empty() { REMOVE } else { NEVER };
    [
        passes.then_some((0, Move::Pass, 0)),
        kept.then_some((0, Move::Keep(count), count)),
        rewritten.then_some((cost, Move::Rewrite, 1)),
        (!passes).then_some((remove, Move::Remove, 0)),
    ]
    .into_iter()
    .flatten()
}

/// Beginning and end stay where they are alike; everything between is made anew.
fn roughly(live: &[Node], wanted: &[Block]) -> Vec<Move> {
    let same = |node: &Node, block: Option<&Block>| matches!(node.says.as_slice(), [one] if Some(one) == block);
    let head = live.iter().zip(wanted).take_while(|(node, block)| same(node, Some(block))).count();
    let left = live.len().min(wanted.len()) - head;
    let pairs = live.iter().rev().zip(wanted.iter().rev()).take(left);
    let tail = pairs.take_while(|(node, block)| same(node, Some(block))).count();
    let mut steps = vec![Move::Keep(1); head];
    let middle = live.get(head..live.len() - tail).unwrap_or_default();
    let passes = |node: &Node| node.says.is_empty() && node.hollow.is_none();
    steps.extend(middle.iter().map(|node| if passes(node) { Move::Pass } else { Move::Remove }));
    steps.extend(vec![Move::Insert; wanted.len() - head - tail]);
    steps.extend(vec![Move::Keep(1); tail]);
    steps
}
