/** The strip says the worst of what is known, in one sentence, and where to act. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { sentence } from "../../../../functions/portal/web/strip/sentence.js";

const NOW = 1_000_000;
const letters = (cartas, reenvios = 0) => ({ data: { mapeos: [{ retraso: 0, cartas, reenvios }, { retraso: 0, cartas: 0, reenvios: 0 }] } });
const SILENT_BROKER = { data: { mapeos: [{ retraso: null, cartas: 0 }, { retraso: null, cartas: 0 }] } };
const KEYS = ["estadisticas", "ritmo", "outboxes", "mapeos", "campanasEstado"];
const attention = (changes) => ({ followed: KEYS, awaited: [], silence: {}, ...changes });
const up = { healthy: true };
const down = { healthy: false };

function facts(changes = {}) {
  return {
    estadisticas: { data: { abiertos: { PENDIENTE: 0, PROCESANDO: 0 }, mas_antiguo_segundos: { PENDIENTE: null, PROCESANDO: null } } },
    campanasEstado: { data: { proxy: { active_backend: "primary" }, backends: { primary: up, replica: up } } },
    outboxes: { data: { outboxes: [{ pendientes: 2, retenidos: 0, mas_antiguo_segundos: 0.1 }] } },
    mapeos: letters(0),
    ritmo: { data: { por_minuto: [] } },
    ...changes,
  };
}

const served = (primary, replica, active) => ({ campanasEstado: { data: { proxy: { active_backend: active }, backends: { primary, replica } } } });

test("all is well", () => {
  assert.deepEqual(sentence(facts(), NOW), { tone: "good", text: "Todo en orden", more: 0 });
});

test("nothing is claimed before anything is known", () => {
  assert.deepEqual(sentence({}, NOW), { tone: "quiet", text: "Mirando la plataforma…", more: 0 });
});

test("a platform that does not answer is told before everything else", () => {
  const said = sentence({ ...facts(served(down, down, "replica")), downSince: NOW - 12_000 }, NOW);
  assert.deepEqual([said.tone, said.text, said.more], ["bad", "La plataforma no responde desde hace 12 s; esta página insiste y vuelve sola", 0]);
});

test("a broker that takes nothing is seen by the age of the outbox", () => {
  const said = sentence(facts({ outboxes: { data: { outboxes: [{ pendientes: 9, retenidos: 0, mas_antiguo_segundos: 12 }] } } }), NOW);
  assert.deepEqual([said.tone, said.text, said.link], ["bad", "Nada llega a Pulsar desde hace 12 s: todo se acepta y espera en la bandeja de salida", "entregas"]);
});

for (const [name, state, tone, expected] of [
  ["a dead primary is served by the replica", served(down, up, "replica"), "warn", /La primaria .* sirve la réplica/],
  ["a dead primary is served by the replica before the circuit opens, too", served(down, up, "primary"), "warn", /La primaria .* sirve la réplica/],
  ["a primary that is back stays behind an open circuit", served(up, up, "replica"), "warn", /La primaria .* sirve la réplica/],
  ["a dead replica leaves the primary alone", served(up, down, "primary"), "warn", /La réplica .* sirve sola/],
  ["two dead instances are bad", served(down, down, "replica"), "bad", /Ninguna instancia/],
]) {
  test(name, () => {
    const said = sentence(facts(state), NOW);
    assert.equal(said.tone, tone);
    assert.match(said.text, expected);
    assert.equal(said.link, "campanas");
  });
}

test("dead letters that wait for a decision are told apart from those on their way", () => {
  const text = (cartas, reenvios) => sentence(facts({ mapeos: letters(cartas, reenvios) }), NOW).text;
  assert.equal(text(1), "1 carta muerta espera una decisión");
  assert.equal(text(5, 2), "3 cartas muertas esperan una decisión, 2 se reenvían");
  assert.equal(text(2, 2), "2 cartas muertas se reenvían");
});

test("a broker that does not tell what waits is down, whatever the outboxes say", () => {
  const said = sentence(facts({ mapeos: SILENT_BROKER, troubles: { Pulsar: NOW - 20_000 } }), NOW);
  assert.deepEqual([said.tone, said.text], ["bad", "Pulsar no responde desde hace 20 s: todo se acepta y espera en la bandeja de salida"]);
});

test("what is down comes before a failover, and that before letters", () => {
  const failover = { ...served(down, up, "replica"), mapeos: letters(847) };
  assert.match(sentence(facts(failover), NOW).text, /La primaria/);
  assert.match(sentence(facts({ ...failover, mapeos: SILENT_BROKER }), NOW).text, /^Pulsar no responde/);
});

test("a source that is asked and does not answer is never all well", () => {
  const said = sentence(facts({ attention: attention({ silence: { estadisticas: NOW - 7_000, mapeos: NOW - 5_000 } }) }), NOW);
  assert.deepEqual([said.tone, said.link], ["warn", "salud"]);
  assert.equal(said.text, "Sin noticias de Pulsar, PostgreSQL, Pagos y Conector de Pulsar desde hace 7 s");
});

for (const key of KEYS) {
  test(`without an answer of ${key} nothing is claimed`, () => {
    assert.equal(sentence(facts({ [key]: undefined }), NOW).tone, "quiet");
    assert.equal(sentence(facts({ attention: attention({ awaited: [key] }) }), NOW).tone, "quiet");
  });
  test(`a failed request for ${key} is told`, () => {
    assert.equal(sentence(facts({ [key]: { error: { status: 503, message: "PostgreSQL no responde." } } }), NOW).tone, "bad");
  });
}

test("an old answer of a part that is not on the screen any more is not told", () => {
  const past = { pagosSalud: { error: { status: 503, message: "PostgreSQL no responde." } } };
  assert.equal(sentence(facts(past), NOW).tone, "bad");
  assert.equal(sentence(facts({ ...past, attention: attention() }), NOW).text, "Todo en orden");
});

test("what is wrong in the list of parts is in the sentence", () => {
  const wrong = { informesSalud: { data: { status: "degraded", dependencies: { connector: "timeout" } } } };
  assert.equal(sentence(facts(wrong), NOW).text, "Informes con límites: connector: timeout");
});

test("a payment that has been open for more than a minute is told, a younger one is not", () => {
  const open = (seconds) => ({ estadisticas: { data: { abiertos: { PENDIENTE: 0, PROCESANDO: 2 }, mas_antiguo_segundos: { PENDIENTE: null, PROCESANDO: seconds } } } });
  assert.equal(sentence(facts(open(60)), NOW).tone, "good");
  assert.equal(sentence(facts(open(150)), NOW).text, "2 pagos sin desenlace; el más antiguo espera desde hace 2 min");
});

test("the worst is told, and the others are counted", () => {
  const state = facts({ ...served(down, up, "replica"), pagos: { error: { status: 503, message: "PostgreSQL no responde." } }, mapeos: letters(3) });
  const said = sentence(state, NOW);
  assert.deepEqual([said.tone, said.text, said.more], ["bad", "Pagos no puede atender: PostgreSQL no responde", 2]);
});

test("an API that this platform lacks is no fault", () => {
  const missing = { error: { missing: true, status: 404 } };
  assert.equal(sentence(facts({ mapeos: missing, outboxes: missing }), NOW).tone, "good");
});
