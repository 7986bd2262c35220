/** The documents that the page reads, how often, and which part of the page needs each. */

import { isId } from "../words/route.js";
import { FINAL } from "../words/states.js";

const SECOND = 1_000;
const SLOW = 5_000;
const SLOWEST = 10_000; // what changes by the minute, or costs the platform most
const LETTERS = 30_000; // read at once when the mappings tell another number of them
const LIVELY_MS = 10_000; // so long after a change of the payments another one is expected
const RECENT = 60; // payments in the lanes
const MINUTES = 10;

/** Return the sources for `Polling`; `view()` is `{route, visible, state}` of the page at that moment. */
export function sources(view) {
  const home = () => view().route.page === "home";
  const shows = (section) => () => home() && view().visible.has(section);
  const idPago = () => view().route.id;
  const onPayment = () => view().route.page === "payment" && isId(idPago());
  const pace = () => (isSettled(view()) ? SLOW : SECOND);
  return [
    { key: "pagos", path: () => paymentsPath(view().route), every: () => (isLively(view()) ? SECOND : 2 * SECOND), wanted: shows("pagos") },
    { key: "estadisticas", path: () => `pagos/estadisticas?minutos=${MINUTES}`, every: SLOW, wanted: always },
    { key: "ritmo", path: () => `event-collector/statistics/recent?minutos=${MINUTES}`, every: SLOWEST, wanted: always },
    { key: "outboxes", path: () => "connector/outboxes", every: SLOW, wanted: always },
    { key: "mapeos", path: () => "connector/mappings", every: SLOW, wanted: always },
    { key: "campanasEstado", path: () => "status", every: 4 * SECOND, wanted: always },
    { key: "pendientes", path: () => stuckPath(view(), "PENDIENTE"), every: SLOW, wanted: shows("pagos") },
    { key: "procesando", path: () => stuckPath(view(), "PROCESANDO"), every: SLOW, wanted: shows("pagos") },
    { key: "pagosFallidos", path: () => settledPath(view(), "FALLIDO"), every: SLOWEST, wanted: shows("pagos") },
    { key: "pagosReversados", path: () => settledPath(view(), "REVERSADO"), every: SLOWEST, wanted: shows("pagos") },
    { key: "eventos", path: () => "event-collector/events?limite=100", every: SLOWEST, wanted: shows("eventos") },
    { key: "fallidos", path: () => "event-collector/failed-events?limite=20", every: SLOWEST, wanted: shows("eventos") },
    { key: "cartas", path: () => "connector/dead-letters?limite=50", every: LETTERS, wanted: shows("entregas") },
    { key: "campanas", path: () => "campaigns?limit=20", every: SLOWEST, wanted: shows("campanas") },
    { key: "version", path: () => "api/reports/version", every: SLOWEST, wanted: shows("informes") },
    { key: "informeV1", path: () => "api/reports/payments?version=v1", every: SLOWEST, wanted: shows("informes") },
    { key: "informeV2", path: () => "api/reports/payments?version=v2", every: SLOWEST, wanted: shows("informes") },
    { key: "informesSalud", path: () => "api/reports/health", every: SLOWEST, wanted: shows("salud") },
    { key: "pagosSalud", path: () => "ready", every: SLOWEST, wanted: shows("salud") },
    { key: "eventosSalud", path: () => "event-collector/ready", every: SLOWEST, wanted: shows("salud") },
    { key: "traza", path: () => `pagos/${idPago()}/trazabilidad`, every: pace, wanted: onPayment },
    { key: "pago", path: () => `pagos/${idPago()}`, every: SLOW, wanted: onPayment },
    { key: "contado", path: () => `api/reports/payments/${idPago()}`, every: pace, wanted: () => onPayment() && isPublished(view()) },
  ];
}

const always = () => true;

/** The steps of the payment on the screen, empty while they are not known. */
function steps({ route, state }) {
  const { data } = state.traza ?? {};
  return data?.id_pago === route.id ? data.pasos : [];
}

/** Reports know a payment once one of its events is on a topic. */
function isPublished(view) {
  return steps(view).some((step) => step.fecha_publicacion);
}

/** A payment is settled when it is final and reports have counted its last event. */
function isSettled(view) {
  const last = steps(view).at(-1);
  return Boolean(last) && FINAL.has(last.estado) && view.state.contado?.data?.event?.id === last.id_evento;
}

/** Whether payments move, or have just moved. */
function isLively({ state }) {
  const { data, at } = state.pagos ?? {};
  return !data || Date.now() - at < LIVELY_MS || data.pagos.some(({ estado }) => !FINAL.has(estado));
}

function paymentsPath({ filter }) {
  const query = new URLSearchParams({ limite: RECENT });
  if (filter.estado) query.set("estado", filter.estado);
  if (filter.afiliado) query.set("id_afiliado", filter.afiliado);
  return `pagos?${query}`;
}

/** Failed and reversed payments older than the newest sixty, if there are older ones at all. */
function settledPath({ route, state }, estado) {
  if (route.filter.estado || !state.pagos?.data?.siguiente) return null;
  const affiliate = route.filter.afiliado ? `&id_afiliado=${encodeURIComponent(route.filter.afiliado)}` : "";
  return `pagos?estado=${estado}&limite=20${affiliate}`;
}

/** Open payments older than the newest sixty: asked for only if the statistics know of more than those. */
function stuckPath({ route, state }, estado) {
  if (route.filter.estado || route.filter.afiliado) return null;
  const open = state.estadisticas?.data?.abiertos?.[estado] ?? 0;
  const known = (state.pagos?.data?.pagos ?? []).filter((pago) => pago.estado === estado).length;
  return open > known ? `pagos?estado=${estado}&limite=20` : null;
}
