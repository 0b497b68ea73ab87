//! The operations of the core over HTTP. The listener itself is the next part to be built; until then this
//! crate holds its place in the workspace, and nothing in the application pretends to have it.
