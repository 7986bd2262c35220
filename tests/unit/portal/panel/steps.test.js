/** A payment's steps are joined from its trace and the reports, in order and without a gap. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { gapSentence, longest } from "../../../../functions/portal/web/payment/gap.js";
import { phasesOf } from "../../../../functions/portal/web/payment/steps.js";

const at = (milliseconds) => new Date(Date.UTC(2026, 10, 30, 12) + milliseconds).toISOString().replace("Z", "000+00:00");
const NOW = Date.UTC(2026, 10, 30, 12, 1);

/** A step of `GET /pagos/{id}/trazabilidad`; `published` is null while the event waits. */
function paso(secuencia, evento, estado, fecha, { topico = null, published = null, ...more } = {}) {
  return { secuencia, evento, estado, fecha: at(fecha), id_evento: `evento-${secuencia}`, topico, fecha_publicacion: published && at(published), detalle: null, ...more };
}

const pending = paso(1, "PagoPendiente", "PENDIENTE", 0, { topico: "payments.evt.pending", published: 120 });
const claimed = paso(2, "PagoEnProceso", "PROCESANDO", 400);
const paid = (secuencia, fecha) => paso(secuencia, "PagoExitoso", "EXITOSO", fecha, { topico: "payments.evt.completed", published: fecha + 30 });
const counted = (secuencia, fecha) => ({ status: "COMPLETED", countedAt: at(fecha), event: { id: `evento-${secuencia}`, version: secuencia } });
const spans = (phase) => phase.steps.map(({ kind, from, to }) => [kind, from - phase.from, to - phase.from]);

test("a paid payment goes from the request to the report", () => {
  const [phase, ...others] = phasesOf([pending, claimed, paid(3, 800)], counted(3, 1000), NOW);
  assert.deepEqual(others, []);
  assert.deepEqual(spans(phase), [
    ["store", 0, 0],
    ["outbox", 0, 120],
    ["topic", 120, 400],
    ["gateway", 400, 800],
    ["outcome", 800, 800],
    ["outbox", 800, 830],
    ["report", 830, 1000],
  ]);
  assert.equal(phase.to - phase.from, 1000);
  assert.ok(phase.steps.every((step) => !step.open));
});

test("a payment that has just been accepted waits in the outbox until now", () => {
  const waiting = { ...pending, fecha_publicacion: null };
  const [phase] = phasesOf([waiting], null, NOW);
  assert.deepEqual(spans(phase), [["store", 0, 0], ["outbox", 0, 60_000]]);
  assert.equal(phase.steps[1].open, true);
});

test("a published payment waits on its topic until the consumer takes it", () => {
  const [phase] = phasesOf([pending], null, NOW);
  assert.deepEqual(spans(phase).at(-1), ["topic", 120, 60_000]);
  assert.equal(phase.steps.at(-1).open, true);
});

test("the gateway is being asked until it answers", () => {
  const [phase] = phasesOf([pending, claimed], null, NOW);
  assert.deepEqual(spans(phase).at(-1), ["gateway", 400, 60_000]);
  assert.equal(phase.steps.at(-1).label, "Pasarela, intento 1");
});

test("an attempt without an answer is followed by the wait and the next attempt", () => {
  const silent = paso(3, "PagoSinRespuesta", "PROCESANDO", 900, { detalle: "timeout" });
  const [phase] = phasesOf([pending, claimed, silent, { ...paid(4, 3000), fecha_pregunta: at(2500) }], null, NOW);
  assert.deepEqual(spans(phase).slice(3, 6), [["gateway", 400, 900], ["wait", 900, 2500], ["gateway", 2500, 3000]]);
  assert.deepEqual(phase.steps.slice(3, 6).map((step) => step.label), ["Pasarela, intento 1", "Espera", "Pasarela, intento 2"]);
  assert.equal(phase.steps[3].failed, true);
});

