// Every operation, once. This file is included where something is made of the list, each time with a macro
// `operations!` of the place's own: the core's table, the window's commands and permissions, and the HTTP route.
//
// `reads` asks, `changes` writes; a read-only connection takes only the first. Types are named as the core
// and the lab export them.
operations! {
    engine {
        /// The program and how it was started.
        [reads] app_info() -> AppInfo;
        /// Writes several documents one after the other, each guarded by itself.
        [changes] bulk(request: BulkRequest) -> BulkReport;
        /// Ends a query that runs, here and on the server.
        [reads] cancel_query(request: CancelRequest) -> Cancelled;
        /// Looks up what became of a save whose outcome is not known.
        [changes] check_draft(request: DraftRequest) -> Checked;
        /// Finds out what became of a write whose outcome is not known.
        [reads] check_write(request: CheckWriteRequest) -> CheckedWrite;
        /// The collections and views of a database, by name.
        [reads] collections(request: CollectionsRequest) -> Vec<Collection>;
        /// Unsaved changes beside what was read and what stands there now.
        [reads] compare_draft(request: DraftRequest) -> Comparison;
        /// The open connections.
        [reads] connections() -> Vec<Connection>;
        /// A value as one of another type, and what is lost.
        [reads] convert_value(request: ConvertValueRequest) -> Converted;
        /// How many documents there are.
        [reads] count(request: CountRequest) -> Count;
        /// Makes a collection, and with it its database where there is none.
        [changes] create_collection(request: CreateCollectionRequest) -> CollectionNamed;
        /// The databases of a connection, by name.
        [reads] databases(request: DatabasesRequest) -> Vec<Database>;
        /// Deletes one document.
        [changes] delete_document(request: DeleteRequest) -> Written;
        /// Forgets the unsaved changes of a document.
        [changes] discard_draft(request: DraftRequest) -> ();
        /// The unsaved changes of a document, if there are any.
        [reads] draft(request: DraftRequest) -> Unsaved;
        /// Every document with unsaved changes, those edited last first.
        [reads] drafts(request: DraftsRequest) -> Vec<Draft>;
        /// Drops a collection, for good.
        [changes] drop_collection(request: DropCollectionRequest) -> Dropped;
        /// Drops a database with all that is in it, for good.
        [changes] drop_database(request: DropDatabaseRequest) -> Dropped;
        /// What would go with a collection or a database.
        [reads] drop_preview(request: DropPreviewRequest) -> DropPreview;
        /// Edits a document; nothing is sent before it is saved.
        [changes] edit_document(request: EditRequest) -> Unsaved;
        /// What a view had cut off.
        [reads] expand(request: ExpandRequest) -> Expanded;
        /// What happened to a replica set lately, as one document that may be given away.
        [reads] export_incident(request: ExportIncidentRequest) -> Incident;
        /// One measurement of the stopwatch as a file of its own.
        [reads] export_measurement(request: ExportMeasurementRequest) -> MeasurementText;
        /// The filter that finds documents by a value.
        [reads] filter_by_value(request: FilterByValueRequest) -> FilterText;
        /// One page of documents as text.
        [reads] find_text(request: FindTextRequest) -> TextPage;
        /// Forgets before-images for good: of one write, or of all.
        [changes] forget_history(request: ForgetHistoryRequest) -> ForgottenHistory;
        /// Forgets a measurement of the stopwatch for good.
        [changes] forget_measurement(request: ForgetMeasurementRequest) -> ();
        /// One document, for the inspector.
        [reads] get_document(request: GetRequest) -> DocumentView;
        /// One document as text.
        [reads] get_text(request: GetTextRequest) -> DocumentText;
        /// What is watched of a connection's replica set, and from when on something is an alert.
        [reads] health_settings(request: HealthSettingsRequest) -> HealthSettings;
        /// What was written to a connection, the latest first.
        [reads] history(request: HistoryRequest) -> History;
        /// The documents of one write, before and after it.
        [reads] history_images(request: HistoryImagesRequest) -> HistoryImages;
        /// Inserts one document.
        [changes] insert(request: InsertRequest) -> Written;
        /// Inserts several documents, all or none.
        [changes] insert_many(request: InsertManyRequest) -> Inserted;
        /// Which collections have a name or a UUID, as a majority of the members has it.
        [reads] locate_collections(request: LocateCollectionsRequest) -> Vec<LocatedCollection>;
        /// How many documents many writes would be about, exactly, and whether Undo reaches them.
        [changes] measure_many(request: MeasureManyRequest) -> ManyMeasure;
        /// One measurement of the stopwatch, whole.
        [reads] measurement(request: MeasurementRequest) -> FailoverMeasurement;
        /// What the stopwatch has measured before, the newest first, without the single writes.
        [reads] measurements(request: MeasurementsRequest) -> Vec<FailoverMeasurement>;
        /// Puts unsaved changes upon the document as it stands now.
        [changes] merge_draft(request: MergeRequest) -> Unsaved;
        /// Changes one document by a patch, or by update operators.
        [changes] patch(request: PatchRequest) -> Written;
        /// What an operation on a replica set would do, as things are now.
        [reads] plan_operation(request: PlanOperationRequest) -> OperationPlan;
        /// What many writes would do: how many documents, and some of them before and after.
        [changes] preview_many(request: PreviewManyRequest) -> ManyPreview;
        /// Reads an incident that was exported before.
        [reads] read_incident(request: ReadIncidentRequest) -> Incident;
        /// Whether the connection's database can be used now.
        [reads] ready(request: ReadyRequest) -> Ready;
        /// Gives a collection another name.
        [changes] rename_collection(request: RenameCollectionRequest) -> CollectionNamed;
        /// Puts another document in a document's place.
        [changes] replace(request: ReplaceRequest) -> Written;
        /// The figures of a connection's replica set over the last minutes and hours.
        [reads] replica_history(request: ReplicaHistoryRequest) -> ReplicaHistory;
        /// The state of a connection's replica set now.
        [reads] replica_snapshot(request: ReplicaRequest) -> ReplicaSnapshot;
        /// What has happened to a connection's replica set, the newest first.
        [reads] replica_timeline(request: TimelineRequest) -> ReplicaTimeline;
        /// Saves the unsaved changes of a document, as one.
        [changes] save_draft(request: SaveDraftRequest) -> Written;
        /// The fields that a sample of a collection's documents have.
        [reads] sample_fields(request: SampleFieldsRequest) -> SampledFields;
        /// Sets what is watched of a connection's replica set: a matter of this program, that a read-only connection takes too.
        [reads] set_health_settings(request: SetHealthSettingsRequest) -> HealthSettings;
        /// What would undo one document of a write, as changes that are not saved.
        [changes] undo_as_draft(request: UndoAsDraftRequest) -> Unsaved;
        /// Changes values of one document and nothing else in it.
        [changes] update(request: UpdateRequest) -> Written;
    }
    lab {
        /// Lets something happen to one member of a local set: it is killed, frozen, held back, left behind.
        [changes] lab_fault(request: LabFaultRequest) -> LabStatus = fault;
        /// Ends whatever was done to a local set, and waits until all members follow it again.
        [changes] lab_heal(request: LabRequest) -> LabStatus = heal;
        /// Stops a local set and removes all that it has kept, for good.
        [changes] lab_remove(request: LabRequest) -> () = remove;
        /// Cuts links between members of a local set, slows them down, or mends them.
        [changes] lab_set_links(request: LabLinkRequest) -> LabStatus = set_links;
        /// Starts one member that was stopped.
        [changes] lab_start_member(request: LabMemberRequest) -> LabStatus = start_member;
        /// One local set and its members.
        [reads] lab_status(request: LabRequest) -> LabStatus = status;
        /// Stops a local set; what it keeps is kept.
        [changes] lab_stop(request: LabRequest) -> LabStatus = stop;
        /// Stops one member as a person would: cleanly.
        [changes] lab_stop_member(request: LabMemberRequest) -> LabStatus = stop_member;
        /// Every local set that was made, the usual one first.
        [reads] labs() -> Vec<LabStatus> = all;
    }
    streams {
        /// One page of documents: the documents as they come, then how the page ended.
        [reads] find(request: FindRequest) -> PageEnd => RowBatch;
        /// Runs a scenario on a local set, and tells meanwhile what Health says of each step.
        [changes] lab_scenario(request: LabScenarioRequest) -> ScenarioReport => ScenarioStep;
        /// Starts a local set, one that is there or one as a plan has it, and tells the steps meanwhile.
        [changes] lab_start(request: LabStartRequest) -> LabStatus => LabStep;
        /// Carries out an operation on a lab like a connection's replica set, which is removed then, and tells meanwhile how it goes.
        [changes] rehearse_operation(request: RehearseOperationRequest) -> RehearsalReport => RehearsalStep;
        /// Carries out an operation on a replica set step by step, and tells how it goes meanwhile.
        [changes] run_operation(request: RunOperationRequest) -> OperationReport => OperationProgress;
        /// Measures for how long writes are away, with small writes of its own, and tells how it goes meanwhile.
        [changes] measure_failover(request: MeasureFailoverRequest) -> FailoverMeasurement => FailoverProgress;
        /// Undoes a write where its documents still are as it left them, and tells how far it is meanwhile.
        [changes] undo(request: UndoRequest) -> UndoReport => UndoProgress;
        /// Tells every new state of a connection's replica set from now on.
        [reads] watch_replica(request: ReplicaRequest) -> () => ReplicaChanged;
        /// Changes, deletes or inserts many documents in batches, and tells how far it is meanwhile.
        [changes] write_many(request: ManyRequest) -> ManyReport => ManyProgress;
    }
    // Opening connections, settings and the clipboard belong to the person at the machine: over HTTP they would
    // lend the machine's place in the network, and its files, to whoever holds the token.
    desktop {
        clipboard_offer,
        clipboard_text,
        connect,
        disconnect,
        discover_local,
        forget_recent,
        recent_connections,
        rest_serve,
        rest_start,
        rest_status,
        rest_stop,
        save_incident,
        save_measurement,
        save_settings,
        settings,
        unwatch_replica,
    }
}
