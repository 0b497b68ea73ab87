//! The lab of a rehearsal: made like the set, and removed.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bson::Document;
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};
use trivet_core::connection::{ConnectRequest, ConnectTarget, ConnectionId, DisconnectRequest, Environment};
use trivet_core::replica::{Original, SetOperation};
use trivet_core::{Engine, EngineConfig, Error, ErrorCode, Result, Startup, USUAL_PORT};

use super::cast::{Cast, needed};
use super::telling::Telling;
use crate::PATIENCE;
use crate::lab::Lab;
use crate::labs::Labs;
use crate::member::number;
use crate::plan::{LabMemberPlan, LabPlan, Likeness, members};
use crate::types::{LabStatus, RehearsalStep, StandIn};

/// How often it is looked whether a guard has ended.
const AGAIN: Duration = Duration::from_millis(100);

/// A lab for one rehearsal, with an engine of its own. It is removed when this is closed, or dropped.
pub(super) struct Stage {
    labs: Labs,
    pub(super) lab: Lab,
    name: String,
    engine: Option<(Engine, ConnectionId)>,
    closed: bool,
}

/// What a lab that was made is.
pub(super) struct Made {
    /// Who stands for whom.
    pub(super) cast: Cast,
    /// What is not as in the set.
    pub(super) remarks: Vec<String>,
}

impl Stage {
    /// A name that no lab has. Nothing is started.
    pub(super) fn new(labs: &Labs) -> Result<Self> {
        let (name, lab) = labs.lab_to_rehearse()?;
        Ok(Self { labs: labs.clone(), lab, name, engine: None, closed: false })
    }

    /// The engine and its connection to the lab.
    pub(super) fn engine(&self) -> Result<(&Engine, &ConnectionId)> {
        let open = self.engine.as_ref().ok_or_else(|| Error::internal("The lab was not started."))?;
        Ok((&open.0, &open.1))
    }

    /// Starts the lab and makes it as the set is; without a set, as many mongods as are to become one.
    pub(super) async fn make<T: FnMut(RehearsalStep) -> bool + Send>(
        &mut self,
        set: Option<&Original>,
        operation: &SetOperation,
        telling: &Telling<T>,
    ) -> Result<Made> {
        let likeness = self.likeness(set, operation)?;
        let (plan, beyond) = (likeness.plan.clone(), likeness.beyond.clone());
        let status = self.lab.start_like(plan, beyond, |step| telling.lab(step)).await?;
        if status.attached {
            return Err(Error::new(ErrorCode::Conflict, "Another process runs the lab of this rehearsal."));
        }
        let mut made = cast(set, likeness, &status);
        self.connect(&status).await?;
        if let Some(set) = set {
            self.settle(set, &mut made, telling).await?;
        }
        Ok(made)
    }

    fn likeness(&self, set: Option<&Original>, operation: &SetOperation) -> Result<Likeness> {
        match (set, operation) {
            (Some(set), _) => {
                let config = set.configuration.clone().unwrap_or_default();
                let (spares, needed) = (spares_for(&config, operation), needed(operation, &config));
                LabPlan::like(set, self.name.clone(), spares, &needed)
            }
            (None, SetOperation::Initiate { members, .. }) => {
                let members = vec![LabMemberPlan::default(); members.len()];
                let (initiated, temporary) = (false, true);
                let plan =
                    LabPlan { name: self.name.clone(), members, initiated, temporary, ..LabPlan::default() };
                Ok(Likeness { plan, ..Likeness::default() })
            }
            (None, _) => Err(Error::internal("There is nothing to make a lab after.")),
        }
    }

    async fn connect(&mut self, status: &LabStatus) -> Result<()> {
        let uri = status.uri.clone().ok_or_else(|| Error::internal("The lab does not run."))?;
        let engine = Engine::new(EngineConfig {
            data_dir: Path::new(&status.data_dir).join("rehearsed"),
            clock: Arc::new(SystemTime::now),
            startup: Startup::Nothing,
            local_port: USUAL_PORT,
            read_only: false,
        });
        let request = ConnectRequest {
            target: ConnectTarget::Lab { uri },
            name: Some(status.set_name.clone()),
            environment: Some(Environment::Local),
            read_only: Some(false),
            undo: Some(false),
        };
        let connection = engine.connect(request).await?;
        self.engine = Some((engine, connection.id));
        Ok(())
    }

