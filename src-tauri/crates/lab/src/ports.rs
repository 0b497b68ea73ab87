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

    /// The member that a host of the configuration leads to: a person may have written it as `localhost`, or past its link.
    pub(crate) fn id_of(&self, host: &str) -> Option<u32> {
        let port = port_of(host)?;
        let at = |ports: &[u16]| ports.iter().position(|known| *known == port);
        u32::try_from(at(&self.own).or_else(|| at(&self.links))?).ok()
    }

    /// The same of all members.
    pub(crate) fn hosts(&self) -> Vec<String> {
        let ports = if self.links.is_empty() { &self.own } else { &self.links };
        ports.iter().map(|port| host(*port)).collect()
    }
}

/// The port of a host of this machine.
pub(crate) fn port_of(host: &str) -> Option<u16> {
    let (name, port) = host.rsplit_once(':')?;
    ["127.0.0.1", "localhost"].contains(&name).then(|| port.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_known_by_its_port_on_this_machine_its_own_and_its_links() {
        let ports = Ports { own: vec![1, 2], links: vec![3, 4] };
        assert_eq!(ports.id_of("127.0.0.1:4"), Some(1));
        assert_eq!(ports.id_of("localhost:1"), Some(0));
        assert_eq!(ports.id_of("127.0.0.1:5"), None);
        assert_eq!(ports.id_of("elsewhere:1"), None);
    }
}
