//! Builds views, level by level, so that a budget runs out at the leaves and not at the last fields.

use super::{Budget, Node};
use crate::value::{
    ejson::binary_parts,
    path::{Path, PathStep},
    raw::{self, Element, Elements, Malformed},
    typed::{Kind, read_text},
};

/// Bytes of a name that are shown.
const NAME_BYTES: usize = 1_000;

/// The top-level fields of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The fields, in order.
    pub fields: Vec<Node>,
    /// Not every top-level field is in `fields`.
    pub cut: bool,
}

/// Why there is no view of a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// Nothing stands at the path.
    #[error("there is no such field any more")]
    Gone,
    /// The bytes are not BSON.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

/// A bounded view of a document.
///
/// Below the budget, the work is one look at the header of every element of what is shown, to count them.
pub fn view(bytes: &[u8], budget: Budget) -> Result<View, Malformed> {
    let root = build(root(), bytes, 0, usize::MAX, budget)?;
    Ok(View { fields: root.children, cut: root.cut })
}

/// A bounded view of the value at a path; of an object or an array, from the element `from` on.
///
/// An empty path is the whole document. Names are compared as they are shown, so that what stands behind a
/// damaged name can be looked at too.
pub fn view_at(bytes: &[u8], path: &Path, from: u32, budget: Budget) -> Result<Node, ViewError> {
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    Ok(match element_at(bytes, path)? {
        Some(element) => of_element(&element, from, budget)?,
        None => build(root(), bytes, from, budget.children, budget)?,
    })
}

/// A bounded view of one element.
pub fn view_element(element: &Element<'_>, budget: Budget) -> Result<Node, Malformed> {
    of_element(element, 0, budget)
}

fn of_element(element: &Element<'_>, from: usize, budget: Budget) -> Result<Node, Malformed> {
    let node = leaf(element, budget.text_bytes);
    if !is_container(node.kind) {
        return Ok(node);
    }
    build(node, element.value, from, budget.children, budget)
}

/// The element at a path, found as [`view_at`] finds it; none for an empty path.
pub fn element_at<'a>(bytes: &'a [u8], path: &Path) -> Result<Option<Element<'a>>, ViewError> {
    let (mut kind, mut value, mut found) = (Kind::Object, bytes, None);
    for step in path {
        let element = follow(kind, value, step)?;
        (kind, value) = (element.kind, element.value);
        found = Some(element);
    }
    Ok(found)
}

fn root() -> Node {
    Node {
        name: String::new(),
        kind: Kind::Object,
        text: String::new(),
        children: Vec::new(),
        size: 0,
        cut: false,
        damaged: false,
    }
}

fn is_container(kind: Kind) -> bool {
    matches!(kind, Kind::Object | Kind::Array)
}

fn follow<'a>(kind: Kind, value: &'a [u8], step: &PathStep) -> Result<Element<'a>, ViewError> {
    if !is_container(kind) {
        return Err(ViewError::Gone);
    }
    let index = usize::try_from(step.index).unwrap_or(usize::MAX);
    let mut named = Vec::new();
    for (at, element) in Elements::new(value)?.enumerate() {
        let element = element?;
        let same_name = kind == Kind::Array || shown_name(element.name).0 == step.name;
        if at == index && same_name {
            return Ok(element);
        }
        if kind == Kind::Object && same_name {
            named.push(element);
        }
    }
    match named.as_slice() {
        [element] => Ok(*element),
        _ => Err(ViewError::Gone),
    }
}

/// A name as it is shown, and whether that is not all of it.
pub(in crate::value) fn shown_name(bytes: &[u8]) -> (String, bool) {
    match std::str::from_utf8(bytes) {
        Ok(name) if name.len() <= NAME_BYTES => (name.to_owned(), false),
        _ => {
            let shown = &bytes[..bytes.len().min(NAME_BYTES)];
            let end = if shown.len() < bytes.len() { "…" } else { "" };
            (String::from_utf8_lossy(shown).into_owned() + end, true)
        }
    }
}

fn leaf(element: &Element<'_>, text_bytes: usize) -> Node {
    let (name, name_damaged) = shown_name(element.name);
    let text = read_text(element.kind, element.value, text_bytes);
    let size = match element.kind {
        Kind::String | Kind::Symbol | Kind::Javascript => raw::string_bytes(element.value).map(<[u8]>::len),
        Kind::JavascriptWithScope => raw::code_with_scope(element.value).map(|(code, _)| code.len()),
        Kind::BinData => binary_parts(element.value).map(|(_, data, _)| data.len()),
        _ => None,
    };
    Node {
        name,
        kind: element.kind,
        text: text.shown,
        children: Vec::new(),
        size: u32::try_from(size.unwrap_or_default()).unwrap_or(u32::MAX),
        cut: text.cut,
        damaged: name_damaged || text.damaged,
    }
}

/// Bytes of a text inside a JSON string.
fn json_len(text: &str) -> usize {
    let escaped = |byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 2,
        0..0x20 => 6,
        _ => 1,
    };
    text.bytes().map(escaped).sum()
}

/// A node of the tree, before the tree is put together.
struct Flat<'a> {
    node: Node,
    parent: usize,
    depth: usize,
    /// The elements, of an object or an array.
    inside: Option<&'a [u8]>,
}

/// Fills a container with what the budget allows, from its element `from` on.
fn build(root: Node, bytes: &[u8], from: usize, children: usize, budget: Budget) -> Result<Node, Malformed> {
    let mut flat = vec![Flat { node: root, parent: 0, depth: 0, inside: Some(bytes) }];
    let mut bytes_left = budget.total_bytes;
    // New nodes are put at the end while the list is worked through: level after level.
    let mut at = 0;
    while at < flat.len() {
        let depth = flat[at].depth + 1;
        let (first, most) = if at == 0 { (from, children) } else { (0, budget.children) };
        if let Some(inside) = flat[at].inside {
            let mut size = 0;
            let mut shown = 0;
            for element in Elements::new(inside)? {
                let element = element?;
                size += 1;
                let affordable = flat.len() <= budget.nodes && bytes_left > 0 && depth <= budget.depth;
                if size <= first || shown == most || !affordable {
                    continue;
                }
                let node = leaf(&element, budget.text_bytes.min(bytes_left));
                bytes_left = bytes_left.saturating_sub(json_len(&node.name) + json_len(&node.text));
                let inside = is_container(element.kind).then_some(element.value);
                flat.push(Flat { node, parent: at, depth, inside });
                shown += 1;
            }
            let node = &mut flat[at].node;
            node.size = u32::try_from(size).unwrap_or(u32::MAX);
            node.cut = first.saturating_add(shown) < size;
        }
        at += 1;
    }
    Ok(assemble(flat))
}

/// Puts every node into its parent, the last ones first: a parent stands before its children.
fn assemble(mut flat: Vec<Flat<'_>>) -> Node {
    while flat.len() > 1 {
        if let Some(Flat { mut node, parent, .. }) = flat.pop() {
            node.children.reverse();
            flat[parent].node.children.push(node);
        }
    }
    let mut root = flat.pop().map_or_else(root, |flat| flat.node);
    root.children.reverse();
    root
}
