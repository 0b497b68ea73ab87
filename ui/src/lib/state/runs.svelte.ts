import type { Namespace } from "$lib/backend";
import type { Many } from "$lib/document/many.svelte";

/** Writes of many documents that were begun: they go on whatever is in front, and their reports wait to be read. */
export class Runs {
  all = $state.raw<readonly Many[]>([]);

  add(many: Many): void {
    if (!this.all.includes(many)) this.all = [...this.all, many];
  }

  /** Its report was read. */
  drop(many: Many): void {
    this.all = this.all.filter((other) => other !== many);
  }

  /** Those of a collection. */
  of(connection: string, { database, collection }: Namespace): readonly Many[] {
    return this.all.filter(
      ({ place }) =>
        place.connection === connection &&
        place.namespace.database === database &&
        place.namespace.collection === collection,
    );
  }
}
