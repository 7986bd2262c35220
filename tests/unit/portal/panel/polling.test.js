/** Sources are read at their pace, only while they are wanted, and the page notices when the platform goes and returns. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Problem } from "../../../../functions/portal/web/data/client.js";
import { Polling } from "../../../../functions/portal/web/data/polling.js";

const SILENCE = new Problem({ detail: "No hay respuesta." });
const REFUSAL = new Problem({ status: 503, code: "dependencia-no-disponible", detail: "PostgreSQL no responde." });
const MISSING = new Problem({ status: 404, code: "ruta-no-encontrada", detail: "No existe." });

/** A clock that is moved by the test, and a platform that answers what the test says. */
function world({ wanted = () => true, every = [1000, 5000], answers = {} } = {}) {
  const keys = every.map((_, index) => `s${index}`);
  const here = { time: 0, timer: null, reads: [], changes: [], downs: [], answers };
  here.polling = new Polling({
    sources: keys.map((key, index) => ({ key, path: () => key, every: every[index], wanted: () => wanted(key) })),
    read: async (url, { etag }) => {
      here.reads.push([here.time, url, etag]);
      const answer = here.answers[url] ?? { data: url, etag: `"${url}"` };
      if (answer instanceof Problem) throw answer;
      return etag === answer.etag ? null : answer;
    },
    onChange: (key, change) => here.changes.push([key, change]),
    onDown: (since) => here.downs.push(since),
    now: () => here.time,
    timers: { setTimeout: (call, delay) => ((here.timer = { call, at: here.time + delay }), here.timer), clearTimeout: () => (here.timer = null) },
  });
  here.settle = () => new Promise((resolve) => setImmediate(resolve));
  here.run = async (until) => {
    await here.settle();
    while (here.timer && here.timer.at <= until) {
      here.time = here.timer.at;
      const { call } = here.timer;
      here.timer = null;
      call();
      await here.settle();
    }
    here.time = until;
  };
  return here;
}

const times = (here, key) => here.reads.filter(([, url]) => url === key).map(([time]) => time);

test("each source is read at its own pace", async () => {
  const here = world();
  here.polling.start();
  await here.run(5999);
  assert.deepEqual(times(here, "s0"), [0, 1000, 2000, 3000, 4000, 5000]);
  assert.deepEqual(times(here, "s1"), [0, 5000]);
});

test("an unchanged document is asked for by its tag and changes nothing", async () => {
  const here = world({ every: [1000] });
  here.polling.start();
  await here.run(2500);
  assert.deepEqual(here.reads.map(([, , etag]) => etag), [null, '"s0"', '"s0"']);
  assert.equal(here.changes.length, 1);
});

test("nothing is read while the page is hidden", async () => {
  const here = world();
  here.polling.start();
  await here.run(1500);
  here.polling.stop();
  const before = here.reads.length;
  await here.run(60_000);
  assert.equal(here.reads.length, before);
  here.polling.start();
  await here.settle();
  assert.equal(here.reads.length, before + 2);
});

test("a source that is not on the screen is not read", async () => {
  const here = world({ wanted: (key) => key === "s0" });
  here.polling.start();
  await here.run(6000);
  assert.deepEqual(times(here, "s1"), []);
});

test("at most two requests are under way", async () => {
  const here = world({ every: [1000, 1000, 1000, 1000] });
  let most = 0;
  let open = 0;
  here.polling.read = async () => {
    most = Math.max(most, (open += 1));
    await here.settle();
    open -= 1;
    return { data: 1, etag: null };
  };
  here.polling.start();
  for (let turn = 0; turn < 10; turn += 1) await here.settle();
  assert.equal(most, 2);
  assert.equal(here.changes.length, 4);
});

test("a platform that does not answer is asked less often, and found when it is back", async () => {
  const here = world();
  here.polling.start();
  await here.run(500);
  here.answers = { s0: SILENCE, s1: SILENCE };
  await here.run(60_000);
  assert.deepEqual(here.downs, [2000]);
  const asked = here.reads.filter(([time]) => time > 30_000).length;
  assert.ok(asked >= 8 && asked <= 14, `${asked} requests in thirty seconds`);
  here.answers = {};
  await here.run(66_000);
  assert.deepEqual(here.downs, [2000, null]);
});

test("one silent function is not the whole platform", async () => {
  const crashed = new Problem({ status: 503, code: "servicio-no-disponible", detail: "…" });
  const here = world({ answers: { s0: crashed } });
  here.polling.start();
  await here.run(20_000);
  assert.deepEqual(here.downs, []);
  assert.ok(here.changes.some(([key, { error }]) => key === "s0" && error === crashed));
});

test("a part that refuses is told, asked less often, and cleared when it answers", async () => {
  const here = world({ every: [1000], answers: { s0: REFUSAL } });
  here.polling.start();
  await here.run(10_000);
  assert.deepEqual(times(here, "s0"), [0, 2000, 6000]);
  assert.deepEqual(here.downs, []);
  here.answers = {};
  await here.run(15_000);
  assert.equal(here.changes.at(-1)[1].error, null);
});

test("an API that is missing is asked every half minute at most", async () => {
  const here = world({ every: [5000], answers: { s0: MISSING } });
  here.polling.start();
  await here.run(120_000);
  assert.ok(times(here, "s0").length <= 6);
  assert.equal(here.changes[0][1].error.missing, true);
});

test("a source can be asked for at once", async () => {
  const here = world({ every: [5000] });
  here.polling.start();
  await here.run(100);
  here.polling.wake("s0");
  await here.settle();
  assert.deepEqual(times(here, "s0"), [0, 100]);
});

test("another address is read at once, without the tag of the other", async () => {
  const here = world({ every: [5000] });
  let url = "s0";
  here.polling.sources[0].path = () => url;
  here.polling.start();
  await here.run(100);
  url = "other";
  here.polling.wake();
  await here.settle();
  assert.deepEqual(here.reads.at(-1), [100, "other", null]);
});

test("a source that has not answered for four seconds is silent, and one that has not answered yet is awaited", async () => {
  const here = world({ every: [1000, 5000], wanted: (key) => key === "s0" || here?.time >= 9000 });
  const read = here.polling.read;
  here.polling.start();
  assert.deepEqual(here.polling.attention(), { followed: ["s0"], awaited: ["s0"], silence: {} });
  await here.run(1500);
  assert.deepEqual(here.polling.attention(), { followed: ["s0"], awaited: [], silence: {} });
  here.polling.read = () => new Promise(() => {});
  await here.run(5900);
  assert.deepEqual(here.polling.attention().silence, {});
  await here.run(6000);
  assert.deepEqual(here.polling.attention().silence, { s0: 1000 });
  here.polling.read = read;
  here.time = 60_000;
  assert.deepEqual(here.polling.attention(), { followed: ["s0", "s1"], awaited: ["s1"], silence: { s0: 1000 } });
});

test("sources that have no address at the moment hold up no others", async () => {
  const here = world({ every: [1000, 1000, 1000, 1000, 1000] });
  for (const source of here.polling.sources.slice(0, 4)) source.path = () => (here.time < 5000 ? null : source.key);
  here.polling.start();
  await here.run(3999);
  assert.deepEqual(times(here, "s4"), [0, 1000, 2000, 3000]);
  await here.run(6500);
  assert.equal(times(here, "s0")[0], 5000);
});
