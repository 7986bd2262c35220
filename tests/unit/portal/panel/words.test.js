/** Numbers, times and addresses as people read them. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { milliseconds, utc } from "../../../../functions/portal/web/words/instants.js";
import { age, bytes, duration, money, percent, plural } from "../../../../functions/portal/web/words/numbers.js";
import { addressOf, isId, parse } from "../../../../functions/portal/web/words/route.js";
import { PAYMENT_STATES, stateOf } from "../../../../functions/portal/web/words/states.js";

test("durations have the units that matter", () => {
  const expected = { 0.4: "0,4 ms", 121.3: "121 ms", 1030: "1,03 s", 12_340: "12,3 s", 125_000: "2 min 5 s", 120_000: "2 min", 11_040_000: "3 h 4 min", 176_400_000: "2 d 1 h" };
  for (const [ms, text] of Object.entries(expected)) assert.equal(duration(Number(ms), "es"), text);
});

test("a duration is never rounded up to sixty seconds or a thousand milliseconds", () => {
  assert.equal(duration(999.9, "es"), "1 s");
  assert.equal(duration(59_999, "es"), "1 min");
});

test("ages have one unit", () => {
  assert.deepEqual([0.2, 59.9, 61, 3600, 90_000].map(age), ["0 s", "59 s", "1 min", "1 h", "1 d"]);
});

test("amounts follow the locale and name their currency", () => {
  assert.equal(money(1234567.5, "COP", "es-CO"), "1.234.567,50 COP");
  assert.equal(money(1234567.5, "USD", "en-US"), "1,234,567.50 USD");
});

test("counts agree with their nouns", () => {
  assert.deepEqual([0, 1, 2].map((value) => plural(value, "carta", "cartas", "es")), ["0 cartas", "1 carta", "2 cartas"]);
});

test("shares and sizes are short", () => {
  assert.equal(percent(0.404, 0, "en"), "40%");
  assert.deepEqual([999, 1500, 10_000_000].map((value) => bytes(value, "es")), ["999 B", "1,5 kB", "10 MB"]);
});

test("microseconds and zones of the API are read", () => {
  assert.equal(milliseconds("2026-11-30T23:36:05.058443+00:00"), Date.UTC(2026, 10, 30, 23, 36, 5) + 58.443);
  assert.equal(milliseconds("2026-11-30T18:36:05-05:00"), Date.UTC(2026, 10, 30, 23, 36, 5));
  assert.equal(milliseconds("2026-11-30T23:36:05.000Z"), Date.UTC(2026, 10, 30, 23, 36, 5));
  assert.equal(utc("2026-11-30T18:36:05.058443-05:00"), "2026-11-30 23:36:05.058 UTC");
});

test("an address is a page and its filter", () => {
  const id = "01A22ED0-CB12-7F4D-8AD5-048896C86B1B";
  assert.deepEqual(parse(`#/pagos/${id}`), { page: "payment", section: "pagos", id: id.toLowerCase(), filter: { afiliado: "", estado: "" } });
  assert.deepEqual(parse("#/entregas"), { page: "home", section: "entregas", id: null, filter: { afiliado: "", estado: "" } });
  for (const hash of ["", "#", "#/", "#contenido"]) assert.deepEqual([parse(hash).page, parse(hash).section], ["home", null]);
});

test("a filter survives its address", () => {
  const filter = { afiliado: "tienda ñ & cía", estado: "FALLIDO" };
  assert.deepEqual(parse(addressOf(filter)).filter, filter);
  assert.equal(addressOf({ afiliado: "", estado: "" }), "#/");
});

test("an address that cannot be decoded names no page", () => {
  assert.equal(parse("#/pagos/%E0%A4%A").page, "unknown");
});

test("only UUIDs are ids", () => {
  assert.ok(isId("01a22ed0-cb12-7f4d-8ad5-048896c86b1b"));
  for (const text of ["", "01a22ed0", "01a22ed0-cb12-7f4d-8ad5-048896c86b1g", "x01a22ed0-cb12-7f4d-8ad5-048896c86b1b"]) assert.ok(!isId(text));
});

test("a state that this page does not know is shown as it is", () => {
  assert.deepEqual(stateOf(PAYMENT_STATES, "RETENIDO"), { word: "RETENIDO", tone: "quiet" });
});

test("an address that names nothing is no start page", () => {
  for (const hash of ["#/nope", "#/pagos/%", "#/eventos/7", "#/pagos/a/b"]) assert.equal(parse(hash).page, "unknown", hash);
  for (const hash of ["", "#/", "#/?estado=FALLIDO", "#/eventos", "#/pagos"]) assert.equal(parse(hash).page, "home", hash);
  assert.equal(parse("#/pagos/x").page, "payment");
});
