/**
 * Random numbers that are the same in Python (`il2site/model/engine/simulate.py`) and in the browser, so that the still
 * picture of a figure and its live version show the same run.
 *
 * Generator: sfc32 of C. Doty-Humphrey (PractRand), 128 bits of state, seeded through splitmix32.
 */
import { doubled } from "./row.ts";

/** Successive 32-bit words that spread a small seed over the state of the generator. */
function splitmix32(seed: number): () => number {
  let s = seed | 0;
  return () => {
    s = (s + 0x9e3779b9) | 0;
    let z = s ^ (s >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return z ^ (z >>> 15);
  };
}

/** Uniform numbers strictly between 0 and 1, from an integer seed: (word + ½) / 2³². */
export function sfc32(seed: number): () => number {
  const spread = splitmix32(seed);
  // a, b, c and the counter; in an array of integers, because a number kept anywhere else may be boxed
  const s = Int32Array.of(spread(), spread(), spread(), 1);
  const uniform = (): number => {
    const a = s[0]!;
    const b = s[1]!;
    const c = s[2]!;
    const counter = s[3]!;
    const word = (((a + b) | 0) + counter) | 0;
    s[0] = b ^ (b >>> 9);
    s[1] = (c + (c << 3)) | 0;
    s[2] = (((c << 21) | (c >>> 11)) + word) | 0;
    s[3] = (counter + 1) | 0;
    return ((word >>> 0) + 0.5) / 4294967296;
  };
  // the first 12 are thrown away, as the author of the generator advises
  for (let i = 0; i < 12; i++) uniform();
  return uniform;
}

/**
 * The random numbers of the events of a stochastic run, two for each. They follow from the seed alone, and are kept: when a
 * slider makes the same run anew with other settings, they need not be drawn again.
 */
export class Draws {
  /** NaN when the first of them are no longer there. */
  seed: number;
  /** Of each event that is ready: log U, a wait in negative mean waits; and another U, a share of all rates. */
  waits: Float64Array = new Float64Array(FIRST);
  shares: Float64Array = new Float64Array(FIRST);
  ready = 0;
  /** The next of them. */
  drawn = 0;
  private readonly uniform: () => number;

  constructor(seed: number) {
    [this.seed, this.uniform] = [seed, sfc32(seed)];
  }

  /** Where the numbers of the next event stand. */
  next(): number {
    if (this.drawn === this.ready) this.draw();
    return this.drawn++;
  }

  /** As many again as there are; or, after very many, others in their place. */
  private draw(): void {
    if (this.ready === MOST) [this.seed, this.ready, this.drawn] = [NaN, 0, 0];
    else if (this.ready > 0) [this.waits, this.shares] = [doubled(this.waits), doubled(this.shares)];
    for (; this.ready < this.waits.length; this.ready++) {
      this.waits[this.ready] = Math.log(this.uniform());
      this.shares[this.ready] = this.uniform();
    }
  }
}

/** So many are drawn at first: a short run takes hardly more. */
const FIRST = 64;
/** Of so many events of a seed, and of so many seeds, the numbers are kept: 16 MB at most. */
const MOST = 65_536;
const SEEDS = 16;
const kept: Draws[] = [];

/** Those of a seed, from the first on: for one run at a time. */
export function drawsOf(seed: number): Draws {
  const place = Math.abs(seed) % SEEDS;
  if (kept[place]?.seed !== seed) kept[place] = new Draws(seed);
  kept[place].drawn = 0;
  return kept[place];
}
