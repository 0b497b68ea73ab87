//! Where members listen, and where they are reached.

use trivet_core::Result;

use crate::folder::Lasting;
use crate::member::host;
use crate::plan::LabPlan;
use crate::start::choose_ports;

/// The ports of all members, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ports {
    /// Where each member's process listens.
    pub(crate) own: Vec<u16>,
    /// Where the link before each member listens; none in a lab without links.
    pub(crate) links: Vec<u16>,
}

impl Ports {
    /// Those of the last start.
    pub(crate) fn last(lasting: &Lasting) -> Self {
        Self { own: lasting.ports.clone(), links: lasting.link_ports.clone() }
    }

    /// Those of the last start where they are still free, else others.
    pub(crate) fn choose(lasting: &Lasting, plan: &LabPlan) -> Result<Self> {
        let members = plan.members.len();
        let links = if plan.links { members } else { 0 };
        let mut own = lasting.ports.clone();
        own.truncate(members);
        // A place is kept for each member, so that links find their own again.
        own.resize(members, 0);
        own.extend(&lasting.link_ports);
        let mut own = choose_ports(&own, members + links)?;
        let links = own.split_off(members);
        Ok(Self { own, links })
    }

    /// `127.0.0.1:port` as in the set's configuration.
    pub(crate) fn host(&self, id: u32) -> String {
        host(*self.links.get(id as usize).unwrap_or(&self.own[id as usize]))
    }

    /// The same of all members.
    pub(crate) fn hosts(&self) -> Vec<String> {
        let ports = if self.links.is_empty() { &self.own } else { &self.links };
        ports.iter().map(|port| host(*port)).collect()
    }
}