    /// Removes the lab with all that was kept of it.
    pub(super) async fn close(mut self) -> Result<()> {
        self.closed = true;
        let engine = self.engine.take();
        close(self.labs.clone(), self.lab.clone(), self.name.clone(), engine).await
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Without a runtime the program itself ends, and its labs with it.
        if let (false, Ok(runtime)) = (self.closed, Handle::try_current()) {
            let engine = self.engine.take();
            runtime.spawn(close(self.labs.clone(), self.lab.clone(), self.name.clone(), engine));
        }
    }
}

async fn close(labs: Labs, lab: Lab, name: String, engine: Option<(Engine, ConnectionId)>) -> Result<()> {
    if let Some((engine, connection)) = engine {
        // It is gone in any case.
        let _ = engine.disconnect(DisconnectRequest { connection }).await;
    }
    // A start that was given up may have a guard that is still about to end, which holds the folder until then.
    let deadline = Instant::now() + PATIENCE;
    let removed = loop {
        match lab.remove().await {
            Err(error) if error.code() == ErrorCode::Conflict && Instant::now() < deadline => {
                sleep(AGAIN).await;
            }
            removed => break removed,
        }
    };
    labs.forget(&name);
    removed
}

/// How many hosts an operation names that the set has not.
fn spares_for(set: &Document, operation: &SetOperation) -> usize {
    let mut cast = Cast { set_name: set.get_str("_id").ok().map(str::to_owned), ..Cast::default() };
    for member in members(set) {
        cast.add(member, None);
    }
    cast.operation(operation.clone());
    cast.used
}

fn cast(set: Option<&Original>, likeness: Likeness, status: &LabStatus) -> Made {
    let mut hosts: VecDeque<(u32, String)> =
        status.members.iter().map(|member| (member.id, member.host.clone())).collect();
    let mut cast = Cast {
        set_name: set.and_then(|set| set.now.set_name.clone()),
        lab_name: status.set_name.clone(),
        left_out: likeness.left_out,
        uncopied: likeness.uncopied,
        ..Cast::default()
    };
    for member in &likeness.members {
        let Some(stand_in) = hosts.pop_front() else { break };
        cast.add(member, Some(stand_in));
    }
    cast.spares = hosts.into_iter().map(|(_, host)| host).collect();
    Made { cast, remarks: likeness.remarks }
}

impl Cast {
    /// Somebody stands for a member: itself, where it is only counted how many are needed besides.
    fn add(&mut self, member: &Document, stand_in: Option<(u32, String)>) {
        let host = member.get_str("host").unwrap_or_default().to_owned();
        let id = member.get("_id").and_then(number);
        let (place, stand_in) = match stand_in {
            Some((place, stand_in)) => (i64::from(place), stand_in),
            None => (id.unwrap_or_default(), host.clone()),
        };
        if let Some(id) = id {
            self.ids.insert(id, (place, stand_in.clone()));
        }
        self.parts.push(StandIn { host, stand_in });
    }
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn a_spare_is_needed_for_each_host_that_the_set_has_not_and_none_for_another_name() {
        let set = doc! { "_id": "prod", "members": [
            { "_id": 0, "host": "db1:27017" }, { "_id": 4, "host": "db2:27017" },
        ] };
        let spares = |edits: serde_json::Value| {
            let wish = serde_json::json!({ "kind": "reconfigure", "edits": edits });
            spares_for(&set, &serde_json::from_value(wish).expect("an operation"))
        };
        assert_eq!(spares(serde_json::json!([{ "kind": "add", "member": { "host": "db3" } }])), 1);
        assert_eq!(spares(serde_json::json!([{ "kind": "add", "member": { "host": "db2" } }])), 0);
        let text = "{ _id: 'prod', members: [{ _id: 0, host: 'db1' }, { _id: 4, host: 'db2.lan:27017' }, \
                    { _id: 5, host: 'db3:27017' }] }";
        assert_eq!(spares(serde_json::json!([{ "kind": "document", "text": text }])), 1);
    }
}
