//! Every operation of the core through one route, with the same JSON as the window's commands.

use axum::{extract::State, http::StatusCode};
use futures_util::{StreamExt as _, stream};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use trivet_core::{
    Error, ErrorCode, Result,
    catalog::{
        CollectionsRequest, CreateCollectionRequest, DatabasesRequest, DropCollectionRequest,
        DropDatabaseRequest, DropPreviewRequest, LocateCollectionsRequest, RenameCollectionRequest,
        SampleFieldsRequest,
    },
    connection::{CancelRequest, ConnectionId, ReadyRequest},
    document::{
        BulkRequest, CheckWriteRequest, ConvertValueRequest, CountRequest, DeleteRequest, DraftRequest,
        DraftsRequest, EditRequest, ExpandRequest, FilterByValueRequest, FindRequest, FindTextRequest,
        ForgetHistoryRequest, GetRequest, GetTextRequest, HistoryImagesRequest, HistoryRequest,
        InsertManyRequest, InsertRequest, ManyProgress, ManyRequest, MeasureManyRequest, MergeRequest,
        PageEnd, PatchRequest, PreviewManyRequest, ReplaceRequest, RowBatch, SaveDraftRequest,
        UndoAsDraftRequest, UndoProgress, UndoRequest, UpdateRequest,
    },
    operation::operation,
    replica::{
        ExportIncidentRequest, ExportMeasurementRequest, FailoverProgress, ForgetMeasurementRequest,
        HealthSettingsRequest, MeasureFailoverRequest, MeasurementRequest, MeasurementsRequest,
        OperationProgress, PlanOperationRequest, ReadIncidentRequest, ReplicaHistoryRequest, ReplicaRequest,
        RunOperationRequest, SetHealthSettingsRequest, TimelineRequest,
    },
};
use trivet_lab::{
    LabFaultRequest, LabLinkRequest, LabMemberRequest, LabRequest, LabScenarioRequest, LabStartRequest,
    LabStatus, LabStep, RehearsalReport, RehearsalStep, RehearseOperationRequest, ScenarioReport,
    ScenarioStep,
};

use super::{Reply, json, text_of};
use crate::{
    api::Api,
    body::Text,
    params::{At, OperationName},
    streams::{Line, WAITING, lines, received},
};

/// The most lines that a page can have, one for each document and one for its end. They may all wait for a slow reader,
/// being 2 MiB together: no query is held up by one.
const PAGE_LINES: usize = 1_001;

/// Carries out an operation by its name.
pub(crate) async fn call(
    State(api): State<Api>,
    At(ConnectionId(connection)): At,
    OperationName(name): OperationName,
    body: Text,
) -> Reply {
    let operation = operation(&name)
        .ok_or_else(|| Error::new(ErrorCode::NotFound, format!("There is no operation {name:?}.")))?;
    api.engine.admit(operation)?;
    let request = Request { connection, body: body.json()? };
    dispatch(&api, operation.name, &request).await
}

/// The request of an operation, not yet of its type.
struct Request {
    connection: String,
    body: String,
}

impl Request {
    /// The request as the operation's own type; the connection of the address may be left out of it.
    fn read<T: DeserializeOwned>(&self) -> Result<T> {
        let text = if self.body.trim().is_empty() { "{}" } else { &self.body };
        let unreadable =
            |error: serde_json::Error| Error::invalid(format!("The request cannot be read: {error}."));
        // Documents and values are texts inside it, so that nothing of them is lost on the way through this map.
        let mut fields: Map<String, Value> = serde_json::from_str(text).map_err(unreadable)?;
        let connection = Value::String(self.connection.clone());
        if *fields.entry("connection").or_insert_with(|| connection.clone()) != connection {
            return Err(Error::invalid("The request names another connection than the address."));
        }
        serde_json::from_value(Value::Object(fields)).map_err(unreadable)
    }
}

fn reply<T: Serialize>(outcome: &T) -> Reply {
    Ok(json(StatusCode::OK, text_of(outcome)?))
}

