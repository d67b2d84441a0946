/** Signs on buttons. @module */
import "./dom.ts";

/** Outlines on a square of 24 by 24. */
const paths = {
  train: "M7 4.5v15l12-7.5z",
  pause: "M6.5 5h4v14h-4zM13.5 5h4v14h-4z",
  step: "M6 5v14l9-7zM16.5 5h3v14h-3z",
  episode: "M3 5v14l7.5-7zM11 5v14l7.5-7zM19 5h2.5v14H19z",
  reset: "M12 4a8 8 0 1 1-7.4 5h2.2a6 6 0 1 0 2-2.5L11 8.500H4.500V2l2.900 2.900A8 8 0 0 1 12 4z",
  light: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 2a7 7 0 0 1 0 14z",
} as const;

const svg = "http://www.w3.org/2000/svg";

/** A sign of the colour of the text around it, hidden from those who listen. */
export function icon(name: keyof typeof paths): SVGSVGElement {
  const picture = document.createElementNS(svg, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg, "path");
  path.setAttribute("d", paths[name]);
  path.setAttribute("fill-rule", "evenodd");
  picture.append(path);
  return picture;
}
