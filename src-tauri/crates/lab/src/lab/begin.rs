//! How a lab starts, and how it is removed.

use std::sync::{Arc, Mutex};

use tokio::time::Instant;
use trivet_core::{Error, ErrorCode, Result};

use super::{Lab, Phase, held};
use crate::PATIENCE;
use crate::access::{Access, Secret};
use crate::folder::{Folder, Lasting};
use crate::line::{Line, Opened};
use crate::member::{Member, Refusal, Role};
use crate::plan::{Beyond, LabPlan, USUAL_LAB};
use crate::ports::Ports;
use crate::running::{Marks, Running};
use crate::seats::Seats;
use crate::start::until;
use crate::steps::Steps;
use crate::types::LabStepKind;
use crate::{seed, set};

impl Lab {
    /// What the lab is made of: as it was made, else as is asked, else, for the usual one, as usual.
    pub(super) fn plan(&self, asked: Option<LabPlan>) -> Result<LabPlan> {
        let name = &self.0.name;
        if let Some(asked) = &asked {
            asked.check()?;
        }
        let folder = self.folder();
        let is_made = folder.exists();
        let Lasting { plan, .. } = folder.lasting();
        match (plan.or_else(|| (is_made && name == USUAL_LAB).then(LabPlan::default)), asked) {
            (Some(made), Some(asked)) if made != asked => {
                Err(Error::new(ErrorCode::Conflict, format!("The lab \"{name}\" is made of something else."))
                    .with_hint("Start it as it is, remove it first, or choose another name."))
            }
            (Some(plan), _) | (None, Some(plan)) => Ok(plan),
            (None, None) if name == USUAL_LAB => Ok(LabPlan::default()),
            (None, None) => Err(not_found(name)),
        }
    }

    pub(super) async fn begin(
        &self,
        plan: LabPlan,
        beyond: Option<Beyond>,
        steps: &Steps<'_>,
    ) -> Result<Phase> {
        let config = &self.0.config;
        let folder = self.folder().prepare(plan.ids())?;
        let step = steps.begin(LabStepKind::FindMongod, "mongod --version");
        let mongod = config.mongod.find().await?;
        step.done();
        let temporary = config.temporary || plan.temporary;
        let Some(line) = self.open(&folder, temporary).await? else { return Ok(Phase::Attached(folder)) };
        let mut lasting = folder.lasting();
        if lasting.plan.is_none() {
            lasting.plan = Some(plan.clone());
            lasting.password = plan.authentication.then(Secret::password).transpose()?;
            folder.write_lasting(&lasting)?;
        }
        let access = Access::prepare(&plan, &folder, lasting.password.clone(), steps)?;
        let mut running = Running {
            marks: Arc::new(Mutex::new(Marks { seats: Seats::planned(&plan), ..Marks::default() })),
            plan: Arc::new(plan),
            beyond: beyond.map(Arc::new),
            folder,
            line: Arc::new(line),
            mongod,
            access,
            ports: Ports::default(),
        };
        let members = running.start(&mut lasting, steps).await?;
        let fresh = set::configure(&members, &running.plan, running.config(), steps).await;
        let fresh = fresh.map_err(|error| running.explain(error))?;
        let seats = running.seats().await?;
        let seeds = config.seed && running.plan.initiated && (fresh || !lasting.seeded);
        // A set that was given away to members that are none of the lab's elects without it, or not at all.
        let furnished = seats.is_majority(&members);
        if furnished {
            let furnishing = running.furnish(&seats.electable(&members), seeds, steps).await;
            furnishing.map_err(|error| running.explain(error))?;
        }
        if seeds && furnished {
            lasting.seeded = true;
            running.folder.write_lasting(&lasting)?;
        }
        running.line.ready(running.uri(), running.mongod.to_string()).await?;
        Ok(Phase::Running(Box::new(running)))
    }

    /// Takes the folder. None where another process runs the lab, once its set takes writes.
    async fn open(&self, folder: &Folder, temporary: bool) -> Result<Option<Line>> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Opened::Ours(line) = Line::open(&self.0.config.guard, folder, temporary).await? {
                return Ok(Some(line));
            }
            // The other one starts (wait for its set), runs (attach) or stops (then the folder is free).
            let before = folder.run();
            let settled = until(deadline, || match folder.run() {
                Some(run) if run.uri.is_some() => Some(true),
                run => (run.is_none() && before.is_some()).then_some(false),
            });
            match settled.await {
                Some(true) => return Ok(None),
                Some(false) => {}
                None => return Err(held(before.as_ref())),
            }
        }
    }

    /// Stops the lab and removes all that it has kept.
    ///
    /// Where there is nothing of it, nothing is done. Errors: [`ErrorCode::Conflict`] where another process runs it.
    pub async fn remove(&self) -> Result<()> {
        let _turn = self.0.turn.lock().await;
        self.stop_now().await?;
        let folder = self.folder();
        if !folder.path().is_dir() {
            return Ok(());
        }
        // A guard takes the folder, and removes it as it does that of a lab that is thrown away: nobody can start it meanwhile.
        match Line::open(&self.0.config.guard, &folder, true).await? {
            Opened::Ours(line) => line.end().await,
            Opened::Held => Err(held(folder.run().as_ref())),
        }
    }
}

impl Running {
    /// Waits for a primary and makes what a new set has. A primary that goes away meanwhile, for one of a higher priority or
    /// because a loaded machine held its heartbeats up, is followed by another try.
    async fn furnish(&self, electable: &[Member], seeds: bool, steps: &Steps<'_>) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let mut again = false;
        loop {
            let primary = set::elect(electable, steps).await?;
            match self.furnish_by(primary, seeds, again, steps).await {
                Ok(()) => return Ok(()),
                Err((what, refusal)) if Instant::now() > deadline => {
                    return Err(set::refused(primary, what, &refusal));
                }
                // Still the primary: it means it.
                Err((what, refusal))
                    if primary.role().await == Role::Primary && !refusal.is_of_no_primary() =>
                {
                    return Err(set::refused(primary, what, &refusal));
                }
                Err(_) => again = true,
            }
        }
    }

    async fn furnish_by(
        &self,
        primary: &Member,
        seeds: bool,
        again: bool,
        steps: &Steps<'_>,
    ) -> Result<(), (&'static str, Refusal)> {
        let made = self.access.make_root(primary, steps).await;
        made.map_err(|refusal| ("refuses the root user", refusal))?;
        if seeds {
            let (database, collection) = (seed::DATABASE, seed::COLLECTION);
            let command = format!("db.getSiblingDB('{database}').{collection}.insertMany([...])");
            let step = steps.begin(LabStepKind::Seed, command);
            let filled = seed::fill(primary.client(), again).await;
            step.done();
            filled.map_err(|refusal| ("refuses the sample data", refusal))?;
        }
        Ok(())
    }
}

fn not_found(name: &str) -> Error {
    Error::new(ErrorCode::NotFound, format!("There is no lab \"{name}\"."))
        .with_hint("Start one with a plan.")
}
