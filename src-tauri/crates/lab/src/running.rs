//! A set that runs, and is ours to change.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{join_all, try_join_all};
use trivet_core::{Error, ErrorCode, Result};

use crate::access::Access;
use crate::folder::{Folder, Lasting};
use crate::line::{Line, MemberView};
use crate::member::{Member, host};
use crate::mongod::{Mode, Mongod};
use crate::plan::LabPlan;
use crate::ports::Ports;
use crate::process::Process;
use crate::start::Starter;
use crate::steps::Steps;
use crate::types::{LabLink, LabMember, LabStepKind, LinkPolicy};

/// How often a start is tried on other ports.
const ATTEMPTS: u32 = 3;

/// A set that is ours.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    pub(crate) plan: Arc<LabPlan>,
    pub(crate) folder: Folder,
    pub(crate) line: Arc<Line>,
    pub(crate) mongod: Mongod,
    pub(crate) access: Access,
    pub(crate) ports: Ports,
    pub(crate) marks: Arc<Mutex<Marks>>,
}

/// What was done to the set and cannot be read off its processes.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// The links that do not let everything through, by caller and called.
    pub(crate) links: BTreeMap<(Option<u32>, u32), LinkPolicy>,
    /// The members that are held back.
    pub(crate) held: BTreeSet<u32>,
}

impl Running {
    /// Starts all members, on other ports where somebody listens on those of the last start.
    pub(crate) async fn start(&mut self, lasting: &mut Lasting, steps: &Steps<'_>) -> Result<Vec<Member>> {
        let mut attempt = 1;
        loop {
            self.ports = Ports::choose(lasting, &self.plan)?;
            match self.start_on_ports(lasting, steps).await {
                // Somebody took a port between our look and mongod's.
                Err(error) if error.code() == ErrorCode::Conflict && attempt < ATTEMPTS => {
                    for id in self.plan.ids().filter(|id| self.pid(*id).is_some()) {
                        self.line.stop(id).await?;
                    }
                    attempt += 1;
                }
                done => return done,
            }
        }
    }

    async fn start_on_ports(&self, lasting: &mut Lasting, steps: &Steps<'_>) -> Result<Vec<Member>> {
        // Before any member: one that cannot reach itself by its host says that it was removed from the set.
        self.open_links(steps).await?;
        let starter = self.starter(steps);
        let (last, hosts) = (Ports::last(lasting), self.ports.hosts());
        if last.hosts() != hosts {
            let known = self.plan.ids().filter(|id| self.folder.has_data(*id));
            let moves = known.map(|id| starter.move_to(id, self.ports.own[id as usize], &hosts));
            // A member that was stopped in its initial sync does not start on its own. It takes the moved
            // configuration from the others, which is the newer one, as long as they are a majority.
            let failed: Vec<Error> = join_all(moves).await.into_iter().filter_map(Result::err).collect();
            let helpless = failed.len() > self.plan.members.len() / 2;
            if let Some(error) =
                failed.into_iter().find(|error| helpless || error.code() == ErrorCode::Conflict)
            {
                return Err(error);
            }
        }
        if last != self.ports {
            lasting.ports.clone_from(&self.ports.own);
            lasting.link_ports.clone_from(&self.ports.links);
            self.folder.write_lasting(lasting)?;
        }
        let starts = self.plan.ids().map(|id| starter.start(id, self.ports.own[id as usize], Mode::Member));
        try_join_all(starts).await
    }

    async fn open_links(&self, steps: &Steps<'_>) -> Result<()> {
        for (id, port) in (0..).zip(&self.ports.links) {
            let target = self.ports.own[id as usize];
            let words = format!("link to member {id}: {} -> {}", host(*port), host(target));
            let step = steps.begin(LabStepKind::OpenLink, words);
            self.line.open_link(id, *port, target).await?;
            step.done();
        }
        Ok(())
    }

    /// Starts one member on its port, as a member of the set.
    pub(crate) async fn start_one(&self, id: u32, steps: &Steps<'_>) -> Result<Member> {
        self.starter(steps).start(id, self.ports.own[id as usize], Mode::Member).await
    }

