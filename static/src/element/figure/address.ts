/** Where the page of a figure lies, for the links and frames of others, and how a text gets into the reader's clipboard. */
import { publicAddress } from "../../figure/share.ts";

/** The place on the web of a page that this page calls `relative`; null while this page lies on a disk only. */
export function onTheWeb(relative: string): string | null {
  const canonical = document.querySelector<HTMLLinkElement>('link[rel="canonical"]')?.href ?? null;
  const here = publicAddress(withoutTail(location.href), canonical);
  return here === null ? null : withoutTail(new URL(relative, here).href);
}

/** This page wherever it lies. */
export function thisPage(): string {
  return onTheWeb("") ?? withoutTail(location.href);
}

function withoutTail(address: string): string {
  return address.replace(/[?#].*$/s, "");
}

/** Whether `text` is in the reader's clipboard now; pages from disk and in frames are often refused. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
