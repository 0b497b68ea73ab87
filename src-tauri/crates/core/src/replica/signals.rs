//! What is computed from the members' replies: a formula a file.

pub(super) mod advice;
pub(super) mod commit;
pub(super) mod lag;
pub(super) mod losses;
pub(super) mod majority;
pub(super) mod oplog;
pub(super) mod rates;
pub(super) mod sight;
pub(super) mod skew;
pub(super) mod voter;
