//! Any set, any wish: a plan keeps every rule at each step, or a refusal names one.

use proptest::prelude::*;

use super::sets::{set, well, words};
use crate::replica::{
    CheckVerdict,
    config::{DefaultWriteConcern, SetNow, Step, WholeConfig, margins, plan, rules},
};

/// Members by letter: there or not, with what priority, whether they vote, and the arbiter.
fn any_set() -> impl Strategy<Value = String> {
    let member = prop_oneof![
        2 => Just(None),
        4 => (1_u32..4).prop_map(|priority| Some(format!("{priority}"))),
        1 => Just(Some("0".to_owned())),
        2 => Just(Some("0!".to_owned())),
    ];
    (prop::collection::vec(member, 9), prop::option::weighted(0.2, Just(()))).prop_map(
        |(members, arbiter)| {
            let named = ('b'..).zip(members).filter_map(|(name, member)| Some(format!("{name}:{}", member?)));
            let arbiter = arbiter.map(|()| "z:0*".to_owned());
            std::iter::once("a:2".to_owned()).chain(named).chain(arbiter).collect::<Vec<_>>().join(" ")
        },
    )
}

fn voters(config: &WholeConfig) -> Vec<u32> {
    config.members().iter().filter(|member| member.votes > 0).map(|member| member.id).collect()
}

/// What the server takes as one change.
fn is_legal(before: &WholeConfig, after: &WholeConfig) -> Result<(), String> {
    let (old, new) = (voters(before), voters(after));
    let differ = old.iter().filter(|id| !new.contains(id)).chain(new.iter().filter(|id| !old.contains(id)));
    if differ.count() > 1 {
        return Err("more than one vote".to_owned());
    }
    let known = before.members();
    for member in after.members() {
        let is_new = !known.iter().any(|old| old.id == member.id);
        if is_new && !member.arbiter && (member.votes > 0 || member.priority > 0.0) {
            return Err(format!("{} comes with a vote", member.host));
        }
    }
    let writable = |config: &WholeConfig| {
        config.members().iter().filter(|member| member.votes > 0 && !member.arbiter).count()
    };
    let has_arbiter = after.members().iter().any(|member| member.arbiter && member.votes > 0);
    let electable = after.members().iter().filter(|member| member.priority > 0.0).count();
    if has_arbiter && writable(before) == 1 && writable(after) == 2 && electable == 2 {
        return Err("P+A to PSA at once".to_owned());
    }
    let broken = rules::alone(after, before).into_iter().find(|check| check.verdict == CheckVerdict::Refused);
    broken.map_or(Ok(()), |check| Err(check.text))
}

fn check_margins(current: &WholeConfig, steps: &[Step], now: &SetNow) -> Result<(), TestCaseError> {
    let of = |config: &WholeConfig| margins(config, current, now).0.expect("voters");
    let Some(last) = steps.last() else { return Ok(()) };
    let (begin, end) = (of(current), of(&last.next));
    for step in steps {
        let between = of(&step.next);
        let fewest = begin.election_margin.min(end.election_margin) - 1;
        prop_assert!(between.election_margin >= fewest, "{}: {between:?}", words(&step.next));
        let fewest = begin.write_margin.min(end.write_margin) - 1;
        prop_assert!(between.write_margin >= fewest, "{}: {between:?}", words(&step.next));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_plan_is_legal_step_by_step_and_ends_in_the_wish(from in any_set(), to in any_set(), implicit: bool) {
        let (current, wished) = (set(&from), set(&to));
        prop_assume!(voters(&current).len() <= 7 && rules::alone(&current, &current).is_empty());
        let mut now = well(&current);
        if implicit {
            now.default_write_concern = DefaultWriteConcern::Implicit;
        }
        match plan(&current, &wished, &now) {
            Ok(steps) => {
                let mut before = &current;
                for step in &steps {
                    let told = || format!("{} -> {} on the way from {from} to {to}", words(before), words(&step.next));
                    if let Err(why) = is_legal(before, &step.next) {
                        prop_assert!(false, "{why}: {}", told());
                    }
                    prop_assert!(!before.is_same(&step.next), "nothing changes: {}", told());
                    before = &step.next;
                }
                prop_assert!(before.is_same(&wished), "it ends in {} instead of {to}", words(before));
                check_margins(&current, &steps, &now)?;
            }
            Err(checks) => {
                prop_assert!(!checks.is_empty());
                prop_assert!(checks.iter().any(|check| check.verdict == CheckVerdict::Refused));
                prop_assert!(checks.iter().all(|check| check.rule.is_some() && check.text.ends_with('.')));
            }
        }
    }

    #[test]
    fn whatever_is_written_into_a_configuration_is_planned_or_refused(
        place in 0_usize..3,
        name in "(_id|host|votes|priority|hidden|tags|secondaryDelaySecs|arbiterOnly|other)",
        value in prop_oneof![
            any::<i32>().prop_map(bson::Bson::Int32),
            any::<i64>().prop_map(bson::Bson::Int64),
            any::<f64>().prop_map(bson::Bson::Double),
            ".*".prop_map(bson::Bson::String),
            Just(bson::Bson::Null),
            Just(bson::Bson::Array(Vec::new())),
        ],
    ) {
        let current = set("a:1 b:1 c:1");
        let wished = super::sets::with(&current, place, &name, value);
        if let Err(checks) = plan(&current, &wished, &well(&current)) {
            prop_assert!(checks.iter().any(|check| check.verdict == CheckVerdict::Refused && check.rule.is_some()));
        }
    }
}
