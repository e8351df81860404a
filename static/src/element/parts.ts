/** Finding the parts of an element in the page by what they are for. */

/** The element inside `root` with this `data-role`. Throws when the template has none: a fault of the page. */
export function part<E extends HTMLElement = HTMLElement>(root: ParentNode, role: string): E {
  const found = root.querySelector<E>(`[data-role="${role}"]`);
  if (!found) throw new Error(`the page has no part "${role}"`);
  return found;
}

export function parts<E extends HTMLElement = HTMLElement>(root: ParentNode, role: string): E[] {
  return [...root.querySelectorAll<E>(`[data-role="${role}"]`)];
}

/** All controls inside `root` with this `data-action`. */
export function actions<E extends HTMLElement = HTMLElement>(root: ParentNode, name: string): E[] {
  return [...root.querySelectorAll<E>(`[data-action="${name}"]`)];
}

/** The button that a click meant, and what it is for; null for a click beside all buttons. */
export function pressed(event: Event): [action: string, button: HTMLElement | null] {
  const button = (event.target as Element).closest<HTMLElement>("button[data-action]");
  return [button?.dataset.action ?? "", button];
}

/** Sets the text of `node` only when it differs, so that nothing is announced or laid out again for nothing. */
export function say(node: Element | null | undefined, text: string): void {
  if (node && node.textContent !== text) node.textContent = text;
}

/**
 * The same for a text that changes often and is read, not heard (no live region speaks it): it is changed in its place,
 * which takes the browser two thirds of the time.
 */
export function write(node: Element | null | undefined, text: string): void {
  const only = node?.firstChild;
  if (!(only instanceof Text) || only.nextSibling) say(node, text);
  else if (only.data !== text) only.data = text;
}

/** Makes `node` as wide as the longest of `texts` (one digit to a letter), and so many digits more. */
export function giveRoom(node: HTMLElement, texts: readonly string[], more = 0): void {
  node.style.inlineSize = `${Math.max(...texts.map(({ length }) => length)) + more}ch`;
}

/** The value of a JSON text, or null. */
export function json(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
