import { announce } from "$lib/announce.svelte";
import { t } from "$lib/messages";

/** Puts a text on the clipboard and says so. Says whether it was possible. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    announce(t.common.copyFailed);
    return false;
  }
  announce(t.common.copied);
  return true;
}
