/** Reads what a picture shows. */

/** Texts in the order of drawing. */
export function texts(svg: string): string[] {
  const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) =>
    text!.replace(/&([\w#]+);/g, (_, name) => entities[name]!)
  );
}

/** Corners in pixels of every path that is stroked in a colour, as drawn: `M` and `L` in absolute or relative form. */
export function strokes(svg: string, color: string): [number, number][][] {
  return [...svg.matchAll(/<path d="([^"]*)"([^>]*)>/g)]
    .filter(([, , rest]) => rest!.includes(`stroke="${color}"`))
    .map(([, d]) => corners(d!));
}

function corners(d: string): [number, number][] {
  const found: [number, number][] = [];
  for (const [, letter, x, y] of d.matchAll(/([MLl])(-?[\d.]+)[ ,]?(-?[\d.]+)/g)) {
    const [lastX, lastY] = letter === "l" ? found.at(-1)! : [0, 0];
    found.push([lastX + Number(x), lastY + Number(y)]);
  }
  return found;
}
