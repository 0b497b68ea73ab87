//! A draft beside the document as it stands now.

use super::{
    Checked, Comparison, Draft, DraftRequest, MergeRequest, MergeRow, MergeSide, Settled,
    edit::{keep, no_draft, unsettled},
    save::{merge_error, merged},
    store::{Drafts, Key, Stored},
    view::shown,
};
use crate::{
    Error, ErrorCode, Result,
    connection::Session,
    document::{guard::vanished, standalone, view::whole, write::check_size},
    value::{
        etag::etag,
        threeway::{self, MergeField, Side},
    },
};

/// Compares a draft with the document as it stands now.
pub(crate) async fn compare(session: &Session, drafts: &Drafts, request: DraftRequest) -> Result<Comparison> {
    let key = Key::of(&request.namespace, &request.id)?;
    let (stored, now) = (drafts.get(&key)?, read(session, &key).await?);
    let rows = match (&stored, &now) {
        (Some(stored), Some(now)) => merged(stored, now)?.fields.iter().map(row).collect::<Result<_>>()?,
        _ => Vec::new(),
    };
    Ok(Comparison { now: now.as_deref().map(whole).transpose()?, rows })
}

fn row(field: &MergeField<'_>) -> Result<MergeRow> {
    Ok(MergeRow {
        path: field.path.clone(),
        read: shown(field.base.as_ref())?,
        now: shown(field.now.as_ref())?,
        mine: shown(field.mine.as_ref())?,
        conflict: field.conflict,
        taken: match field.taken {
            Side::Now => MergeSide::Now,
            Side::Mine => MergeSide::Mine,
        },
    })
}

/// Makes the document as it stands now the one that was read, with what was chosen as the draft upon it.
pub(crate) async fn take_merged(
    session: &Session,
    drafts: &Drafts,
    request: MergeRequest,
    now_ms: i64,
) -> Result<Option<Draft>> {
    session.permit_writes()?;
    let key = Key::of(&request.namespace, &request.id)?;
    let now = read(session, &key).await?.ok_or_else(vanished)?;
    let _turn = drafts.turn();
    let stored = drafts.get(&key)?.ok_or_else(no_draft)?;
    if stored.sent {
        return Err(unsettled());
    }
    let choose = |at: usize| {
        request.choices.get(at).map(|side| match side {
            MergeSide::Now => Side::Now,
            MergeSide::Mine => Side::Mine,
        })
    };
    let merged = threeway::merge(&stored.base, &now, &stored.mine, choose).map_err(merge_error)?;
    if etag(&now) != request.now_etag || merged.fields.len() != request.choices.len() {
        return Err(Error::new(
            ErrorCode::Conflict,
            "The document has changed once more; nothing was taken over.",
        )
        .with_hint("Compare again."));
    }
    let mine = merged.bytes;
    check_size(&mine)?;
    keep(drafts, &key, Stored { base: now, mine, sent: false, edited_at_ms: now_ms })
}

/// Looks up what became of a save of unknown outcome.
pub(crate) async fn check(session: &Session, drafts: &Drafts, request: DraftRequest) -> Result<Checked> {
    session.permit_writes()?;
    let key = Key::of(&request.namespace, &request.id)?;
    drafts.not_underway(&key)?;
    let stored = drafts.get(&key)?.ok_or_else(no_draft)?;
    let (kind, value) = key.id.decode()?;
    let now = standalone::read_majority(session, &key.namespace, (kind, &value)).await?;
    let _turn = drafts.turn();
    drafts.not_underway(&key)?;
    let settled = match (stored.sent, &now) {
        (true, Some(now)) => settle(&stored, now)?,
        (true, None) => Settled::Different,
        (false, _) => Settled::NotApplied,
    };
    let draft = match settled {
        Settled::Applied => {
            drafts.remove(&key)?;
            None
        }
        Settled::NotApplied | Settled::Different => keep(drafts, &key, Stored { sent: false, ..stored })?,
    };
    Ok(Checked { settled, now: now.as_deref().map(whole).transpose()?, draft })
}

/// Applied where putting the changes upon what stands there changes nothing; different where they do not fit there.
fn settle(sent: &Stored, now: &[u8]) -> Result<Settled> {
    let merged = merged(sent, now)?;
    Ok(if merged.bytes == now && merged.conflicts().next().is_none() {
        Settled::Applied
    } else if merged.conflicts().next().is_some() {
        Settled::Different
    } else {
        Settled::NotApplied
    })
}

async fn read(session: &Session, key: &Key) -> Result<Option<Vec<u8>>> {
    let (kind, value) = key.id.decode()?;
    standalone::read(session, &key.namespace, (kind, &value)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::ejson::parse_document;

    #[test]
    fn a_save_is_settled_by_what_stands_there() {
        let bytes = |text: &str| parse_document(text).expect(text);
        let sent = Stored {
            base: bytes(r#"{"_id":1,"a":1,"b":1}"#),
            mine: bytes(r#"{"_id":1,"a":2,"b":1}"#),
            sent: true,
            edited_at_ms: 0,
        };
        for (now, settled) in [
            (r#"{"_id":1,"a":2,"b":1}"#, Settled::Applied),
            (r#"{"_id":1,"a":2,"b":5}"#, Settled::Applied),
            (r#"{"_id":1,"a":1,"b":1}"#, Settled::NotApplied),
            (r#"{"_id":1,"a":1,"b":5}"#, Settled::NotApplied),
            (r#"{"_id":1,"a":9,"b":1}"#, Settled::Different),
            (r#"{"_id":1,"b":1}"#, Settled::Different),
        ] {
            assert_eq!(settle(&sent, &bytes(now)).expect("valid"), settled, "{now}");
        }
    }
}
