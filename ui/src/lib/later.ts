import { t } from "$lib/messages";
import { toasts } from "$lib/state";

/** Fetches a part of the window that the first paint can do without, and says so where it does not come. */
export async function later<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    toasts.show("error", t.frame.partMissing);
    throw error;
  }
}
