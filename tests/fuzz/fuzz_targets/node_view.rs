//! Any document under any budget: the view keeps to it, and what it shows can be asked for by its path.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trivet_core::value::{
    node::{Budget, Node, view, view_at},
    path::PathStep,
    raw,
};

fuzz_target!(|input: (u8, u8, u8, u8, &[u8])| {
    let (nodes, depth, text, turn, input) = input;
    let bytes = trivet_fuzz::document(input);
    let small = Budget {
        nodes: nodes.into(),
        depth: depth.into(),
        text_bytes: text.into(),
        children: usize::from(nodes) / 2,
        total_bytes: usize::from(text) * 8,
    };
    for budget in [small, Budget::ROW, Budget::DOCUMENT, Budget::VALUE] {
        let Ok(view) = view(&bytes, budget) else { continue };
        assert!(count(&view.fields) <= budget.nodes);
        let (mut path, mut siblings) = (Vec::new(), view.fields.as_slice());
        while !siblings.is_empty() {
            let index = usize::from(turn) % siblings.len();
            let node = &siblings[index];
            path.push(PathStep { index: u32::try_from(index).expect("few"), name: node.name.clone() });
            let found = view_at(&bytes, &path, turn.into(), budget);
            if raw::check(&bytes).is_ok() {
                let found = found.expect("what is shown is there");
                assert_eq!((found.kind, &found.name), (node.kind, &node.name));
            }
            siblings = &node.children;
        }
    }
});

fn count(nodes: &[Node]) -> usize {
    let (mut count, mut open) = (0, vec![nodes]);
    while let Some(nodes) = open.pop() {
        count += nodes.len();
        open.extend(nodes.iter().map(|node| node.children.as_slice()));
    }
    count
}
