//! The departments: a tree of so many nodes, named after what the company does.

use super::branches::{BRANCHES, Branch};
use super::places::Place;
use crate::sandbox::seed::dice::Dice;

/// A department to be.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Index of the parent; none under the root.
    pub(super) parent: Option<usize>,
    /// Levels below the root, beginning with 1.
    pub(super) depth: usize,
    pub(super) name: String,
    pub(super) zh: String,
    pub(super) en: String,
    pub(super) ja: String,
    /// Its place among its siblings, from 0.
    pub(super) rank: usize,
    pub(super) is_leaf: bool,
    pub(super) place: Option<Place>,
    pub(super) branch: &'static Branch,
}

/// So many departments, parents before their children.
pub(super) fn grow(departments: usize) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::with_capacity(departments);
    // One or two more than elsewhere: a small company too has its back offices.
    let branches = (fan_out(departments) + 2).min(departments).min(BRANCHES.len());
    let top = split(departments, branches, |i| BRANCHES[i].weight);
    // What remains to be grown: a node and how many departments go below it.
    let mut waiting = std::collections::VecDeque::new();
    for (rank, (branch, below)) in BRANCHES.iter().zip(top).enumerate() {
        let mut node = Node::labelled(branch, branch.label, None, 1, rank);
        node.place = branch.place;
        node.is_leaf = below == 0;
        waiting.push_back((nodes.len(), below));
        nodes.push(node);
    }
    while let Some((at, below)) = waiting.pop_front() {
        let (branch, depth) = (nodes[at].branch, nodes[at].depth + 1);
        let count = fan_out(below);
        let shares = split(below, count, |i| 50 + Dice::of("department share", at * 64 + i).below(100));
        for (rank, below) in shares.into_iter().enumerate() {
            let mut node = match depth {
                2 => from_pool(branch, branch.second, at, depth, rank),
                3 => from_pool(branch, branch.third, at, depth, rank),
                _ => Node::numbered(branch, at, depth, rank),
            };
            let mut dice = Dice::of("department place", nodes.len());
            node.place = match node.place.or(nodes[at].place) {
                None if depth >= 3 || below == 0 => Some(Place::of_headquarters(&mut dice)),
                place => place,
            };
            node.is_leaf = below == 0;
            waiting.push_back((nodes.len(), below));
            nodes.push(node);
        }
    }
    nodes
}

/// Into how many a subtree of so many splits first: wide companies, five to seven levels.
fn fan_out(below: usize) -> usize {
    let wished = (1..).take_while(|c: &usize| c.pow(5) <= below.pow(2)).count() + 2;
    wished.min(below)
}

/// Divides `total` nodes among `count` subtrees by weight; each has its own top, which is not counted again.
fn split(total: usize, count: usize, weight: impl Fn(usize) -> usize) -> Vec<usize> {
    let rest = total - count;
    let sum: usize = (0..count).map(&weight).sum();
    let mut upto = 0;
    let mut given = 0;
    (0..count)
        .map(|i| {
            upto += weight(i);
            let share = rest * upto / sum - given;
            given += share;
            share
        })
        .collect()
}

/// The names in the order of the pool; once it is used up, again with a number.
fn from_pool(branch: &'static Branch, pool: &'static str, at: usize, depth: usize, rank: usize) -> Node {
    let labels: Vec<&str> = pool.split_whitespace().collect();
    let round = rank / labels.len();
    let mut node = Node::labelled(branch, labels[rank % labels.len()], Some(at), depth, rank);
    if round > 0 {
        for name in [&mut node.name, &mut node.zh, &mut node.ja] {
            name.push_str(&(round + 1).to_string());
        }
        // Where the name is the English one it has to stay so.
        node.en = if node.name.is_ascii() { node.name.clone() } else { format!("{} {}", node.en, round + 1) };
    }
    node
}

