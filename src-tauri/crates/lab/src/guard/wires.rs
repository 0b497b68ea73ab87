//! The links: a proxy before each member, which lets through what its policy for the caller says.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::callers;
use crate::types::LinkPolicy;

/// How much is carried at once, bytes.
const PIECE: usize = 64 * 1024;

/// All links of a lab.
#[derive(Debug, Default)]
pub(super) struct Wires {
    /// The process of each member that runs.
    pids: Mutex<BTreeMap<u32, u32>>,
    policies: watch::Sender<Policies>,
    /// What listens before each member.
    open: Mutex<BTreeMap<u32, JoinHandle<()>>>,
}

/// What links let through, by caller and called. What is not named lets everything through.
#[derive(Clone, Debug, Default)]
struct Policies(BTreeMap<(Option<u32>, u32), LinkPolicy>);

impl Policies {
    /// A member is never cut from itself: it could not tell who it is. Who is no member is always let through, where one can
    /// tell.
    fn of(&self, caller: Option<u32>, to: u32) -> LinkPolicy {
        let of = |from| self.0.get(&(from, to)).copied();
        let policy = match caller {
            Some(caller) if caller == to => None,
            Some(caller) => of(Some(caller)).or_else(|| of(None)),
            None if callers::KNOWN => None,
            None => of(None),
        };
        policy.unwrap_or_default()
    }
}

impl Wires {
    /// Opens the link before a member: listens on `port` and carries to `target`, in the place of what did before.
    pub(super) fn open(self: &Arc<Self>, member: u32, port: u16, target: u16) -> std::io::Result<()> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let wires = Arc::clone(self);
        let listening = tokio::spawn(async move {
            loop {
                // A refusal of the system (too many open files) passes.
                let Ok((stream, peer)) = listener.accept().await else {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                };
                tokio::spawn(Arc::clone(&wires).connected(stream, peer, member, target));
            }
        });
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = open.insert(member, listening) {
            before.abort();
        }
        Ok(())
    }

    /// Changes what a link lets through. What is for every caller takes the place of what was for some.
    pub(super) fn set(&self, from: Option<u32>, to: u32, policy: LinkPolicy) {
        self.policies.send_modify(|Policies(policies)| {
            if from.is_none() {
                policies.retain(|(_, member), _| *member != to);
            }
            policies.insert((from, to), policy);
        });
    }

    /// A member's process runs, or does not.
    pub(super) fn runs(&self, member: u32, pid: Option<u32>) {
        let mut pids = self.pids.lock().unwrap_or_else(PoisonError::into_inner);
        match pid {
            Some(pid) => drop(pids.insert(member, pid)),
            None => drop(pids.remove(&member)),
        }
    }

    async fn connected(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, to: u32, target: u16) {
        let Ok(own) = stream.local_addr() else { return };
        let pids = self.pids.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let caller = tokio::task::spawn_blocking(move || callers::member_at(peer, own, &pids)).await;
        let passage = Passage { caller: caller.ok().flatten(), to, policies: self.policies.subscribe() };
        passage.carry(stream, target).await;
    }
}

/// One connection over a link.
struct Passage {
    caller: Option<u32>,
    to: u32,
    policies: watch::Receiver<Policies>,
}

impl Passage {
    fn policy(&self) -> LinkPolicy {
        self.policies.borrow().of(self.caller, self.to)
    }

    /// Carries until one end closes, or the link is cut.
    async fn carry(self, near: TcpStream, target: u16) {
        // Else what is cut would end like what is over: an end that hangs is to hear of a reset.
        let _ = near.set_zero_linger();
        if self.policy().cuts() {
            return self.while_it_swallows().await;
        }
        let Ok(far) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).await else { return };
        let _ = far.set_zero_linger();
        let _ = (near.set_nodelay(true), far.set_nodelay(true));
        let ((from_near, to_near), (from_far, to_far)) = (near.into_split(), far.into_split());
        // Both ends live as long as this: dropped sooner, they would be reset where they are to hang.
        let carrying = async { tokio::join!(self.pass(from_near, to_far), self.pass(from_far, to_near)) };
        tokio::pin!(carrying);
        let mut policies = self.policies.clone();
        tokio::select! {
            _ = &mut carrying => return,
            _ = policies.wait_for(|policies| policies.of(self.caller, self.to).cuts()) => {}
        }
        self.while_it_swallows().await;
    }

    /// Waits until the link is no black hole.
    async fn while_it_swallows(&self) {
        let swallows = |policies: &Policies| policies.of(self.caller, self.to) == LinkPolicy::BlackHole;
        let _ = self.policies.clone().wait_for(|policies| !swallows(policies)).await;
    }

    /// Carries one way, each piece as late as the policy says at the time.
    async fn pass(&self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut piece = vec![0; PIECE];
        while let Ok(length @ 1..) = from.read(&mut piece).await {
            if let LinkPolicy::Delay { ms } = self.policy() {
                tokio::time::sleep(Duration::from_millis(ms.into())).await;
            }
            if to.write_all(&piece[..length]).await.is_err() {
                break;
            }
        }
        let _ = to.shutdown().await;
    }
}

impl LinkPolicy {
    /// Nothing comes through.
    fn cuts(self) -> bool {
        matches!(self, Self::Refuse | Self::BlackHole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_cut_from_itself_and_the_policy_for_a_caller_goes_before_that_for_all() {
        let wires = Wires::default();
        wires.set(None, 1, LinkPolicy::Refuse);
        wires.set(Some(2), 1, LinkPolicy::Pass);
        let of = |caller| wires.policies.borrow().of(caller, 1);
        assert_eq!(
            (of(Some(0)), of(Some(1)), of(Some(2))),
            (LinkPolicy::Refuse, LinkPolicy::Pass, LinkPolicy::Pass)
        );
        assert_eq!(of(None), if callers::KNOWN { LinkPolicy::Pass } else { LinkPolicy::Refuse });
        wires.set(None, 1, LinkPolicy::BlackHole);
        assert_eq!(
            of(Some(2)),
            LinkPolicy::BlackHole,
            "what is for all takes the place of what was for some"
        );
        assert_eq!(wires.policies.borrow().of(Some(0), 2), LinkPolicy::Pass);
    }
}
