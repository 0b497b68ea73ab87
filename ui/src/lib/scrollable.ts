/** What a keyboard can stop at inside an element. */
const STOPS = "a[href], button, input, select, textarea, [contenteditable], [tabindex]";

/** Lets the keyboard reach an element that scrolls and holds nothing else to stop at: its arrow keys then scroll it. */
export function scrollable(element: HTMLElement): () => void {
  const look = () => {
    const { scrollHeight, clientHeight, scrollWidth, clientWidth } = element;
    const scrolls = scrollHeight > clientHeight || scrollWidth > clientWidth;
    const needed = scrolls && element.querySelector(STOPS) === null;
    if (needed) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  };
  const resized = new ResizeObserver(look);
  resized.observe(element);
  for (const child of element.children) resized.observe(child);
  return () => resized.disconnect();
}
