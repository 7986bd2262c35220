/** Which payment stands in which lane. */

import { count, plural } from "../words/numbers.js";

export const LANES = [
  { key: "PENDIENTE", title: "Pendientes", states: ["PENDIENTE"], empty: "Ninguno espera." },
  { key: "PROCESANDO", title: "Procesando", states: ["PROCESANDO"], empty: "La pasarela no tiene ninguno." },
  { key: "EXITOSO", title: "Exitosos", states: ["EXITOSO"], empty: "Aún no se ha pagado nada." },
  { key: "FALLIDO", title: "Fallidos y reversados", states: ["FALLIDO", "REVERSADO"], empty: "Ninguno." },
];

/** Return the lanes with their payments, newest first; of two readings of a payment the first given counts. */
export function fillLanes(...readings) {
  const known = new Map();
  for (const pago of readings.flat()) if (!known.has(pago.id)) known.set(pago.id, pago);
  const pagos = [...known.values()].sort((one, other) => (one.fecha_creacion < other.fecha_creacion ? 1 : -1));
  return LANES.map((lane) => ({ ...lane, pagos: pagos.filter((pago) => lane.states.includes(pago.estado)) }));
}

/**
 * Return how many payments a lane has, in words. Open ones are counted by the statistics; of the others it is known only
 * that there are more, if the list goes on: then the number is of the newest, and says so.
 */
export function countOf(lane, { open, goesOn }) {
  const listed = lane.pagos.length;
  if (open && lane.key in open) return count(Math.max(listed, open[lane.key]));
  return goesOn && listed ? `${plural(listed, "último", "últimos")}` : count(listed);
}

/** Return the payments that stand in another lane than before, by id; `before` and the result map ids to states. */
export function moved(before, pagos) {
  return pagos.filter((pago) => before.has(pago.id) && before.get(pago.id) !== pago.estado).map((pago) => pago.id);
}

/** Return what a screen reader hears of payments that became final, or null. */
export function told(before, pagos) {
  const counts = { EXITOSO: 0, FALLIDO: 0, REVERSADO: 0 };
  for (const pago of pagos) {
    if (before.has(pago.id) && before.get(pago.id) !== pago.estado && pago.estado in counts) counts[pago.estado] += 1;
  }
  const words = [
    counts.EXITOSO && plural(counts.EXITOSO, "pago exitoso", "pagos exitosos"),
    counts.FALLIDO && plural(counts.FALLIDO, "pago fallido", "pagos fallidos"),
    counts.REVERSADO && plural(counts.REVERSADO, "pago reversado", "pagos reversados"),
  ].filter(Boolean);
  return words.length ? words.join(", ") : null;
}
