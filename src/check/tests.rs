//! Rules over files as a person writes them, with what the person sees.

use super::*;
use crate::base::diag::drawn as draw;
use crate::load::{Given, Limits, Loaded, join, parse};
use crate::resource::toy;

pub(super) fn verdict_of(files: &[(&str, &str)]) -> Verdict {
    let mut loaded = Loaded::default();
    for (name, text) in files {
        parse(&mut loaded, name, text.as_bytes(), &Limits::default());
    }
    check(join(loaded, &Given::NOTHING, &Limits::default()), toy::registry())
}

/// What is checked of `text`, which needs no version of its own.
#[track_caller]
fn good(text: &str) -> Checked {
    let verdict = verdict_of(&[("lark.yaml", text), ("version.yaml", "version: 1\n")]);
    match verdict.result {
        Ok(checked) => checked,
        Err(problems) => panic!("{}", shown(problems, &verdict.sources)),
    }
}

fn shown(problems: Vec<Diagnostic>, sources: &SourceMap) -> String {
    let mut all = Diagnostics::default();
    all.extend(problems);
    draw(all, sources)
}

#[track_caller]
fn bad(text: &str) -> String {
    let verdict = verdict_of(&[("lark.yaml", text), ("version.yaml", "version: 1\n")]);
    shown(verdict.result.expect_err("problems"), &verdict.sources)
}

#[test]
fn smoke() {
    let checked = good(
        "departments:\n  eng:\n    name: 研发\n    parent: root\n    leaders: {primary: zhang}\n    children:\n      web: {name: 前端}\n\
         users:\n  zhang: {name: 张三, mobile: 13011111111 0, departments: [web, {ref: eng, order: 3}]}\n"
            .replace(" 0,", ",")
            .replace("13011111111", "\"130 1111 1111\"")
            .as_str(),
    );
    println!("{:#?}", checked.manifest);
    println!(
        "{}",
        bad(
            "departments:\n  研发:\n    nmae: 研发\nuser_groups:\n  a: {name: x, members: {where: 'user.job_titel == \"SRE\" && usr.x.foo(1)'}}\n  b: {name: x, members: {where: 'user.job_title = 3'}}\nusers:\n  z: {name: 1, leader: zzz, mobile: 13011111111}\n"
        )
    );
}
