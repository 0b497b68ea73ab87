/**
 * Opens a dialog as a modal, which keeps the focus inside it; taking it away gives the focus back to where it was.
 *
 * To be attached to a `<dialog>` whose presence in the page means that it is open. The focus begins on the
 * first of these selectors that finds something, else where the browser puts it.
 */
export function modal(...first: readonly string[]): (dialog: HTMLDialogElement) => () => void {
  return (dialog) => {
    const before = document.activeElement;
    dialog.showModal();
    first
      .map((selector) => dialog.querySelector<HTMLElement>(selector))
      .find((found) => found !== null)
      ?.focus();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  };
}
