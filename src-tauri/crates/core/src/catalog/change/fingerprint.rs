//! What stands for all collections of a database.

use super::LocatedCollection;
use crate::{catalog::CollectionKind, value::etag::etag};

/// Differs as soon as a collection comes, goes, is renamed or is made anew; not when its documents change.
pub(super) fn fingerprint(collections: &[LocatedCollection]) -> String {
    let mut lines: Vec<_> = collections
        .iter()
        .map(|LocatedCollection { name, kind, uuid }| {
            let kind = match kind {
                CollectionKind::Collection => "c",
                CollectionKind::View => "v",
                CollectionKind::Timeseries => "t",
            };
            // No name holds a NUL.
            format!("{name}\0{kind}\0{}\0", uuid.as_deref().unwrap_or_default())
        })
        .collect();
    lines.sort_unstable();
    etag(lines.concat().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collection(name: &str, kind: CollectionKind, uuid: Option<&str>) -> LocatedCollection {
        LocatedCollection { name: name.to_owned(), kind, uuid: uuid.map(str::to_owned) }
    }

    #[test]
    fn any_other_collection_makes_another_fingerprint_and_their_order_does_not() {
        let plain = CollectionKind::Collection;
        let (a, b) = (collection("a", plain, Some("1")), collection("b", plain, Some("2")));
        let both = fingerprint(&[a.clone(), b.clone()]);
        assert_eq!(both, fingerprint(&[b.clone(), a.clone()]));
        for others in [
            vec![],
            vec![a.clone()],
            vec![a.clone(), collection("b", plain, Some("3"))],
            vec![a.clone(), collection("c", plain, Some("2"))],
            vec![a.clone(), collection("b", CollectionKind::View, None)],
            vec![a, b, collection("c", CollectionKind::View, None)],
        ] {
            assert_ne!(both, fingerprint(&others), "{others:?}");
        }
    }
}
