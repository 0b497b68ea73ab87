//! How the server finds the documents of a query, as it explains it.

use bson::{Bson, Document};

use super::order::Direction;
use crate::document::QueryPlan;

/// How the server finds the documents of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) shown: QueryPlan,
    /// The documents come as they are stored, neither by an index nor sorted: in the order of `_id`, they are stored by it.
    pub(super) as_stored: bool,
    /// The index by whose order they come, where every document has exactly one place in it.
    pub(super) index: Option<KeyIndex>,
}

/// An index over one field and `_id`, as it is scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyIndex {
    pub(super) path: String,
    pub(super) direction: Direction,
    pub(super) id: Direction,
}

impl Plan {
    pub(super) fn read(reply: &Document, unfiltered: bool, any_index: bool) -> Option<Self> {
        let planner = query_planner(reply)?;
        let stages = stages(planner.get("winningPlan")?);
        let has = |wanted: &str| stages.iter().any(|stage| name(stage) == wanted);
        let sorts = stages.iter().any(|stage| name(stage).starts_with("SORT") && name(stage) != "SORT_MERGE");
        // Where all are wanted as they are stored, or as an index has them, none is looked at in vain.
        let looks_at_all = stages.iter().any(|stage| name(stage) == "COLLSCAN" || is_whole(stage));
        let shown = QueryPlan { scans_collection: looks_at_all && (sorts || !unfiltered), sorts };
        let mut index = KeyIndex::of(&stages);
        if index.is_none() && any_index && !shown.sorts {
            let rejected = planner.get_array("rejectedPlans").into_iter().flatten();
            index = rejected.map(self::stages).find_map(|stages| KeyIndex::of(&stages));
        }
        let as_stored = has("CLUSTERED_IXSCAN") || (has("COLLSCAN") && !sorts);
        Some(Self { shown, as_stored, index })
    }
}

/// Of a view or the like it is that of its first stage.
fn query_planner(reply: &Document) -> Option<&Document> {
    if let Ok(planner) = reply.get_document("queryPlanner") {
        return Some(planner);
    }
    let first = reply.get_array("stages").ok()?.first()?.as_document()?;
    first.get_document("$cursor").ok()?.get_document("queryPlanner").ok()
}

/// Every stage of a plan: those of a shard, of a branch, and of the newer engine, whose plan has one more level.
fn stages(plan: &Bson) -> Vec<&Document> {
    let mut found = Vec::new();
    let mut open = vec![plan];
    while let Some(value) = open.pop() {
        match value {
            Bson::Document(document) => {
                if document.get_str("stage").is_ok() {
                    found.push(document);
                }
                open.extend(document.iter().filter(|(name, _)| leads_on(name)).map(|(_, value)| value));
            }
            Bson::Array(values) => open.extend(values),
            _ => {}
        }
    }
    found
}

fn leads_on(name: &str) -> bool {
    let inner = ["inputStage", "inputStages", "thenStage", "elseStage", "outerStage", "innerStage"];
    inner.contains(&name) || ["shards", "winningPlan", "queryPlan"].contains(&name)
}

fn name(stage: &Document) -> &str {
    stage.get_str("stage").unwrap_or_default()
}

/// An index that has every document is read from end to end.
fn is_whole(stage: &Document) -> bool {
    let has_all =
        ["isSparse", "isPartial"].iter().all(|mark| stage.get_bool(mark).is_ok_and(|marked| !marked));
    let Ok(bounds) = stage.get_document("indexBounds") else { return false };
    let ends = ["[MinKey, MaxKey]", "[MaxKey, MinKey]"].map(|range| Bson::Array(vec![range.into()]));
    name(stage) == "IXSCAN" && has_all && bounds.values().all(|bound| ends.contains(bound))
}

impl KeyIndex {
    /// The one index that gives the order, where nothing but its order can come of the plan.
    fn of(stages: &[&Document]) -> Option<Self> {
        let keeps_order = |stage: &&Document| {
            let name = name(stage);
            let kept = ["FETCH", "IXSCAN", "LIMIT", "SHARDING_FILTER", "SINGLE_SHARD", "SHARD_MERGE_SORT"];
            kept.contains(&name) || name.starts_with("PROJECTION")
        };
        if !stages.iter().all(keeps_order) {
            return None;
        }
        let mut scans = stages.iter().filter(|stage| name(stage) == "IXSCAN").map(|scan| Self::scanned(scan));
        let first = scans.next()??;
        scans.all(|scan| scan.as_ref() == Some(&first)).then_some(first)
    }

    fn scanned(scan: &Document) -> Option<Self> {
        let plain = ["isMultiKey", "isSparse", "isPartial"]
            .iter()
            .all(|mark| scan.get_bool(mark).is_ok_and(|marked| !marked));
        if !plain || scan.contains_key("collation") {
            return None;
        }
        let backward = scan.get_str("direction").ok()? == "backward";
        let direction = |value: &Bson| {
            let number = match value {
                Bson::Int32(number) => f64::from(*number),
                #[expect(clippy::cast_precision_loss, reason = "only 1 and -1 matter")]
                Bson::Int64(number) => *number as f64,
                Bson::Double(number) => *number,
                _ => return None,
            };
            Direction::of(number).map(|direction| direction.read(backward))
        };
        let mut key = scan.get_document("keyPattern").ok()?.iter();
        let (path, first) = key.next()?;
        let (_, second) = key.next().filter(|(name, _)| *name == "_id")?;
        let index = Self { path: path.clone(), direction: direction(first)?, id: direction(second)? };
        key.next().is_none().then_some(index)
    }
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::{Direction::*, *};

