/** Who serves the campaigns: the proxy, both instances behind it, the circuit and the last failover. */

import { html } from "../parts/html.js";
import { Mark } from "../parts/marks.js";
import { Age } from "../parts/time.js";
import { count } from "../words/numbers.js";
import { whoServes } from "./serves.js";

const CIRCUITS = { CLOSED: "cerrado", OPEN: "abierto", HALF_OPEN: "a prueba" };
const CONDITIONS = {
  healthy: { word: "sana", tone: "good" },
  unready: { word: "viva, sin base de datos", tone: "warn" },
  unhealthy: { word: "no responde", tone: "bad" },
};

export function Serving({ status }) {
  const active = whoServes(status);
  const { circuit, total_failovers: failovers, last_failover: last } = status.failover;
  return html`
    <div class="serving">
      <span class="node">Proxy</span>
      <ul aria-label="Instancias">
        ${["primary", "replica"].map((name) => html`<${Instance} key=${name} name=${name} backend=${status.backends[name]} serves=${active === name} />`)}
      </ul>
      <dl>
        <dt>Circuito de la primaria</dt><dd>${CIRCUITS[circuit] ?? circuit}</dd>
        <dt>Conmutaciones</dt><dd>${count(failovers)}</dd>
        <dt>Última</dt><dd>${last ? html`hace <${Age} at=${last} />` : "nunca"}</dd>
      </dl>
    </div>
  `;
}

function Instance({ name, backend, serves }) {
  const { word, tone } = CONDITIONS[backend.status] ?? { word: backend.status, tone: "quiet" };
  const title = backend.last_cause ? `Último fallo: ${backend.last_cause}` : null;
  return html`
    <li class="${serves ? "serves" : ""} ${tone}" title=${title}>
      <span class="wire" aria-hidden="true"></span>
      <span class="node">
        <strong>${name === "primary" ? "Primaria" : "Réplica"}</strong>
        <span class="state ${tone}"><${Mark} tone=${tone} />${word}</span>
        <span class="note">${serves ? "sirve ahora" : "en espera"}</span>
      </span>
    </li>
  `;
}
