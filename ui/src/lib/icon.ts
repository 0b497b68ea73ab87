import type { IconNode } from "lucide";

const SVG = "http://www.w3.org/2000/svg";
const drawn = new WeakMap<IconNode, DocumentFragment>();

/** Puts the shapes of an icon into an `svg` element: made once for each icon, and copied. */
export function draw(icon: IconNode): (svg: SVGElement) => void {
  return (svg) => svg.replaceChildren(shapesOf(icon).cloneNode(true));
}

function shapesOf(icon: IconNode): DocumentFragment {
  const known = drawn.get(icon);
  if (known) return known;
  const shapes = document.createDocumentFragment();
  for (const [name, attributes] of icon) {
    const shape = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, String(value));
    shapes.append(shape);
  }
  drawn.set(icon, shapes);
  return shapes;
}
