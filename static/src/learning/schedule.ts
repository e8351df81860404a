/**
 * When a question comes back: a day after it was first answered, then after 7 days, then after 30. A missed one comes back
 * in the same sitting, and begins again. Pure; days are texts such as "2026-11-22".
 *
 * What is kept of it (`storage.ts`, under `review:` and the key of the question): `{"step": 1, "due": "2026-11-29"}`.
 * `step` counts how often in a row it was known; `due` is null when it need not come back.
 */
export interface Scheduled {
  readonly step: number;
  readonly due: string | null;
}

export const STEPS = [1, 7, 30];

/** A question has been answered for the first time. */
export function begun(today: string): Scheduled {
  return { step: 0, due: later(today, STEPS[0]!) };
}

/** A question has come back, and was known or missed. */
export function reviewed({ step }: Scheduled, wasKnown: boolean, today: string): Scheduled {
  if (!wasKnown) return begun(today);
  const wait = STEPS[step + 1];
  return { step: step + 1, due: wait === undefined ? null : later(today, wait) };
}

export function isDue({ due }: Scheduled, today: string): boolean {
  return due !== null && due <= today;
}

export function later(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** One sitting: the questions that are still to come, and those that were missed in it. */
export interface Sitting {
  readonly queue: readonly string[];
  readonly missed: readonly string[];
}

/** After the first question of `sitting` was known or missed; a missed one goes to the end. */
export function onward({ queue, missed }: Sitting, wasKnown: boolean): Sitting {
  const [first, ...rest] = queue;
  if (first === undefined || wasKnown) return { queue: rest, missed };
  return { queue: [...rest, first], missed: [...missed, first] };
}
