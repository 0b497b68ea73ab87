import type { CollectionKind } from "$lib/backend/bindings";

const kinds: Record<CollectionKind, string> = {
  collection: "collection",
  view: "view",
  timeseries: "time series",
};

export const catalog = {
  menu: (name: string) => `Actions for ${name}`,
  open: "Open",
  newCollection: "New collection…",
  newDatabase: "New database…",
  rename: "Rename…",
  renameCollection: "Rename collection…",
  drop: (kind: CollectionKind) => `Drop ${kinds[kind]}…`,
  dropDatabase: "Drop database…",

  collection: "Collection",
  database: "Database",

  names: {
    ownDatabase: (name: string) => `“${name}” is the server's own.`,
    ownCollection: "Names that begin with “system.” are the server's own.",
    databaseSign: (sign: string) => `A database name cannot hold ${sign}.`,
    collectionSign: (sign: string) => `A collection name cannot hold ${sign}.`,
    space: "a space",
    dots: "It cannot begin or end with a dot.",
    databaseLong: "A database name has at most 63 bytes.",
    long: "Database and collection name together have at most 255 bytes.",
    taken: (name: string) => `“${name}” is there already.`,
    same: "That is its name now.",
  },

  create: {
    title: "New collection",
    titleDatabase: "New database",
    body: (database: string) => `It is made in the database ${database}.`,
    bodyDatabase: "A database begins with its first collection.",
    name: "Name",
    databaseName: "Name of the database",
    firstName: "Name of its first collection",
    options: "Options",
    capped: "Capped: the oldest documents go when there is no more room",
    size: "Size in MiB",
    maxDocuments: "Documents at most",
    maxHint: "Blank for as many as have room.",
    wholeNumber: "A whole number above 0.",
    validator: "Validator",
    validatorHint: "The rule that documents have to fit, in mongosh syntax or as Extended JSON.",
    validatorPlaceholder: '{ $jsonSchema: { required: ["sku"] } }',
    others: "Further options",
    othersHint: "Anything else that create takes, such as collation, timeseries or clusteredIndex.",
    othersPlaceholder: '{ collation: { locale: "de" } }',
    button: "Create",
    done: (name: string) => `Created ${name}.`,
  },

  renaming: {
    title: (name: string) => `Rename ${name}`,
    body: "Programs that ask for it by its old name will find nothing. Undo does not reach this: rename it back.",
    copies:
      "In another database all documents are copied there first. That takes its time, and none may be written meanwhile.",
    unsaved: "Changes in its tab are not saved. Save or discard them first: they belong to the old name.",
    button: "Rename",
    done: (from: string, to: string) => `Renamed ${from} to ${to}.`,
  },

  dropping: {
    title: (kind: CollectionKind) => `Drop ${kinds[kind]}`,
    titleDatabase: "Drop database",
    body: (name: string) => `${name} is dropped with all that is in it.`,
    bodyView: (name: string) =>
      `The view ${name} is dropped. The documents that it shows stay where they are.`,
    noUndo: "Undo does not reach this",
    noUndoBody: "No before-images are kept of a drop. What is gone can come back from a backup only.",
    looking: "Looking at what would go…",
    documents: "Documents",
    about: (count: string) => `about ${count}`,
    indexes: "Indexes",
    size: "On disk",
    collections: "Collections",
    more: (count: string) => `and ${count} more`,
    unknownFigure: "not known",
    unsaved: (count: number) =>
      count === 1
        ? "One change in its tabs is not saved and goes with it."
        : `${count} changes in its tabs are not saved and go with it.`,
    again: "Look again",
    changed: "What would be dropped has changed",
    button: "Drop",
    done: (name: string) => `Dropped ${name}.`,
  },

  outcome: {
    unknown: "Outcome unknown",
    check: "Check",
    notDone: "It was not done",
    notDoneBody: "A majority of the members has everything as it was. It can be tried again.",
  },

  gone: {
    title: (name: string) => `${name} was dropped`,
    body: "This tab shows nothing any more. Undo does not reach a drop.",
    close: "Close tab",
  },
};
