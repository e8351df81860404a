/**
 * The service worker, only where a reader has asked for the site to be kept (`element/offline.ts`): everything is kept
 * when it is installed and served from there, so that all pages are of one version. `self.il2site` names the version and
 * its files; the build writes it above this program.
 */
interface Extended {
  waitUntil(done: Promise<unknown>): void;
}
interface Fetched {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface WorkerScope {
  readonly il2site: { readonly version: string; readonly files: readonly string[] };
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(kind: "install" | "activate", does: (event: Extended) => void): void;
  addEventListener(kind: "fetch", does: (event: Fetched) => void): void;
  addEventListener(kind: "message", does: (event: MessageEvent) => void): void;
}

const scope = self as unknown as WorkerScope;
const PREFIX = `il2site ${scope.registration.scope} `;
const CACHE = PREFIX + scope.il2site.version;

scope.addEventListener("install", (event) => event.waitUntil(keepAll()));
scope.addEventListener("activate", (event) => event.waitUntil(forgetOthers().then(() => scope.clients.claim())));
scope.addEventListener("message", ({ data }) => data === "take over" && void scope.skipWaiting());
scope.addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && event.request.url.startsWith(scope.registration.scope)) event.respondWith(answer(event.request));
});

async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(scope.il2site.files.map((file) => new Request(new URL(file, scope.registration.scope), { cache: "no-cache" })));
}

async function forgetOthers(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** A page is asked for with or without its index.html, and with any question behind it. */
async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname.endsWith("/")) url.pathname += "index.html";
  const cache = await caches.open(CACHE);
  return (await cache.match(url.href, { ignoreSearch: true })) ?? fetch(request);
}
