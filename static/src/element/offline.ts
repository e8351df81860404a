/**
 * Keeping the whole site on the reader's device, when they ask for it: only on the web (never from disk), never in a
 * frame. When a newer version has been fetched the page says so, and shows it when asked.
 */
import { actions, part, say } from "./parts.ts";

export function offline(): void {
  const [button] = actions<HTMLButtonElement>(document, "offline");
  if (!button) return;
  if (!isPossible()) return void (button.hidden = true);
  const url = new URL(button.dataset.worker ?? "", location.href);
  button.addEventListener("click", () => void toggle(button, url));
  void navigator.serviceWorker.getRegistration(url).then((registration) => registration && watch(button, registration));
}

function isPossible(): boolean {
  return window.top === window && location.protocol.startsWith("http") && window.isSecureContext && "serviceWorker" in navigator;
}

async function toggle(button: HTMLButtonElement, url: URL): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration(url);
  const done = registration ? leave(button, registration) : keep(button, url);
  await done.catch(() => tell("The site could not be kept here."));
}

async function keep(button: HTMLButtonElement, url: URL): Promise<void> {
  tell("Fetching every page …");
  const registration = await navigator.serviceWorker.register(url);
  await settled(registration);
  watch(button, registration);
  tell("The whole site is kept on this device.");
}

/** Installed, or failed: then `ready` would wait for ever. */
function settled({ installing }: ServiceWorkerRegistration): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!installing) return resolve();
    installing.addEventListener("statechange", () => {
      if (installing.state === "activated") resolve();
      if (installing.state === "redundant") reject(new Error("the worker could not be installed"));
    });
  });
}

async function leave(button: HTMLButtonElement, registration: ServiceWorkerRegistration): Promise<void> {
  await registration.unregister();
  const names = (await caches.keys()).filter((name) => name.startsWith(`il2site ${registration.scope} `));
  await Promise.all(names.map((name) => caches.delete(name)));
  button.setAttribute("aria-pressed", "false");
  tell("The site is no longer kept on this device.");
}

function watch(button: HTMLButtonElement, registration: ServiceWorkerRegistration): void {
  button.setAttribute("aria-pressed", "true");
  const offer = (): void => {
    if (registration.waiting && navigator.serviceWorker.controller) offerUpdate(registration.waiting);
  };
  const follow = (): void => registration.installing?.addEventListener("statechange", offer);
  registration.addEventListener("updatefound", follow);
  follow(); // it may have been found before this page listened
  offer();
}

function offerUpdate(waiting: ServiceWorker): void {
  const [button] = actions<HTMLButtonElement>(document, "update");
  if (!button || !button.hidden) return;
  button.hidden = false;
  tell("A newer version of this site has been fetched.");
  button.addEventListener("click", () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
    waiting.postMessage("take over");
  });
}

function tell(words: string): void {
  say(part(document, "offline-said"), words);
}
