//! What a person reads and a program gets.

use super::super::paint::Show;
use super::world::{change, company, kinds, plan, set, text, to};
use super::{Matched, PlanView};
use crate::model::{Action, Cause, Target, Value};
use crate::plan::Plan;

fn shown(plan: &Plan, show: Show) -> String {
    super::text(PlanView { plan, kinds: &kinds(), matched: &[], show })
}

fn plain(plan: &Plan) -> String {
    shown(plan, Show::default())
}

#[test]
fn a_company_changes() {
    insta::assert_snapshot!(plain(&company()), @"");
}
