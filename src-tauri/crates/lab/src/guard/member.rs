//! A member's process and what it is told.

use std::time::Duration;

use rustix::process::Signal;
use tokio::process::Child;
use tokio::sync::mpsc;

use super::protocol::{Exit, MemberSignal};
use crate::process;

/// How long a member may take to stop before it is killed.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// What a member's process is told.
#[derive(Clone, Copy, Debug)]
pub(super) enum Order {
    /// End cleanly, or be killed.
    Stop,
    /// Receive a signal.
    Signal(MemberSignal),
}

/// Owns a member's process until it has ended: until it is reaped here, nobody else can have its number.
pub(super) async fn watch(mut child: Child, mut orders: mpsc::UnboundedReceiver<Order>) -> Exit {
    let ended = loop {
        tokio::select! {
            ended = child.wait() => break ended,
            Some(order) = orders.recv() => match order {
                Order::Stop => break stop(&mut child).await,
                Order::Signal(signal) => send(&child, match signal {
                    MemberSignal::Kill => Signal::KILL,
                    MemberSignal::Freeze => Signal::STOP,
                    MemberSignal::Thaw => Signal::CONT,
                }),
            },
        }
    };
    ended.map_or(Exit::Code(-1), Exit::from)
}

/// A frozen process hears that it is to end when it goes on.
async fn stop(child: &mut Child) -> std::io::Result<std::process::ExitStatus> {
    send(child, Signal::TERM);
    send(child, Signal::CONT);
    if let Ok(ended) = tokio::time::timeout(PATIENCE, child.wait()).await {
        return ended;
    }
    let _ = child.start_kill();
    child.wait().await
}

fn send(child: &Child, signal: Signal) {
    if let Some(pid) = child.id() {
        let _ = process::send(pid, signal);
    }
}
