/**
 * A figure as a picture that stands alone: what is shown of it now, read from the page and written as SVG with the colours,
 * sizes and places that the browser gives everything. Words are set to the width that they have on the page, so that
 * another font does not move them.
 */
import { part, parts } from "../parts.ts";

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 24;
const GAP = 16;
/** Pixels of a bitmap for each pixel of the page. */
const SHARPNESS = 2;

/** What a drawn thing looks like, each with the value that needs no saying. */
const LOOKS: Readonly<Record<string, string>> = {
  fill: "rgb(0, 0, 0)", "fill-opacity": "1", "fill-rule": "nonzero", stroke: "none", "stroke-width": "1px", "stroke-opacity": "1",
  "stroke-dasharray": "none", "stroke-linecap": "butt", "stroke-linejoin": "miter", opacity: "1", "paint-order": "normal",
  "vector-effect": "none", visibility: "visible",
};
const NOT_COPIED = /^(class|style|role|tabindex|xmlns.*|data-.*|aria-.*)$/;
const LETTERS = ["font-family", "font-size", "font-weight", "font-style", "text-anchor"];

/** The figure `root` in the theme of the page, with `circumstances`, its origin and its licence below it. */
export function pictureOf(root: HTMLElement, circumstances: string): SVGSVGElement {
  const credit = creditOf(root, circumstances);
  part(root, "figure").append(credit);
  try {
    return stacked(root, [...shownParts(root), credit]);
  } finally {
    credit.remove();
  }
}

/** What belongs into a picture, from top to bottom: heading, stage, plots, sentence, what the drawing leaves out. */
function shownParts(root: HTMLElement): HTMLElement[] {
  const [stages, now] = [root.querySelector<HTMLElement>('[data-role="stages"]'), root.querySelector<HTMLElement>(".figure-now")];
  const words = now && isShown(now) ? [now] : parts(root, "summary");
  const all = [...parts(root, "heading"), ...(stages ? [stages] : []), part(root, "box"), ...words, ...parts(root, "note")];
  return all.filter(isShown);
}

function creditOf(root: HTMLElement, circumstances: string): HTMLElement {
  const credit = document.createElement("div");
  credit.className = "picture-credit";
  for (const text of [circumstances, part(root, "credit").textContent?.trim()]) {
    const line = document.createElement("p");
    line.textContent = text ?? "";
    credit.append(line);
  }
  return credit;
}

function stacked(root: HTMLElement, blocks: readonly HTMLElement[]): SVGSVGElement {
  const picture = document.createElementNS(SVG, "svg");
  const left = part(root, "figure").getBoundingClientRect().left;
  let y = MARGIN;
  for (const block of blocks) {
    const box = block.getBoundingClientRect();
    const group = document.createElementNS(SVG, "g");
    copyInto(group, block, { x: MARGIN - left, y: y - box.top });
    picture.append(group);
    y += box.height + GAP;
  }
  const [width, height] = [Math.ceil(part(root, "figure").clientWidth + 2 * MARGIN), Math.ceil(y - GAP + MARGIN)];
  put(picture, { width, height, viewBox: `0 0 ${width} ${height}` });
  picture.prepend(ground(width, height), titled(root));
  return picture;
}

function ground(width: number, height: number): SVGElement {
  const fill = getComputedStyle(document.body).backgroundColor;
  return put(document.createElementNS(SVG, "rect"), { width, height, fill });
}

function titled(root: HTMLElement): SVGElement {
  const title = document.createElementNS(SVG, "title");
  title.textContent = root.querySelector(".figure-title")?.textContent ?? "";
  return title;
}

interface Shift {
  readonly x: number;
  readonly y: number;
}

/** Draws `node` and all below it into `group`, but nothing to press: drawings as they are, words line by line. */
function copyInto(group: SVGElement, node: Node, shift: Shift): void {
  if (node instanceof Text && node.parentElement && isVisible(node.parentElement)) {
    for (const line of linesOf(node)) group.append(written(line, node.parentElement, shift));
  } else if (node instanceof SVGSVGElement) {
    if (isVisible(node)) group.append(placed(node, shift));
  } else if (node instanceof HTMLElement && isShown(node) && !node.matches("button, label")) {
    node.childNodes.forEach((child) => copyInto(group, child, shift));
  }
}

function isShown(node: HTMLElement): boolean {
  return !node.hidden && !node.classList.contains("visually-hidden") && getComputedStyle(node).display !== "none";
}