impl Node {
    fn labelled(
        branch: &'static Branch,
        label: &str,
        parent: Option<usize>,
        depth: usize,
        rank: usize,
    ) -> Self {
        let mut parts = label.split('|');
        let mut next = || parts.next().unwrap_or_default().replace('_', " ");
        let (main, en, ja) = (next(), next(), next());
        let place = parts.next().and_then(Place::named);
        let (name, zh) = match main.strip_prefix('*') {
            Some(zh) => (en.clone(), zh.to_owned()),
            None => (main.clone(), main),
        };
        Self { parent, depth, name, zh, en, ja, rank, is_leaf: true, place, branch }
    }

    /// 一组, 二组, …
    fn numbered(branch: &'static Branch, parent: usize, depth: usize, rank: usize) -> Self {
        let n = rank + 1;
        let name = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"]
            .get(rank)
            .map_or_else(|| format!("{n}组"), |digit| format!("{digit}组"));
        Self {
            parent: Some(parent),
            depth,
            zh: name.clone(),
            name,
            en: format!("Team {n}"),
            ja: format!("第{n}チーム"),
            rank,
            is_leaf: true,
            place: None,
            branch,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::seed::size::{MAX_CHILDREN, MAX_DEPTH};
    use std::collections::{HashMap, HashSet};

    #[test]
    fn a_small_company() {
        let nodes = grow(30);
        let lines: String = nodes
            .iter()
            .map(|n| {
                let under = n.parent.map_or("root", |p| nodes[p].name.as_str());
                format!("{under} / {} · {} · {}\n", n.name, n.en, n.ja)
            })
            .collect();
        insta::assert_snapshot!(lines, @r"
        root / 研发中心 · R&D Center · 研究開発センター
        root / 销售部 · Sales · 営業部
        root / 海外事业部 · Overseas · 海外事業部
        root / 人力资源部 · Human Resources · 人事部
        root / 产品中心 · Product Center · プロダクトセンター
        root / 财务部 · Finance · 経理部
        root / 法务部 · Legal · 法務部
        研发中心 / Backend · Backend · バックエンド
        研发中心 / Frontend · Frontend · フロントエンド
        研发中心 / 移动端部 · Mobile · モバイル
        研发中心 / 基础架构部 · Infrastructure · インフラ
        销售部 / 华东区 · East China · 華東
        销售部 / 华南区 · South China · 華南
        销售部 / 华北区 · North China · 華北
        销售部 / 华中区 · Central China · 華中
        海外事业部 / 日本分公司 · Japan Office · 日本支社
        海外事业部 / 德国分公司 · Germany Office · ドイツ支社
        海外事业部 / 英国分公司 · UK Office · イギリス支社
        人力资源部 / 招聘部 · Recruiting · 採用
        产品中心 / 平台产品部 · Platform Product · プラットフォーム企画
        产品中心 / 商业产品部 · Commercial Product · 商用企画
        财务部 / 会计部 · Accounting · 会計
        法务部 / 合同部 · Contracts · 契約
        Backend / 支付组 · Payments · 決済
        Frontend / 支付组 · Payments · 決済
        Frontend / 订单组 · Orders · 受注
        移动端部 / 支付组 · Payments · 決済
        基础架构部 / 支付组 · Payments · 決済
        华南区 / 金融行业组 · Finance Accounts · 金融業界
        华中区 / 金融行业组 · Finance Accounts · 金融業界
        ");
    }

    #[test]
    fn every_size_is_met_within_the_limits_and_names_are_unique_among_siblings() {
        for size in (0..200).chain([500, 1_000, 3_000, 10_000, 30_000]) {
            let nodes = grow(size);
            assert_eq!(nodes.len(), size);
            let mut names = HashSet::new();
            let mut children: HashMap<_, usize> = HashMap::new();
            for (i, n) in nodes.iter().enumerate() {
                assert!(n.depth <= MAX_DEPTH && n.parent.is_none_or(|p| p < i));
                *children.entry(n.parent).or_default() += 1;
                for (locale, name) in [("", &n.name), ("zh", &n.zh), ("en", &n.en), ("ja", &n.ja)] {
                    assert!(!name.is_empty() && !name.contains(['/', '_', '|', '*']), "{name}");
                    assert!(names.insert((n.parent, locale, name.as_str())), "{size}: {name} twice");
                }
            }
            assert!(children.values().all(|c| *c <= MAX_CHILDREN));
        }
    }
}