    fn scan(key: Document, more: Document) -> Document {
        let mut scan = doc! {
            "stage": "IXSCAN", "keyPattern": key, "isMultiKey": false, "isSparse": false, "isPartial": false,
            "direction": "forward",
        };
        scan.extend(more);
        scan
    }

    fn fetched(scan: Document) -> Document {
        doc! { "stage": "FETCH", "inputStage": scan }
    }

    fn explained(plan: Document) -> Plan {
        let reply = doc! { "queryPlanner": { "winningPlan": plan, "rejectedPlans": [] } };
        Plan::read(&reply, false, false).expect("a plan")
    }

    #[test]
    fn an_index_gives_an_order_when_every_document_has_one_place_in_it() {
        let index = |direction, id| Some(KeyIndex { path: "a".to_owned(), direction, id });
        let by_a = || doc! { "a": 1, "_id": 1 };
        for (scan, expected) in [
            (scan(by_a(), doc! {}), index(Ascending, Ascending)),
            (scan(by_a(), doc! { "direction": "backward" }), index(Descending, Descending)),
            (scan(doc! { "a": 1.0, "_id": -1_i64 }, doc! {}), index(Ascending, Descending)),
            (scan(by_a(), doc! { "isMultiKey": true }), None),
            (scan(by_a(), doc! { "isSparse": true }), None),
            (scan(by_a(), doc! { "isPartial": true }), None),
            (scan(by_a(), doc! { "collation": { "locale": "de" } }), None),
            (scan(doc! { "a": 1 }, doc! {}), None),
            (scan(doc! { "a": 1, "b": 1 }, doc! {}), None),
            (scan(doc! { "a": 1, "_id": 1, "b": 1 }, doc! {}), None),
            (scan(doc! { "a": "hashed", "_id": 1 }, doc! {}), None),
        ] {
            assert_eq!(explained(fetched(scan.clone())).index, expected, "{scan}");
        }
    }

    #[test]
    fn what_sorts_or_joins_gives_no_order_of_an_index() {
        let by_a = || fetched(scan(doc! { "a": 1, "_id": 1 }, doc! {}));
        let sorted = explained(doc! { "stage": "SORT", "inputStage": by_a() });
        assert_eq!((sorted.index, sorted.shown.sorts), (None, true));
        let joined = explained(doc! { "stage": "OR", "inputStages": [by_a(), by_a()] });
        assert_eq!((joined.index, joined.shown.sorts), (None, false));
        let scanned = explained(doc! { "stage": "COLLSCAN", "direction": "forward" });
        assert!(scanned.shown.scans_collection && scanned.index.is_none());
    }

    #[test]
    fn a_filter_that_reads_an_index_from_end_to_end_looks_at_every_document() {
        let by_id = |range: &str, more| {
            let bounds = doc! { "indexBounds": { "_id": [range] } };
            let mut scan = scan(doc! { "_id": 1 }, bounds);
            scan.extend(more);
            fetched(scan)
        };
        for (plan, expected) in [
            (by_id("[MinKey, MaxKey]", doc! {}), true),
            (by_id("[MaxKey, MinKey]", doc! { "direction": "backward" }), true),
            (by_id("[5, MaxKey]", doc! {}), false),
            (by_id("[MinKey, MaxKey]", doc! { "isSparse": true }), false),
            (by_id("[MinKey, MaxKey]", doc! { "isPartial": true }), false),
        ] {
            assert_eq!(explained(plan.clone()).shown.scans_collection, expected, "{plan}");
            let reply = doc! { "queryPlanner": { "winningPlan": plan, "rejectedPlans": [] } };
            assert!(!Plan::read(&reply, true, false).expect("a plan").shown.scans_collection);
        }
    }

    #[test]
    fn shards_give_an_order_when_all_use_the_same_index() {
        let shards = |second: Document| {
            let first = fetched(scan(doc! { "a": 1, "_id": 1 }, doc! {}));
            doc! { "stage": "SHARD_MERGE_SORT", "shards": [{ "winningPlan": first }, { "winningPlan": second }] }
        };
        let same = fetched(scan(doc! { "a": 1, "_id": 1 }, doc! {}));
        let other = fetched(scan(doc! { "a": 1, "_id": -1 }, doc! {}));
        assert!(explained(shards(same)).index.is_some());
        assert!(explained(shards(other)).index.is_none());
    }

    #[test]
    fn the_plan_of_the_newer_engine_and_that_of_a_view_are_read_too() {
        let scan = doc! { "stage": "COLLSCAN" };
        let newer = explained(doc! { "queryPlan": scan.clone(), "slotBasedPlan": { "stages": "…" } });
        assert!(newer.shown.scans_collection);
        let view =
            doc! { "stages": [{ "$cursor": { "queryPlanner": { "winningPlan": scan } } }, { "$unwind": 1 }] };
        assert!(Plan::read(&view, false, false).expect("a plan").shown.scans_collection);
    }

    #[test]
    fn without_a_filter_a_rejected_index_is_as_good() {
        let by_a = fetched(scan(doc! { "a": 1 }, doc! {}));
        let with_id = fetched(scan(doc! { "a": 1, "_id": 1 }, doc! {}));
        let reply = doc! { "queryPlanner": { "winningPlan": by_a, "rejectedPlans": [with_id] } };
        assert!(Plan::read(&reply, true, true).expect("a plan").index.is_some());
        assert!(Plan::read(&reply, false, false).expect("a plan").index.is_none());
    }
}
