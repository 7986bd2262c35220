/** A letter's content is readable, and a large one is cut before it is drawn. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { beginningOf } from "../../../../functions/portal/web/delivery/content.js";

test("a short JSON is indented and whole", () => {
  assert.deepEqual(beginningOf({ contenido: '{"a":1}' }), { text: '{\n  "a": 1\n}', isWhole: true });
});

test("of a long text the first two thousand characters are shown", () => {
  assert.deepEqual(beginningOf({ contenido: "x".repeat(3_000_000) }), { text: "x".repeat(2_000), isWhole: false });
});

test("of many bytes the first two thousand characters are shown", () => {
  assert.deepEqual(beginningOf({ contenido_base64: btoa("y".repeat(2_097_152)) }), { text: "y".repeat(2_000), isWhole: false });
});

test("two thousand characters are whole", () => {
  assert.deepEqual(beginningOf({ contenido_base64: btoa("z".repeat(2_000)) }), { text: "z".repeat(2_000), isWhole: true });
});