macro_rules! operations {
    (
        engine { $($(#[$about:meta])* [$effect:ident] $call:ident($($argument:ident: $request:ty)?) -> $outcome:ty;)* }
        lab { $($(#[$lab_about:meta])* [$lab_effect:ident] $lab:ident($($lab_argument:ident: $lab_request:ty)?) -> $lab_outcome:ty = $method:ident;)* }
        streams { $($(#[$stream_about:meta])* [$stream_effect:ident] $stream:ident $stream_parameters:tt -> $stream_outcome:ty => $item:ty;)* }
        desktop $desktop:tt
    ) => {
        /// One arm for each operation that both doors have; one without an adapter does not compile.
        async fn dispatch(api: &Api, name: &str, request: &Request) -> Reply {
            match name {
                $(stringify!($call) => reply(&api.engine.$call($(request.read::<$request>()?)?).await?),)*
                $(stringify!($lab) => reply(&api.labs.$method($(request.read::<$lab_request>()?)?).await?),)*
                $(stringify!($stream) => $stream(api, request).await,)*
                _ => Err(Error::internal(format!("The operation {name:?} has no adapter.")).into()),
            }
        }
    };
}

include!("../../../core/src/operation/list.rs");

/// Finds a page; the documents are the items, as they come. What fails before the first of them has a status of its own.
/// A caller who goes away ends the query.
async fn find(api: &Api, request: &Request) -> Reply {
    let (engine, request) = (api.engine.clone(), request.read::<FindRequest>()?);
    let (sender, mut receiver) = mpsc::channel::<Result<Line<RowBatch, PageEnd>>>(PAGE_LINES);
    let api = api.clone();
    tokio::spawn(async move {
        let tell = |batch| sender.try_send(Ok(Line::Item(batch))).is_ok();
        let last = tokio::select! {
            outcome = engine.find(request, tell) => outcome.map(Line::Outcome),
            () = sender.closed() => return,
            () = api.closed() => Err(closing()),
        };
        // A caller who went away hears no outcome.
        let _ = sender.send(last).await;
    });
    first_and_rest(receiver.recv().await, receiver)
}

/// Answers with lines as they come. What fails before the first of them has a status of its own.
fn first_and_rest<I, O>(first: Option<Result<Line<I, O>>>, rest: mpsc::Receiver<Result<Line<I, O>>>) -> Reply
where
    I: Serialize + Send + 'static,
    O: Serialize + Send + 'static,
{
    let first = match first {
        Some(Err(error)) => return Err(error.into()),
        first => first,
    };
    let all = stream::iter(first)
        .chain(received(rest))
        .map(|line| line.unwrap_or_else(|error| Line::Error(error.into())));
    Ok(lines(all.map(|line| line.text())))
}

/// Runs a scenario; its steps are the items. It goes on when the caller goes away, and heals the set.
async fn lab_scenario(api: &Api, request: &Request) -> Reply {
    let (labs, request) = (api.labs.clone(), request.read::<LabScenarioRequest>()?);
    let states = api.engine.replica_states(request.replica())?;
    streamed(api, async move |sender| {
        let steps = sender.clone();
        let tell =
            move |step: ScenarioStep| drop(steps.try_send(Line::<_, ScenarioReport>::Item(step).text()));
        // On its own: a listener that closes ends the telling, and leaves no set broken.
        let played = tokio::spawn(async move { labs.play(request, states, tell).await });
        played.await.unwrap_or_else(|_| Err(closing()))
    })
}

/// Starts a local set; the steps are the items. It goes on when the caller goes away.
async fn lab_start(api: &Api, request: &Request) -> Reply {
    let (labs, request) = (api.labs.clone(), request.read::<LabStartRequest>()?);
    streamed(api, async move |sender| {
        let steps = sender.clone();
        let tell = move |step: LabStep| drop(steps.try_send(Line::<_, LabStatus>::Item(step).text()));
        labs.start(request, tell).await
    })
}

/// Carries out an operation on a replica set; how it goes are the items. A caller who goes away lets no more of it begin.
async fn run_operation(api: &Api, request: &Request) -> Reply {
    let (engine, request) = (api.engine.clone(), request.read::<RunOperationRequest>()?);
    told(api, async move |tell: Tell<OperationProgress>| engine.run_operation(request, tell).await).await
}

/// Measures for how long writes are away; how it goes are the items. A caller who goes away ends it.
async fn measure_failover(api: &Api, request: &Request) -> Reply {
    let (engine, request) = (api.engine.clone(), request.read::<MeasureFailoverRequest>()?);
    told(api, async move |tell: Tell<FailoverProgress>| engine.measure_failover(request, tell).await).await
}

/// Carries an operation out on a lab like the set; how far it is are the items. A caller who goes away ends it.
async fn rehearse_operation(api: &Api, request: &Request) -> Reply {
    let (labs, engine) = (api.labs.clone(), api.engine.clone());
    let request = request.read::<RehearseOperationRequest>()?;
    told::<_, RehearsalReport, _>(api, async move |tell: Tell<RehearsalStep>| {
        labs.rehearse(&engine, request, tell).await
    })
    .await
}

/// Undoes a write; how far it is are the items. A caller who goes away lets no more of it begin.
async fn undo(api: &Api, request: &Request) -> Reply {
    let (engine, request) = (api.engine.clone(), request.read::<UndoRequest>()?);
    told(api, async move |tell: Tell<UndoProgress>| engine.undo(request, tell).await).await
}

/// Writes many documents; how far it is are the items. A caller who goes away lets no more of it begin.
async fn write_many(api: &Api, request: &Request) -> Reply {
    let (engine, request) = (api.engine.clone(), request.read::<ManyRequest>()?);
    told(api, async move |tell: Tell<ManyProgress>| engine.write_many(request, tell).await).await
}

/// Hears how far something is, and answers whether anybody still wants it.
type Tell<P> = Box<dyn FnMut(P) -> bool + Send>;

/// Answers with how far `work` is, and its outcome as the last line. It counts as a stream while it goes on.
async fn told<P, O, F>(api: &Api, work: impl FnOnce(Tell<P>) -> F + Send + 'static) -> Reply
where
    P: Serialize + Send + 'static,
    O: Serialize + Send + 'static,
    F: Future<Output = Result<O>> + Send + 'static,
{
    let room = api.room_for_a_stream()?;
    let (sender, mut receiver) = mpsc::channel::<Result<Line<P, O>>>(WAITING);
    let api = api.clone();
    tokio::spawn(async move {
        let heard = sender.clone();
        let tell = move |progress| {
            let told = heard.try_send(Ok(Line::Item(progress)));
            !matches!(told, Err(mpsc::error::TrySendError::Closed(_)))
        };
        let last = tokio::select! {
            outcome = work(Box::new(tell)) => outcome.map(Line::Outcome),
            () = api.closed() => Err(closing()),
        };
        // A caller who went away hears no outcome.
        let _ = sender.send(last).await;
        drop(room);
    });
    first_and_rest(receiver.recv().await, receiver)
}

/// Tells the states of a replica set; it ends when the connection is closed.
async fn watch_replica(api: &Api, request: &Request) -> Reply {
    let (engine, request) = (api.engine.clone(), request.read::<ReplicaRequest>()?);
    streamed(api, async move |sender| {
        engine
            .watch_replica(request, |changed| {
                !matches!(
                    sender.try_send(Line::<_, ()>::Item(changed).text()),
                    Err(mpsc::error::TrySendError::Closed(_))
                )
            })
            .await
    })
}

/// Answers with the items that `work` sends, and its outcome as the last line.
fn streamed<O, F>(api: &Api, work: impl FnOnce(mpsc::Sender<String>) -> F + Send + 'static) -> Reply
where
    O: Serialize + Send + 'static,
    F: Future<Output = Result<O>> + Send + 'static,
{
    let room = api.room_for_a_stream()?;
    let (sender, receiver) = mpsc::channel(WAITING);
    let api = api.clone();
    tokio::spawn(async move {
        let last = tokio::select! {
            outcome = work(sender.clone()) => match outcome {
                Ok(outcome) => Line::<(), O>::Outcome(outcome),
                Err(error) => Line::Error(error.into()),
            },
            () = api.closed() => Line::Error(closing().into()),
        };
        // A caller who went away hears no outcome.
        let _ = sender.send(last.text()).await;
        drop(room);
    });
    Ok(lines(received(receiver)))
}

fn closing() -> Error {
    Error::new(ErrorCode::Cancelled, "The listener closes.")
}
