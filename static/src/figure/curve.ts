/** Numbers of curves, as model cards measure them: the mirror of a part of `il2site/model/card/curve.py`. Pure. */
export interface Curve {
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** Whether it may be interpolated on a logarithmic scale, where it is positive. */
  readonly smooth: boolean;
}

/** The value at `time`, between points in proportion; not a number outside the run. */
function valueAt({ times, values, smooth }: Curve, time: number): number {
  if (!(times[0]! <= time && time <= times[times.length - 1]!)) return NaN;
  const right = Math.max(times.findIndex((t) => t >= time), 1);
  const [t0, t1, a, b] = [times[right - 1]!, times[right]!, values[right - 1]!, values[right]!];
  const share = (time - t0) / (t1 - t0);
  return smooth && a > 0 && b > 0 ? a * (b / a) ** share : a + share * (b - a);
}

/** The first time, from `after` on, at which the curve is at `level` or passes it; not a number when it never does. */
export function crossing(curve: Curve, level: number, after?: number): number {
  const { times, values, smooth } = curve;
  const start = after ?? times[0]!;
  let [t0, a] = [start, valueAt(curve, start)];
  if (a === level) return start;
  for (let i = 0; i < times.length; i++) {
    const [t1, b] = [times[i]!, values[i]!];
    if (t1 <= start) continue;
    if (Math.sign(b - level) !== Math.sign(a - level)) {
      const onLog = smooth && Math.min(a, b, level) > 0;
      return t0 + (t1 - t0) * (onLog ? Math.log(level / a) / Math.log(b / a) : (level - a) / (b - a));
    }
    [t0, a] = [t1, b];
  }
  return NaN;
}

/** The area under the curve, by trapezia. */
export function area(curve: Curve, start?: number, end?: number): number {
  const { times, values } = curve;
  const [first, last] = [start ?? times[0]!, end ?? times[times.length - 1]!];
  let [t0, a, sum] = [first, valueAt(curve, first), 0];
  const add = (t1: number, b: number): void => {
    sum += ((t1 - t0) * (a + b)) / 2;
    [t0, a] = [t1, b];
  };
  times.forEach((t, i) => t > first && t < last && add(t, values[i]!));
  add(last, valueAt(curve, last));
  return sum;
}

/** The mean doubling time between two times. */
export function doublingTime(curve: Curve, start: number, end: number): number {
  return (end - start) / Math.log2(valueAt(curve, end) / valueAt(curve, start));
}
