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

/**
 * Puts a text on the clipboard that is still to be read. Says whether it was possible; a text that could not be read is not.
 *
 * To be called at once when somebody asks: only then a browser lets the clipboard be written, and it waits for the text.
 */
export async function copyWhenRead(text: Promise<string>): Promise<boolean> {
  const plainly = async () => navigator.clipboard.writeText(await text);
  try {
    await whenRead(text).catch(plainly);
    return true;
  } catch {
    return false;
  }
}

async function whenRead(text: Promise<string>): Promise<void> {
  const blob = text.then((read) => new Blob([read], { type: "text/plain" }));
  // Where the text could not be read, the clipboard's own refusal tells it; nobody looks at this one then.
  blob.catch(() => undefined);
  await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
}