function isVisible(node: Element): boolean {
  return node.checkVisibility({ visibilityProperty: true });
}

// --- drawings

function placed(svg: SVGSVGElement, shift: Shift): SVGElement {
  const { left, top, width, height } = svg.getBoundingClientRect();
  const copy = copied(svg) ?? document.createElementNS(SVG, "svg");
  return put(copy, { x: left + shift.x, y: top + shift.y, width, height, overflow: getComputedStyle(svg).overflow });
}

/** `node` and what it holds, with all that style sheets say written out; null when nothing of it is drawn. */
function copied(node: Element): SVGElement | null {
  if (node.namespaceURI !== SVG || getComputedStyle(node).display === "none") return null;
  const copy = document.createElementNS(SVG, node.localName);
  for (const { name, namespaceURI, value } of node.attributes) {
    if (!NOT_COPIED.test(name) && !(name in LOOKS) && !LETTERS.includes(name)) copy.setAttributeNS(namespaceURI, name, value);
  }
  put(copy, looks(node));
  for (const child of node.childNodes) {
    const made = child instanceof Text ? child.cloneNode() : child instanceof Element ? copied(child) : null;
    if (made) copy.append(made);
  }
  return copy.localName === "g" && copy.childNodes.length === 0 ? null : copy;
}

function looks(node: Element): Record<string, string> {
  const style = getComputedStyle(node);
  const isText = node.localName === "text" || node.localName === "tspan";
  const isDrawn = isText || node.childElementCount === 0;
  const names = [...Object.keys(LOOKS).filter((name) => isDrawn || name === "opacity"), ...(isText ? LETTERS : [])];
  const said = names.map((name): [string, string] => [name, style.getPropertyValue(name)]);
  return {
    ...Object.fromEntries(said.filter(([name, value]) => value && value !== LOOKS[name])),
    ...(isText && node.childElementCount === 0 && node instanceof SVGTextContentElement && fitted(node.getComputedTextLength())),
  };
}

// --- words

interface Line {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

/** The lines into which the browser has broken `node`. */
function linesOf(node: Text): Line[] {
  const range = document.createRange();
  const lines: { text: string; left: number; top: number; right: number }[] = [];
  for (const word of node.data.matchAll(/\S+/g)) {
    range.setStart(node, word.index);
    range.setEnd(node, word.index + word[0].length);
    for (const [i, box] of [...range.getClientRects()].entries()) {
      const last = lines.at(-1);
      if (last && Math.abs(last.top - box.top) < 2) Object.assign(last, { text: `${last.text} ${word[0]}`, right: box.right });
      else lines.push({ text: i === 0 ? word[0] : "", left: box.left, top: box.top, right: box.right });
    }
  }
  return lines.filter(({ text }) => text).map(({ text, left, top, right }) => ({ text, left, top, width: right - left }));
}

function written({ text, left, top, width }: Line, parent: Element, shift: Shift): SVGElement {
  const style = getComputedStyle(parent);
  const letters = LETTERS.slice(0, 4).map((name): [string, string] => [name, style.getPropertyValue(name)]);
  const line = document.createElementNS(SVG, "text");
  line.textContent = text;
  const y = top + ascent(style) + shift.y;
  return put(line, { x: left + shift.x, y, fill: style.color, ...Object.fromEntries(letters), ...fitted(width) });
}

/** Makes words as wide as on the page in any font. */
function fitted(width: number): Record<string, string> {
  return width > 0 ? { textLength: width.toFixed(2), lengthAdjust: "spacingAndGlyphs" } : {};
}

/** How far the baseline lies below the top of a line of text. */
function ascent(style: CSSStyleDeclaration): number {
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return parseFloat(style.fontSize);
  pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  return pen.measureText("x").fontBoundingBoxAscent;
}

// --- files

/** `picture`, written by `xml`, as a PNG. */
export async function bitmap(picture: SVGSVGElement, xml: (picture: SVGSVGElement) => string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(xml(picture))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = SHARPNESS * Number(picture.getAttribute("width"));
  canvas.height = SHARPNESS * Number(picture.getAttribute("height"));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("this browser draws no bitmap"))), "image/png"));
}

function put<E extends SVGElement>(node: E, values: Readonly<Record<string, string | number>>): E {
  for (const [name, value] of Object.entries(values)) node.setAttribute(name, String(value));
  return node;
}
