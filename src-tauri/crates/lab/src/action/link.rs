//! Cuts links, slows them down, and mends them.

use trivet_core::{Error, ErrorCode, Result};

use crate::guard::callers;
use crate::running::Running;
use crate::steps::Steps;
use crate::types::{LabLink, LabStepKind, LinkPolicy};

/// The longest delay of a piece, milliseconds.
const LONGEST_DELAY_MS: u32 = 10_000;

impl Running {
    pub(super) async fn set_links(&self, links: Vec<LabLink>, steps: &Steps<'_>) -> Result<()> {
        if !self.plan.links && !links.is_empty() {
            return Err(Error::new(
                ErrorCode::Unsupported,
                "The members of this lab have no links that could be cut.",
            )
            .with_hint("Make a lab whose plan asks for links."));
        }
        let mut each = Vec::new();
        for link in links {
            each.extend(self.each_way(link)?);
        }
        for link in each {
            self.set_link(link, steps).await?;
        }
        Ok(())
    }

    /// A link as the guard knows it: for every caller by itself, where callers can be told apart.
    fn each_way(&self, link: LabLink) -> Result<Vec<LabLink>> {
        let LabLink { from, to, policy } = link;
        self.known(to)?;
        if let LinkPolicy::Delay { ms } = policy
            && !(1..=LONGEST_DELAY_MS).contains(&ms)
        {
            return Err(Error::invalid(format!("A delay is between 1 and {LONGEST_DELAY_MS} ms.")));
        }
        match from {
            Some(from) if self.known(from)? == to => {
                Err(Error::invalid(format!("Member {from} cannot be cut from itself.")))
            }
            Some(_) if !callers::KNOWN => {
                let message =
                    "This system does not tell who calls: a member can be cut from all others only.";
                Err(Error::new(ErrorCode::Unsupported, message).with_hint("Leave `from` out."))
            }
            None if callers::KNOWN => {
                let callers = self.plan.ids().filter(|caller| *caller != to);
                Ok(callers.map(|caller| LabLink { from: Some(caller), ..link }).collect())
            }
            Some(_) | None => Ok(vec![link]),
        }
    }

    pub(super) async fn set_link(&self, link: LabLink, steps: &Steps<'_>) -> Result<()> {
        let LabLink { from, to, policy } = link;
        let step = steps.begin(LabStepKind::SetLink, in_words(link));
        self.line.set_link(from, to, policy).await?;
        let mut marks = self.marks();
        if policy == LinkPolicy::Pass {
            marks.links.remove(&(from, to));
        } else {
            marks.links.insert((from, to), policy);
        }
        drop(marks);
        step.done();
        Ok(())
    }
}

/// What is done to a link, for which there is no command.
fn in_words(LabLink { from, to, policy }: LabLink) -> String {
    let from = from.map_or_else(|| "all".to_owned(), |from| from.to_string());
    match policy {
        LinkPolicy::Pass => format!("mend {from} -> {to}"),
        LinkPolicy::Refuse => format!("cut {from} -> {to} (refuse)"),
        LinkPolicy::BlackHole => format!("cut {from} -> {to} (black hole)"),
        LinkPolicy::Delay { ms } => format!("slow {from} -> {to} ({ms} ms)"),
    }
}
