/** Payments stand in the lane of their state; figures, faults and letters are told as they are. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { contentOf } from "../../../../functions/portal/web/delivery/content.js";
import { assess } from "../../../../functions/portal/web/health/assessment.js";
import { countOf, fillLanes, told } from "../../../../functions/portal/web/payments/lanes.js";
import { sources } from "../../../../functions/portal/web/data/sources.js";
import { FAULTS, presetOf, PRESETS, withFault } from "../../../../functions/portal/web/simulator/faults.js";
import { figures } from "../../../../functions/portal/web/strip/figures.js";
import { lastMinutes, remember } from "../../../../functions/portal/web/strip/trend.js";

const pago = (id, estado, fecha = id) => ({ id, estado, fecha_creacion: fecha });
const ids = (lanes) => lanes.map((lane) => lane.pagos.map((one) => one.id));
const MINUTE = 60_000;

test("each state has its lane, the newest on top", () => {
  const lanes = fillLanes([pago("5", "EXITOSO"), pago("4", "FALLIDO"), pago("3", "PENDIENTE"), pago("2", "REVERSADO"), pago("1", "PROCESANDO"), pago("0", "EXITOSO")]);
  assert.deepEqual(ids(lanes), [["3"], ["1"], ["5", "0"], ["4", "2"]]);
});

test("an older open payment joins the newest ones, and no payment stands in two lanes", () => {
  const lanes = fillLanes([pago("9", "EXITOSO")], [pago("9", "PROCESANDO"), pago("1", "PROCESANDO")]);
  assert.deepEqual(ids(lanes), [[], ["1"], ["9"], []]);
});

test("a screen reader hears of payments that became final, and of no others", () => {
  const before = new Map([["1", "PENDIENTE"], ["2", "PROCESANDO"], ["3", "PROCESANDO"], ["4", "EXITOSO"]]);
  assert.equal(told(before, [pago("1", "PROCESANDO"), pago("2", "EXITOSO"), pago("3", "EXITOSO"), pago("4", "REVERSADO"), pago("5", "EXITOSO")]), "2 pagos exitosos, 1 pago reversado");
  assert.equal(told(before, [pago("1", "PROCESANDO"), pago("4", "EXITOSO")]), null);
});

test("a trend keeps the highest value of each of the last ten minutes", () => {
  let history = [];
  for (const [minute, value] of [[0, 9], [5, 1], [5.5, 4], [5.9, 2], [12, 3]]) history = remember(history, value, minute * MINUTE);
  assert.deepEqual(lastMinutes(history, 12 * MINUTE), [null, null, 4, null, null, null, null, null, null, 3]);
});

test("figures that are fine are quiet, and others say why and lead to what to do", () => {
  const state = {
    history: {},
    estadisticas: { data: { por_minuto: [{ creados: 7 }, { creados: 2 }], abiertos: { PENDIENTE: 0, PROCESANDO: 1 }, mas_antiguo_segundos: { PENDIENTE: null, PROCESANDO: 90 } } },
    ritmo: { data: { por_minuto: [{ por_tipo: { CLICK: 3, IMPRESSION: 4 } }, { por_tipo: {} }] } },
    outboxes: { data: { outboxes: [{ pendientes: 3, retenidos: 0 }] } },
    mapeos: { error: { missing: true } },
  };
  const [pagos, antiguo, eventos, bandeja, cartas] = figures(state, 0);
  assert.deepEqual([pagos.value, pagos.tone ?? null, eventos.value, bandeja.value], ["7", null, "7", "3"]);
  assert.deepEqual([antiguo.value, antiguo.tone, antiguo.link], ["1 min", "warn", "#/?estado=PROCESANDO"]);
  assert.deepEqual([cartas.value, cartas.note], [null, "Sin datos todavía"]);
});

test("a part that answers is well, one that refuses is not, and one that is missing is not judged", () => {
  const parts = Object.fromEntries(
    assess({
      pagosSalud: { error: { status: 503, message: "PostgreSQL no responde." } },
      eventosSalud: { data: { dependencias: { postgresql: "ok", dynamodb: "timeout" } } },
      mapeos: { error: { missing: true } },
      informesSalud: { data: { status: "healthy", dependencies: { connector: "ok" }, readModel: { lagMilliseconds: 22 } } },
    }, 0).map((part) => [part.name, part]),
  );
  assert.deepEqual([parts.Pagos.tone, parts.Pagos.detail, parts.PostgreSQL.tone], ["bad", "PostgreSQL no responde.", "bad"]);
  assert.deepEqual([parts["Recolector de eventos"].tone, parts["Recolector de eventos"].detail], ["warn", "dynamodb: timeout"]);
  assert.deepEqual([parts["Conector de Pulsar"].tone, parts.Pulsar.tone, parts["Campañas"].word], ["quiet", "quiet", "…"]);
});

test("a fault takes its share from the others, so that the shares are at most the whole", () => {
  const faults = { ...PRESETS[0].faults, decline_rate: 0.6, error_rate: 0.2 };
  assert.deepEqual(withFault(faults, "decline_rate", 0.8), { decline_rate: 0.8 });
  const changed = { ...faults, ...withFault(faults, "timeout_rate", 0.6) };
  const total = FAULTS.filter((fault) => fault.share).reduce((sum, fault) => sum + changed[fault.name], 0);
  assert.equal(changed.timeout_rate, 0.6);
  assert.ok(total <= 1 && total > 0.97, `${total}`);
  assert.deepEqual(withFault(faults, "latency_ms", 300), { latency_ms: 300 });
});

test("a preset is recognized by its faults", () => {
  for (const preset of PRESETS) assert.equal(presetOf({ ...preset.faults, seed: 7 }), preset.name);
  assert.equal(presetOf({ ...PRESETS[0].faults, latency_ms: 1 }), null);
});

test("a letter's content is readable, whatever it is", () => {
  assert.equal(contentOf({ contenido: '{"monto":12}' }), '{\n  "monto": 12\n}');
  assert.equal(contentOf({ contenido: "no es JSON" }), "no es JSON");
  assert.equal(contentOf({ contenido: null, contenido_base64: "/mEAXA==" }), "\\xfea\\x00\\\\");
});

test("a lane's number is that of the statistics, or says that it is of the newest only", () => {
  const [pendientes, , exitosos, fallidos] = fillLanes([pago("1", "PENDIENTE"), pago("2", "EXITOSO"), pago("3", "EXITOSO")]);
  assert.equal(countOf(pendientes, { open: { PENDIENTE: 41, PROCESANDO: 0 }, goesOn: true }), "41");
  assert.equal(countOf(exitosos, { open: { PENDIENTE: 41, PROCESANDO: 0 }, goesOn: true }), "2 últimos");
  assert.equal(countOf(exitosos, { goesOn: false }), "2");
  assert.equal(countOf(fallidos, { goesOn: true }), "0");
});

test("failed and reversed payments are asked for by their own state once there are more than the newest sixty", () => {
  const paths = (siguiente, filter = { estado: "", afiliado: "" }) => {
    const view = { route: { page: "home", filter }, visible: new Set(["pagos"]), state: { pagos: { data: { pagos: [], siguiente } } } };
    return sources(() => view).filter(({ key }) => ["pagosFallidos", "pagosReversados"].includes(key)).map(({ path }) => path());
  };
  assert.deepEqual(paths("c"), ["pagos?estado=FALLIDO&limite=20", "pagos?estado=REVERSADO&limite=20"]);
  assert.deepEqual(paths("c", { estado: "", afiliado: "a b" }), ["pagos?estado=FALLIDO&limite=20&id_afiliado=a%20b", "pagos?estado=REVERSADO&limite=20&id_afiliado=a%20b"]);
  assert.deepEqual(paths(null), [null, null]);
  assert.deepEqual(paths("c", { estado: "EXITOSO", afiliado: "" }), [null, null]);
});
