//! The operations that the window shares with every other door: one adapter each, made from the list.

use tauri::State;
use trivet_core::{
    Engine,
    catalog::{
        Collection, CollectionNamed, CollectionsRequest, CreateCollectionRequest, Database, DatabasesRequest,
        DropCollectionRequest, DropDatabaseRequest, DropPreview, DropPreviewRequest, Dropped,
        LocateCollectionsRequest, LocatedCollection, RenameCollectionRequest, SampleFieldsRequest,
        SampledFields,
    },
    connection::{CancelRequest, Cancelled, Connection, Ready, ReadyRequest},
    document::{
        BulkReport, BulkRequest, CheckWriteRequest, Checked, CheckedWrite, Comparison, ConvertValueRequest,
        Count, CountRequest, DeleteRequest, DocumentText, DocumentView, Draft, DraftRequest, DraftsRequest,
        EditRequest, ExpandRequest, Expanded, FilterByValueRequest, FilterText, FindTextRequest,
        ForgetHistoryRequest, ForgottenHistory, GetRequest, GetTextRequest, History, HistoryImages,
        HistoryImagesRequest, HistoryRequest, InsertManyRequest, InsertRequest, Inserted, ManyMeasure,
        ManyPreview, MeasureManyRequest, MergeRequest, PatchRequest, PreviewManyRequest, ReplaceRequest,
        SaveDraftRequest, TextPage, UndoAsDraftRequest, Unsaved, UpdateRequest, Written,
    },
    program::AppInfo,
    replica::{
        ExportIncidentRequest, ExportMeasurementRequest, FailoverMeasurement, ForgetMeasurementRequest,
        HealthSettings, HealthSettingsRequest, Incident, MeasurementRequest, MeasurementText,
        MeasurementsRequest, OperationPlan, PlanOperationRequest, ReadIncidentRequest, ReplicaHistory,
        ReplicaHistoryRequest, ReplicaRequest, ReplicaSnapshot, ReplicaTimeline, SetHealthSettingsRequest,
        TimelineRequest,
    },
    value::typed::Converted,
};
use trivet_lab::{LabFaultRequest, LabLinkRequest, LabMemberRequest, LabRequest, LabStatus, Labs};

use super::Answer;

macro_rules! operations {
    (
        engine { $($(#[$about:meta])* [$effect:ident] $call:ident($($argument:ident: $request:ty)?) -> $outcome:ty;)* }
        lab { $($(#[$lab_about:meta])* [$lab_effect:ident] $lab:ident($($lab_argument:ident: $lab_request:ty)?) -> $lab_outcome:ty = $method:ident;)* }
        streams $streams:tt
        desktop $desktop:tt
    ) => {
        $(
            $(#[$about])*
            #[tauri::command]
            #[specta::specta]
            pub(crate) async fn $call(engine: State<'_, Engine>, $($argument: $request)?) -> Answer<$outcome> {
                Ok(engine.$call($($argument)?).await?)
            }
        )*
        $(
            $(#[$lab_about])*
            #[tauri::command]
            #[specta::specta]
            pub(crate) async fn $lab(labs: State<'_, Labs>, $($lab_argument: $lab_request)?) -> Answer<$lab_outcome> {
                Ok(labs.$method($($lab_argument)?).await?)
            }
        )*
    };
}

include!("../../crates/core/src/operation/list.rs");
