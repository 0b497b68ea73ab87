import type { Backend } from "./backend";

type Write = (connection: string) => void;

/** A backend that says of every write that it has ended, in whatever way. */
export interface Told {
  backend: Backend;
  /** Hears of every write from now on, by its connection. */
  onWritten: (hear: Write) => void;
}

/** The one place that knows which operations may leave something to undo, or change what there is. */
export function told(backend: Backend): Told {
  const listeners: Write[] = [];

  function tell<Asked extends [{ connection: string }, ...unknown[]], Answer>(
    ask: (...asked: Asked) => Promise<Answer>,
  ): (...asked: Asked) => Promise<Answer> {
    return (...asked) =>
      ask(...asked).finally(() => {
        for (const hear of listeners) hear(asked[0].connection);
      });
  }

  return {
    backend: {
      ...backend,
      bulk: tell(backend.bulk),
      checkDraft: tell(backend.checkDraft),
      checkWrite: tell(backend.checkWrite),
      deleteDocument: tell(backend.deleteDocument),
      forgetHistory: tell(backend.forgetHistory),
      insert: tell(backend.insert),
      insertMany: tell(backend.insertMany),
      patch: tell(backend.patch),
      replace: tell(backend.replace),
      saveDraft: tell(backend.saveDraft),
      undo: tell(backend.undo),
      update: tell(backend.update),
      writeMany: tell(backend.writeMany),
    },
    onWritten: (hear) => listeners.push(hear),
  };
}
