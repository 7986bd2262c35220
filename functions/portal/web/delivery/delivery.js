/** Delivery: what waits in each outbox and subscription, and the dead letters. */

import { Component } from "preact";

import { redriveAll } from "../data/actions.js";
import { html } from "../parts/html.js";
import { Mark } from "../parts/marks.js";
import { absence, Section, Waiting } from "../parts/section.js";
import { age, count } from "../words/numbers.js";
import { sum } from "../strip/sentence.js";
import { Letters } from "./letters.js";

const CONTEXTS = { pagos: "Pagos", campanas: "Campañas", event_collector: "Eventos" };
export const AFTER = ["cartas", "mapeos", "fallidos"];

export class Delivery extends Component {
  shouldComponentUpdate(next) {
    return ["mapeos", "outboxes", "cartas"].some((name) => next[name] !== this.props[name]);
  }

  render({ mapeos, outboxes, cartas, ask, watch }) {
    return html`
      <${Section} id="entregas" title="Entregas" watch=${watch}>
        ${absence(outboxes, "las bandejas de salida") ?? (outboxes?.data ? html`<${Outboxes} outboxes=${outboxes.data.outboxes} />` : html`<${Waiting} rows=${1} />`)}
        ${absence(mapeos, "las suscripciones") ?? (mapeos?.data ? html`<${Subscriptions} mappings=${mapeos.data.mapeos} ask=${ask} />` : html`<${Waiting} rows=${6} />`)}
        ${absence(cartas, "las cartas muertas") ?? (cartas?.data && html`<${Letters} letters=${cartas.data.cartas} more=${Boolean(cartas.data.siguiente)} counted=${sum(mapeos?.data?.mapeos, "cartas")} ask=${ask} />`)}
      <//>
    `;
  }
}

function Outboxes({ outboxes }) {
  return html`
    <h3>Bandejas de salida</h3>
    <ul class="outboxes" aria-label="Bandejas de salida">
      ${outboxes.map(
        (outbox) => html`<li key=${outbox.nombre}>
          <span class="label">${CONTEXTS[outbox.nombre] ?? outbox.nombre}</span>
          <strong>${count(outbox.pendientes)}</strong>${" "}
          <span class="note">${outbox.retenidos ? `${count(outbox.retenidos)} retenidos` : outbox.mas_antiguo_segundos ? `desde hace ${age(outbox.mas_antiguo_segundos)}` : "al día"}</span>
        </li>`,
      )}
    </ul>
  `;
}

function Subscriptions({ mappings, ask }) {
  return html`
    <table class="subscriptions">
      <caption>Suscripciones</caption>
      <thead><tr><th scope="col">Suscripción</th><th scope="col" class="number">Retraso</th><th scope="col" class="number">En vuelo</th><th scope="col" class="number">Cartas</th></tr></thead>
      <tbody>
        ${mappings.map(
          (mapping) => html`<tr key=${mapping.nombre} title=${mapping.topicos.join(", ")}>
            <th scope="row">${mapping.nombre}</th>
            <td class="number">${known(mapping.retraso)}</td>
            <td class="number">${known(mapping.en_vuelo)}</td>
            <td class="number">
              <span class=${mapping.cartas ? "warn" : ""}>${mapping.cartas ? html`<${Mark} tone="warn" />` : ""}${known(mapping.cartas)}</span>
              ${mapping.cartas ? html` <button type="button" class="small" onClick=${() => ask(redriveAll(mapping), AFTER)}>Reenviar…</button>` : ""}
            </td>
          </tr>`,
        )}
      </tbody>
    </table>
  `;
}

const known = (value) => (value === null || value === undefined ? html`<span title="El bróker no lo dice">—</span>` : count(value));
