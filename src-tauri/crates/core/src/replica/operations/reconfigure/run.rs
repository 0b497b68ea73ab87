//! Takes the steps, with a client of its own for each member.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bson::Document;
use futures_util::future::join_all;

use super::{Chain, WITHIN};
use crate::{
    Result,
    connection::Direct,
    replica::{
        OperationProgress, OperationReport,
        config::{self, Patience, Run},
        operations::scene::{Hands, Scene},
    },
};

/// So long after the time that a change was given, a member answers.
const BEYOND: Duration = Duration::from_secs(5);

/// Takes the steps.
pub(in crate::replica::operations) async fn run(
    hands: &Hands,
    scene: &Scene,
    chain: &Chain,
    stopped: impl Fn() -> bool + Send + Sync,
    tell: &mut (impl FnMut(OperationProgress) -> bool + Send),
) -> OperationReport {
    let members = Members { hands, scene, known: Mutex::default() };
    let steps = Run {
        ask: &members,
        current: &chain.current,
        steps: &chain.steps,
        primary: chain.primary.clone(),
        patience: Patience::default(),
    };
    let report = steps.run(|step| _ = tell(step), stopped).await;
    members.close().await;
    report
}

/// Clients of the members that were asked, each made once.
struct Members<'h> {
    hands: &'h Hands,
    scene: &'h Scene,
    known: Mutex<HashMap<String, Arc<Direct>>>,
}

impl Members<'_> {
    fn client(&self, host: &str) -> Result<Arc<Direct>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(member) = known.get(host) {
            return Ok(Arc::clone(member));
        }
        let member = Arc::new(self.hands.member(self.scene, host)?);
        known.insert(host.to_owned(), Arc::clone(&member));
        Ok(member)
    }

    async fn close(self) {
        let known = self.known.into_inner().unwrap_or_else(PoisonError::into_inner);
        join_all(known.values().map(|member| member.close())).await;
    }
}

impl config::Ask for Members<'_> {
    async fn ask(&self, host: &str, command: Document) -> Result<Document> {
        let within = command.get_i64("maxTimeMS").ok().and_then(|ms| u64::try_from(ms).ok());
        let within = within.map_or(WITHIN, |ms| Duration::from_millis(ms) + BEYOND);
        self.client(host)?.ask(&command, within).await
    }
}
