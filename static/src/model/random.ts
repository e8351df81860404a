/**
 * Random numbers that are the same in Python (`il2site/model/simulate.py`) and in the browser, so that the still
 * picture of a figure and its live version show the same run.
 *
 * Generator: sfc32 of C. Doty-Humphrey (PractRand), 128 bits of state, seeded through splitmix32.
 */

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

/** The raw generator: successive integers in 0 … 2³² − 1. The first 12 are thrown away, as its author advises. */
function words(seed: number): () => number {
  const spread = splitmix32(seed);
  let a = spread();
  let b = spread();
  let c = spread();
  let counter = 1;
  const next = (): number => {
    const word = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + word) | 0;
    return word >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** Uniform numbers strictly between 0 and 1, from an integer seed: (word + ½) / 2³². */
export function sfc32(seed: number): () => number {
  const next = words(seed);
  return () => (next() + 0.5) / 4294967296;
}
