/**
 * Random numbers that are the same in Python (`il2site/model/engine/simulate.py`) and in the browser, so that the still
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
