/**
 * What the reader has done, kept from visit to visit where the browser allows it, otherwise until the page is left.
 * Merely touching `localStorage` may throw (sandboxed frames), it may be full, and it may hold anything.
 */
const PREFIX = "il2site:";
const memory = new Map<string, string>();

/** The value kept under `key`, or null when there is none or it is not JSON. */
export function recall(key: string): unknown {
  try {
    return JSON.parse(memory.get(key) ?? localStorage.getItem(PREFIX + key) ?? "null");
  } catch {
    return null;
  }
}

export function remember(key: string, value: unknown): void {
  const text = JSON.stringify(value);
  memory.set(key, text);
  try {
    localStorage.setItem(PREFIX + key, text);
  } catch {
    // kept in memory
  }
}

export function forget(key: string): void {
  memory.delete(key);
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // there was nothing to forget
  }
}

/** The keys of everything that is kept. */
export function keptKeys(): string[] {
  return [...new Set([...storedKeys(), ...memory.keys()])].sort();
}

function storedKeys(): string[] {
  try {
    return Object.keys(localStorage).flatMap((key) => (key.startsWith(PREFIX) ? [key.slice(PREFIX.length)] : []));
  } catch {
    return [];
  }
}
