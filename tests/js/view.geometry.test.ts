import assert from "node:assert/strict";
import { test } from "node:test";
import * as geometry from "../../static/src/view/geometry.ts";

const near = (found: readonly number[], wanted: readonly number[]) =>
  found.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]!) < 1e-9, `${found} is not ${wanted}`));

// Every number in this file was computed by il2site/figure/geometry.py.
test("a mark of the live figure stands where the still has it", () => {
  near([geometry.unit(1, 0), geometry.unit(5, 99 * 1009 + 3), geometry.unit(8, 19999)],
    [0.39702728611882776, 0.312868814333342, 0.43686581042129546]);
  const patch = geometry.membrane(150);
  near([patch.spacing], [22.08270828209824]);
  near(patch.places[0]!, [1.9288363026669497, 0.5632374723847109]);
  near(patch.places[149]!, [136.75680164414507, 40.86630505818861]);
  assert.deepEqual(patch.order.slice(0, 5), [118, 106, 7, 146, 52]);
  near(geometry.home(patch, 7, 40, 2), [-87.03154424340144, -76.27207604881723]);
  near(geometry.beside(patch, 99, 100, 5), [-86.16621410378801, 63.671334513785624]);
});

test("cells are shown in the numbers and kinds of the still", () => {
  const crowd = geometry.crowd([78, 1000, 0.4]);
  assert.deepEqual([crowd.scale, crowd.total, geometry.markRadius(crowd.scale)], [10, 108, 4.2]);
  assert.deepEqual(geometry.kindsOf(crowd).slice(0, 12), [0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1]);
});

test("the signal lies between the cells, in the places of the still", () => {
  const spots = geometry.spots();
  assert.equal(spots.length, 70);
  near(spots[0]!, [-29.884018512902262, 140.00271024023678]);
  near(spots[69]!, [61.49769463987441, 4.80784886322349]);
  assert.deepEqual([0, 50, 1e9].map((value) => geometry.signalCount(value, 100)), [0, 35, 70]);
});

test("a mark stands for the smallest power of ten that keeps the picture legible", () => {
  assert.deepEqual([0, 174, 200, 201, 1.74e6].map(geometry.scaleOf), [1, 1, 1, 10, 10000]);
});

test("labels that would cover each other are moved apart", () => {
  assert.deepEqual(geometry.spread([10, 12, 11, 95], 16, 0, 100), [10, 42, 26, 95]);
});
