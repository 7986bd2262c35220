/** The axis of a waterfall has round ticks, and every step lies on it. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { place, ticks } from "../../../../functions/portal/web/payment/axis.js";

for (const [total, expected] of [
  [0, [0]],
  [7, [0, 2, 4, 6]],
  [1000, [0, 200, 400, 600, 800, 1000]],
  [1020, [0, 500, 1000]],
  [65_000, [0, 15_000, 30_000, 45_000, 60_000]],
  [3 * 86_400_000, [0, 86_400_000, 172_800_000, 259_200_000]],
]) {
  test(`${total} ms have the ticks ${expected.join(", ")}`, () => assert.deepEqual(ticks(total), expected));
}

test("an axis of a year has at most six ticks", () => {
  assert.ok(ticks(365 * 86_400_000).length <= 6);
});

test("a step lies between the ends of its phase", () => {
  const phase = { from: 1000, to: 3000 };
  assert.deepEqual(place({ from: 1500, to: 2000 }, phase), { start: 25, width: 25 });
  assert.deepEqual(place({ from: 1000, to: 1000 }, { from: 1000, to: 1000 }), { start: 0, width: 0 });
});
