//! A set that runs, and is ours to change.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bson::Document;
use futures_util::future::{join_all, try_join_all};
use trivet_core::{Error, ErrorCode, Result};

use crate::access::Access;
use crate::folder::{Folder, Lasting};
use crate::line::{Line, MemberView};
use crate::member::{Member, host};
use crate::mongod::{Mode, Mongod};
use crate::plan::{Beyond, LabPlan};
use crate::ports::{Ports, port_of};
use crate::process::Process;
use crate::seats::{Seats, newest};
use crate::set;
use crate::start::Starter;
use crate::steps::Steps;
use crate::types::{LabLink, LabMember, LabStepKind, LinkPolicy};

/// How often a start is tried on other ports.
const ATTEMPTS: u32 = 3;

/// A set that is ours.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    pub(crate) plan: Arc<LabPlan>,
    /// Where it is like a set: what it has of that set beyond the plan.
    pub(crate) beyond: Option<Arc<Beyond>>,
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
    /// Who is in the set, as was last seen.
    pub(crate) seats: Seats,
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
            let moved = Moved::from(lasting, &self.ports);
            self.folder.write_lasting(lasting)?;
            let known = self.plan.ids().filter(|id| self.folder.has_data(*id));
            let moving = known.map(async |id| {
                let port = self.ports.own[id as usize];
                (id, starter.move_to(id, port, |place, host| moved.host(place, host)).await)
            });
            // A member that was stopped in its initial sync does not start on its own. It takes the moved
            // configuration from the others, which is the newer one, as long as they are a majority.
            let (mut configs, mut unmoved, mut failed) = (Vec::new(), Vec::new(), Vec::new());
            for (id, moved) in join_all(moving).await {
                match moved {
                    Ok(config) => configs.extend(config),
                    Err(error) => {
                        unmoved.push(id);
                        failed.push(error);
                    }
                }
            }
            // Who is in no set is no part of its majority.
            let seats = newest(configs).map_or_else(
                || self.last_seats(),
                |config| Seats::of(&config, |host| self.ports.id_of(host)),
            );
            let helpless = !seats.elects_without(&unmoved);
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
        let Self { plan, beyond, folder, line, mongod, access, .. } = self;
        Starter { plan, like_a_set: beyond.is_some(), folder, access, mongod, line, steps }
    }

    /// What `replSetInitiate` is given.
    pub(crate) fn config(&self) -> Document {
        let mut config = self.plan.config(&self.ports.hosts());
        if let Some(beyond) = &self.beyond {
            beyond.put_into(&mut config);
        }
        config
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
        let (held, seats) = {
            let marks = self.marks();
            (marks.held.clone(), marks.seats.clone())
        };
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
                in_set: Some(seats.names(id)),
                electable: Some(seats.is_electable(id)),
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

    /// Who is in the set now, by the newest configuration that one of the lab's mongods has. Where none of those that run has
    /// one: as was last seen, for those that do not run may have.
    pub(crate) async fn seats(&self) -> Result<Seats> {
        let members = self.clients()?;
        if let Some(config) = set::present_config(&members).await {
            self.marks().seats = Seats::of(&config, |host| self.ports.id_of(host));
        }
        Ok(self.last_seats())
    }

    /// Looks who is in the set now, and tells those who attach where it is to be found then.
    pub(crate) async fn look(&self) -> Result<()> {
        let before = self.uri();
        self.seats().await?;
        let now = self.uri();
        if now == before { Ok(()) } else { self.line.ready(now, self.mongod.to_string()).await }
    }

    /// Who is in the set, as was last seen.
    pub(crate) fn last_seats(&self) -> Seats {
        self.marks().seats.clone()
    }

    /// The set's connection string; before somebody has initiated it, that of the first mongod alone.
    pub(crate) fn uri(&self) -> String {
        let hosts: Vec<String> = self.last_seats().ids().map(|id| self.ports.host(id)).collect();
        if hosts.is_empty() {
            return self.access.uri_of_one(&self.ports.host(0));
        }
        self.access.uri(&self.plan.name, &hosts)
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

/// Where members are to be found now, by where they were found before.
struct Moved<'a> {
    past: BTreeMap<u16, u32>,
    ports: &'a Ports,
}

impl<'a> Moved<'a> {
    /// From the ports of all starts until now to those of this one, which are kept among them from now on.
    fn from(lasting: &mut Lasting, ports: &'a Ports) -> Self {
        let mut past = lasting.past.clone();
        past.extend(by_port(&Ports::last(lasting)));
        lasting.past.clone_from(&past);
        lasting.past.extend(by_port(ports));
        Self { past, ports }
    }

    /// The present host of what the configuration has at a host. Where nothing is known of before (the lab's record was lost),
    /// each member is taken for the one that has its number.
    fn host(&self, place: Option<usize>, before: &str) -> Option<String> {
        if self.past.is_empty() {
            return self.ports.hosts().get(place?).cloned();
        }
        let id = *self.past.get(&port_of(before)?)?;
        let (name, _) = before.rsplit_once(':')?;
        let now = self.ports.host(id);
        let (_, port) = now.rsplit_once(':')?;
        Some(format!("{name}:{port}"))
    }
}

fn by_port(Ports { own, links }: &Ports) -> impl Iterator<Item = (u16, u32)> {
    let with_ids = |ports: &Vec<u16>| ports.clone().into_iter().zip(0..);
    with_ids(own).chain(with_ids(links))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_moved_is_found_by_every_port_it_has_had_whatever_its_number_in_the_set() {
        let mut lasting = Lasting { ports: vec![11, 12, 13], ..Lasting::default() };
        lasting.past.insert(1, 0);
        let ports = Ports { own: vec![21, 22, 23], links: Vec::new() };
        let moved = Moved::from(&mut lasting, &ports);
        assert_eq!(moved.host(Some(7), "127.0.0.1:13"), Some("127.0.0.1:23".to_owned()));
        assert_eq!(moved.host(Some(1), "localhost:1"), Some("localhost:21".to_owned()), "of long ago");
        assert_eq!(moved.host(Some(1), "127.0.0.1:99"), None, "none of the lab's");
        assert_eq!(moved.host(Some(1), "elsewhere:12"), None);
        assert_eq!(lasting.past.get(&23), Some(&2), "for the next time");
    }

    #[test]
    fn without_a_record_each_is_the_one_with_its_number() {
        let ports = Ports { own: vec![21, 22], links: Vec::new() };
        let moved = Moved::from(&mut Lasting::default(), &ports);
        assert_eq!(moved.host(Some(1), "127.0.0.1:13"), Some("127.0.0.1:22".to_owned()));
        assert_eq!(moved.host(Some(2), "127.0.0.1:13"), None);
    }
}
