//! A batch, carried out: in halves where one of its documents keeps the others back.

use std::ops::Range;

use super::{
    alone,
    batch::{Batch, Verdict},
    work::{Items, Work},
};
use crate::{
    Error, ErrorCode, Result,
    connection::Session,
    document::{
        ImageState,
        guard::{ends_all, transact},
        journal::Record,
        now,
    },
};

/// What is written, and where it is recorded.
pub(super) struct Run {
    pub(super) record: Record,
    pub(super) work: Work,
    pub(super) items: Items,
}

/// What became of the first documents of a batch, and why it ended where these are not all.
#[derive(Default)]
pub(super) struct Part {
    pub(super) verdicts: Vec<Verdict>,
    pub(super) stopped: Option<Error>,
}

impl Run {
    /// Writes the documents at these positions.
    pub(super) async fn batch(&self, session: &Session, range: Range<usize>) -> Part {
        let mut part = Part::default();
        if !session.has_transactions() {
            for at in range {
                match alone::write(session, self, at).await {
                    Ok(verdict) => part.verdicts.push(verdict),
                    Err(error) => {
                        if error.code() == ErrorCode::OutcomeUnknown {
                            part.verdicts.push(Verdict::Unknown);
                        }
                        part.stopped = Some(error);
                        break;
                    }
                }
            }
            return part;
        }
        // Depth first, the first documents first: what is told of a batch is told of its beginning.
        let mut open = vec![range];
        while let Some(range) = open.pop() {
            match self.together(session, range.clone()).await {
                Ok(verdicts) => part.verdicts.extend(verdicts),
                Err(Refused::All(error)) => {
                    part.stopped = Some(error);
                    break;
                }
                Err(Refused::Unknown(verdicts, error)) => {
                    part.verdicts.extend(verdicts);
                    part.stopped = Some(error);
                    break;
                }
                Err(Refused::Some(error)) if range.len() == 1 => part.verdicts.push(Verdict::Failed(error)),
                Err(Refused::Some(_)) => {
                    let middle = range.start + range.len() / 2;
                    open.push(middle..range.end);
                    open.push(range.start..middle);
                }
            }
        }
        part
    }

    async fn together(&self, session: &Session, range: Range<usize>) -> Result<Vec<Verdict>, Refused> {
        let batch = Batch::new(&self.work, &self.items, range)?;
        match transact(session, &self.record, &batch).await {
            Ok(()) => {
                self.record.settle(ImageState::Applied).await;
                Ok(batch.tried().verdicts)
            }
            Err(error) if error.code() == ErrorCode::OutcomeUnknown => {
                let now = now::read(session, self.record.namespace(), &batch.ids()).await.ok();
                let mut verdicts = batch.tried().verdicts;
                match now.and_then(|now| batch.applied(&now)) {
                    Some(true) => {
                        self.record.settle(ImageState::Applied).await;
                        Ok(verdicts)
                    }
                    Some(false) => {
                        self.record.take_back().await;
                        let message = "The answer to a commit was lost, and what was read then shows that it was not applied.";
                        Err(Refused::All(Error::new(ErrorCode::NotPrimary, message)))
                    }
                    None => {
                        self.record.settle(ImageState::Unknown).await;
                        for verdict in &mut verdicts {
                            if matches!(verdict, Verdict::Changed) {
                                *verdict = Verdict::Unknown;
                            }
                        }
                        Err(Refused::Unknown(verdicts, error))
                    }
                }
            }
            Err(error) => {
                self.record.take_back().await;
                Err(error.into())
            }
        }
    }
}

/// Why a batch was not written.
enum Refused {
    /// It is about all documents.
    All(Error),
    /// It may be about some of them.
    Some(Error),
    /// It may have been written.
    Unknown(Vec<Verdict>, Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        if ends_all(&error) { Self::All(error) } else { Self::Some(error) }
    }
}

/// Whether it may pass: a primary may be there again.
pub(super) fn passes(error: &Error) -> bool {
    matches!(error.code(), ErrorCode::NotPrimary | ErrorCode::Unreachable | ErrorCode::Timeout)
}