    fn starter<'a>(&'a self, steps: &'a Steps<'a>) -> Starter<'a> {
        let Self { plan, folder, line, mongod, access, .. } = self;
        Starter { plan, folder, access, mongod, line, steps }
    }

    /// A member's process, if it runs.
    pub(crate) fn pid(&self, id: u32) -> Option<u32> {
        match self.line.member(id) {
            Some(MemberView::Running(pid)) => Some(pid),
            Some(MemberView::Exited(_)) | None => None,
        }
    }

    /// A member's process is there and does not answer.
    pub(crate) fn is_frozen(&self, id: u32) -> bool {
        self.pid(id).is_some_and(Process::is_frozen)
    }

    /// Nothing keeps members from each other but that some are stopped.
    pub(crate) fn undisturbed(&self) -> bool {
        self.marks().links.is_empty() && !self.plan.ids().any(|id| self.is_frozen(id))
    }

    pub(crate) fn members(&self) -> Vec<LabMember> {
        let held = self.marks().held.clone();
        let member = |id: u32| {
            let pid = self.pid(id);
            LabMember {
                id,
                host: self.ports.host(id),
                address: host(self.ports.own[id as usize]),
                running: pid.is_some(),
                frozen: self.is_frozen(id),
                held_back: pid.is_some() && held.contains(&id),
                pid,
            }
        };
        self.plan.ids().map(member).collect()
    }

    /// The links that do not let everything through.
    pub(crate) fn links(&self) -> Vec<LabLink> {
        let link = |(&(from, to), &policy): (&(Option<u32>, u32), &LinkPolicy)| LabLink { from, to, policy };
        self.marks().links.iter().map(link).collect()
    }

    pub(crate) fn marks(&self) -> MutexGuard<'_, Marks> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A client of one member.
    pub(crate) fn client(&self, id: u32) -> Result<Member> {
        Member::new(id, self.ports.own[id as usize], &self.access)
            .map_err(|refusal| Error::internal(refusal.reason))
    }

    /// Clients of the members that run and answer.
    pub(crate) fn clients(&self) -> Result<Vec<Member>> {
        let answering = self.plan.ids().filter(|id| self.pid(*id).is_some() && !self.is_frozen(*id));
        answering.map(|id| self.client(id)).collect()
    }

    /// Of some members those that may become primary, the first choice first.
    pub(crate) fn electable(&self, members: &[Member]) -> Vec<Member> {
        let plan = |member: &Member| &self.plan.members[member.id as usize];
        let mut electable: Vec<Member> =
            members.iter().filter(|member| plan(member).is_electable()).cloned().collect();
        electable.sort_by_key(|member| Reverse(plan(member).priority));
        electable
    }

    /// Some members have votes enough to elect.
    pub(crate) fn is_majority(&self, members: &[Member]) -> bool {
        let votes: u32 = members.iter().map(|member| self.plan.members[member.id as usize].votes).sum();
        votes >= self.plan.majority()
    }

    /// The set's connection string.
    pub(crate) fn uri(&self) -> String {
        self.access.uri(&self.plan.name, &self.ports.hosts())
    }

    /// The id, where there is such a member.
    pub(crate) fn known(&self, id: u32) -> Result<u32> {
        if self.plan.ids().contains(&id) {
            return Ok(id);
        }
        Err(Error::new(ErrorCode::NotFound, format!("The lab has no member {id}.")))
    }

    /// Adds to an error of the set which members have ended meanwhile, and the end of a log: that of the first
    /// one that ended, else of the first member.
    pub(crate) fn explain(&self, error: Error) -> Error {
        let mut message = error.to_string();
        let mut quoted = 0;
        for id in self.plan.ids().rev() {
            if let Some(MemberView::Exited(exit)) = self.line.member(id) {
                message = format!("{message} Member {id} {exit}.");
                quoted = id;
            }
        }
        let message = format!("{message}\nThe end of member {quoted}'s log:");
        let (log, output) = (self.folder.log(quoted), self.folder.output(quoted));
        Error::new(error.code(), crate::start::with_log(message, &log, &output))
    }
}
