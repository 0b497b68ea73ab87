/** How long the window may stay empty while it waits for what it is to show. */
const WAITS_MS = 400;
const FONTS = ["Inter Variable", "JetBrains Mono Variable"];

let answered: () => void = () => undefined;
const answer = new Promise<void>((resolve) => (answered = resolve));

/** Tells that a view has what it asked for, or knows that it does not get it. Every one does; the first one counts. */
export function firstAnswer(): void {
  answered();
}

/**
 * Shows the page once there is something to see, or after a moment.
 *
 * The first frame is the dearest of all: a tenth of a second where there is no graphics card. Made before the answers are there,
 * it holds them up, and all has to be painted again when they and the fonts have come.
 */
export async function reveal(page: HTMLElement, waitsForAnswer: Promise<boolean>): Promise<void> {
  const fonts = FONTS.map((name) => document.fonts.load(`1em "${name}"`));
  const content = waitsForAnswer.then((waits) => (waits ? answer : undefined));
  const late = new Promise((resolve) => setTimeout(resolve, WAITS_MS));
  await Promise.race([Promise.allSettled([content, ...fonts]), late]);
  page.style.display = "";
}

/** Settles when what is there now has been painted. */
export function painted(): Promise<void> {
  // A frame that is asked for is made before the next task.
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}
