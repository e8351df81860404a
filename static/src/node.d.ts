/** The little of Node that simulate.ts uses. */

declare module "node:readline" {
  export function createInterface(options: { input: unknown; crlfDelay?: number }): AsyncIterable<string>;
}

declare module "node:vm" {
  export function compileFunction(code: string, parameters: readonly string[]): (...values: unknown[]) => unknown;
  export function createContext(globals: object): object;
  export function runInContext(code: string, context: object, options: { timeout?: number }): unknown;
}

declare const process: {
  readonly stdin: unknown;
  readonly stdout: { write(text: string): boolean };
};
