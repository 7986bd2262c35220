/** Starts the panel: state, polling, addresses and keys. */

import { render } from "preact";

import { App } from "./app.js";
import { Polling } from "./data/polling.js";
import { sources } from "./data/sources.js";
import { Store } from "./data/store.js";
import { html } from "./parts/html.js";
import { told } from "./payments/lanes.js";
import { growAges } from "./parts/time.js";
import { listenToKeys } from "./search/search.js";
import { assess } from "./health/assessment.js";
import { remember } from "./strip/trend.js";
import { lettersOf, sum } from "./strip/sentence.js";
import { parse } from "./words/route.js";

const root = document.getElementById("panel");
const visible = new Set();
const store = new Store({ route: parse(location.hash), downSince: null, history: {}, troubles: {}, told: null, dialog: null });
const polling = new Polling({ sources: sources(() => ({ route: store.state.route, visible, state: store.state })), onChange, onDown });
let states = new Map();
let silence = null;

function onChange(key, change) {
  const before = store.state[key]?.data;
  const source = { ...store.state[key], ...change };
  if (change.data) source.error = null;
  store.set({ [key]: source, history: history(key, change) });
  look();
  if (key === "mapeos" && change.data && lettersIn(before) !== lettersIn(change.data)) polling.wake("cartas");
  if (key === "traza" && change.data) polling.wake("pago", "contado");
  if (key === "pagos" && change.data) {
    const words = told(states, change.data.pagos);
    states = new Map(change.data.pagos.map((pago) => [pago.id, pago.estado]));
    if (words) say(words, { seen: false });
  }
}

const lettersIn = (answer) => JSON.stringify(lettersOf(answer?.mapeos));

/** Look whether something has fallen silent, and since when each part has its trouble. */
function look() {
  const attention = polling.attention();
  const troubled = assess({ ...store.state, attention }, Date.now()).filter(({ tone }) => tone === "bad");
  const { troubles } = store.state;
  const change = { attention, troubles: Object.fromEntries(troubled.map(({ name }) => [name, troubles[name] ?? Date.now()])) };
  const isNews = Object.keys(change).some((key) => JSON.stringify(change[key]) !== JSON.stringify(store.state[key]));
  if (isNews || troubled.length || Object.keys(attention.silence).length) store.set(change);
}

/** The figures whose past the APIs do not tell are remembered by the page. */
function history(key, { data }) {
  const { history: known } = store.state;
  if (!data) return known;
  const now = Date.now();
  if (key === "outboxes") return { ...known, bandeja: remember(known.bandeja ?? [], sum(data.outboxes, "pendientes"), now) };
  if (key === "mapeos") return { ...known, cartas: remember(known.cartas ?? [], sum(data.mapeos, "cartas"), now) };
  if (key !== "estadisticas") return known;
  const oldest = Math.max(0, ...Object.values(data.mas_antiguo_segundos).filter((value) => value !== null));
  return { ...known, antiguo: remember(known.antiguo ?? [], oldest, now) };
}

function onDown(since) {
  store.set({ downSince: since });
  say(since ? "La plataforma no responde." : "La plataforma responde otra vez.", { seen: false });
}

/** Tell a screen reader, and for a while everybody else. */
function say(text, { seen = true } = {}) {
  clearTimeout(silence);
  document.getElementById("heard").textContent = text;
  if (seen) {
    store.set({ told: text });
    silence = setTimeout(() => store.set({ told: null }), 4_000);
  }
}

let dialogs = 0;
const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) visible.add(target.id);
    else visible.delete(target.id);
  }
  polling.wake();
}, { rootMargin: "100px" });

const page = {
  simulator: root.dataset.simulator || null,
  isLocal: Boolean(root.dataset.simulator),
  isVisible: (section) => visible.has(section) && !document.hidden,
  watch: (element) => {
    observer.observe(element);
    return () => {
      observer.unobserve(element);
      visible.delete(element.id);
    };
  },
  /** Ask before an action; afterwards the named sources are read again. */
  ask: (dialog, after) => store.set({ dialog: { ...dialog, after, number: (dialogs += 1) } }),
  close: (text) => {
    const after = store.state.dialog?.after ?? [];
    store.set({ dialog: null });
    if (!text) return;
    say(text);
    polling.wake(...after);
  },
};

function follow() {
  const route = parse(location.hash);
  store.set({ route });
  polling.wake("pagos", "pago", "traza", "contado");
  if (route.section && route.page === "home") requestAnimationFrame(() => requestAnimationFrame(() => reveal(route.section)));
}

function reveal(section) {
  document.getElementById(section)?.scrollIntoView({ block: "start" });
  document.getElementById(`${section}-title`)?.focus({ preventScroll: true });
}

function wakeOrSleep() {
  growAges(!document.hidden);
  if (document.hidden) polling.stop();
  else polling.start();
}

root.replaceChildren();
render(html`<${App} store=${store} page=${page} />`, root);
addEventListener("hashchange", follow);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the fragment is the page's address
  document.getElementById("contenido").focus();
});
document.addEventListener("visibilitychange", wakeOrSleep);
listenToKeys(document.getElementById("search"), say);
setInterval(() => document.hidden || (store.state.downSince ? store.set({}) : look()), 1_000); // the sentence counts the seconds
wakeOrSleep();
if (store.state.route.section) follow();