test("a lost answer is looked up by the reconciliation", () => {
  const silent = paso(3, "PagoSinRespuesta", "PROCESANDO", 900, { detalle: "APIConnectionError", fecha_pregunta: at(430) });
  const found = { ...paid(4, 130_000), fecha_pregunta: at(129_900), consultado_antes: true };
  const [phase] = phasesOf([pending, claimed, silent, found], null, NOW);
  assert.deepEqual(spans(phase).slice(3, 7), [["claim", 400, 430], ["gateway", 430, 900], ["wait", 900, 129_900], ["gateway", 129_900, 130_000]]);
  const [lost, wait, lookup] = phase.steps.slice(4, 7);
  assert.deepEqual([lost.failed, lost.text], [true, "Sin respuesta, no se sabe si pagó: APIConnectionError"]);
  assert.match(wait.text, /conciliación/);
  assert.equal(lookup.label, "Consulta e intento 2");
  assert.match(lookup.text, /^Primero se buscó el pago en la pasarela/);
  assert.equal(gapSentence(phase, "es"), "Tardó 2 min 10 s. Lo más largo fue la espera antes del intento 2: 2 min 9 s, 99 %.");
});

test("a process that died before an answer is a wait before the first recorded attempt", () => {
  const [phase] = phasesOf([pending, claimed, { ...paid(3, 60_500), fecha_pregunta: at(60_000) }], null, NOW);
  assert.deepEqual(spans(phase).slice(3, 5), [["wait", 400, 60_000], ["gateway", 60_000, 60_500]]);
  assert.match(phase.steps[3].text, /se interrumpió/);
});

test("without the time of the question, the wait and the attempt are one bar", () => {
  const silent = paso(3, "PagoSinRespuesta", "PROCESANDO", 900, { detalle: "timeout" });
  const [phase] = phasesOf([pending, claimed, silent, paid(4, 3000)], null, NOW);
  assert.deepEqual(spans(phase).slice(3, 5), [["gateway", 400, 900], ["gateway", 900, 3000]]);
  assert.equal(phase.steps[4].label, "Espera e intento 2");
});

test("an unknown outcome waits for the next attempt", () => {
  const silent = paso(3, "PagoSinRespuesta", "PROCESANDO", 900, { detalle: "timeout" });
  const last = phasesOf([pending, claimed, silent], null, NOW)[0].steps.at(-1);
  assert.deepEqual([last.kind, last.label, last.open], ["wait", "Espera el intento 2", true]);
});

test("a payment given up before the gateway has no attempt", () => {
  const failed = paso(2, "PagoFallido", "FALLIDO", 300, { topico: "payments.evt.failed", published: 320, detalle: "conversion-en-conflicto" });
  const [phase] = phasesOf([pending, failed], null, NOW);
  assert.deepEqual(phase.steps.map((step) => step.kind), ["store", "outbox", "outcome", "outbox"]);
});

test("a reversal days later has an axis of its own", () => {
  const days = 3 * 86_400_000;
  const asked = paso(4, "ReversoSolicitado", "EXITOSO", days, { detalle: "duplicado" });
  const reversed = paso(5, "PagoRevertido", "REVERSADO", days + 500, { topico: "payments.evt.reversed", published: days + 520 });
  const [first, second] = phasesOf([pending, claimed, paid(3, 800), asked, reversed], counted(5, days + 600), NOW + days);
  assert.equal(first.to - first.from, 830);
  assert.deepEqual([second.title, second.to - second.from], ["Reverso", 600]);
  assert.deepEqual(second.steps.map((step) => step.kind), ["store", "gateway", "outcome", "outbox", "report"]);
});

test("a report that has not counted the latest event yet is shown for the one it has", () => {
  const [phase] = phasesOf([pending, claimed, paid(3, 800)], counted(1, 200), NOW);
  assert.deepEqual(spans(phase).at(-1), ["report", 120, 200]);
});

test("the longest gap is named with its share", () => {
  const [phase] = phasesOf([pending, claimed, paid(3, 800)], counted(3, 1000), NOW);
  assert.equal(longest(phase).kind, "gateway");
  assert.equal(gapSentence(phase, "es"), "Tardó 1 s. Lo más largo fue el intento 1 en la pasarela: 400 ms, 40 %.");
});

test("an open payment says how far it is", () => {
  const [phase] = phasesOf([pending, claimed], null, NOW);
  assert.match(gapSentence(phase, "es"), /^Va por 1 min\. Lo más largo hasta ahora es el intento 1 en la pasarela: 59,6 s, 99 %\.$/);
});
