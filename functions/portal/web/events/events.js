/** Tracking events: their rate by type, the latest hundred, and those that failed. */

import { Component } from "preact";

import { retryEvent, sendExample } from "../data/actions.js";
import { Trend } from "../parts/bars.js";
import { Empty } from "../parts/empty.js";
import { html } from "../parts/html.js";
import { State } from "../parts/marks.js";
import { absence, Section, Waiting } from "../parts/section.js";
import { Age } from "../parts/time.js";
import { minute } from "../words/instants.js";
import { count, money, plural } from "../words/numbers.js";
import { EVENT_STATES, EVENT_TYPE, EVENT_TYPES } from "../words/states.js";

export class Events extends Component {
  shouldComponentUpdate(next) {
    return ["ritmo", "eventos", "fallidos", "isLocal"].some((name) => next[name] !== this.props[name]);
  }

  render({ ritmo, eventos, fallidos, ask, isLocal, watch }) {
    const found = eventos?.data?.eventos;
    return html`
      <${Section} id="eventos" title="Eventos" watch=${watch} aside=${html`<span class="note">últimos diez minutos</span>`}>
        ${absence(ritmo, "el ritmo de los eventos") ?? (ritmo?.data ? html`<${Rates} minutes=${ritmo.data.por_minuto} />` : html`<${Waiting} rows=${2} />`)}
        <${Failed} events=${fallidos?.data?.eventos ?? []} ask=${ask} />
        ${absence(eventos, "la lista de eventos") ??
        (!found
          ? html`<${Waiting} rows=${8} />`
          : found.length
            ? html`<ol class="feed" tabindex="0" aria-label="Últimos eventos">${found.map((evento) => html`<${Row} key=${evento.id_evento} evento=${evento} />`)}</ol>`
            : html`<${FirstEvent} send=${isLocal} />`)}
      <//>
    `;
  }
}

/** Small multiples on one scale, so that the types can be compared. */
function Rates({ minutes }) {
  const types = Object.keys(EVENT_TYPES);
  const highest = Math.max(1, ...minutes.flatMap((one) => types.map((type) => one.por_tipo[type] ?? 0)));
  return html`
    <ul class="rates" aria-label="Eventos por minuto y tipo">
      ${types.map((type) => {
        const values = minutes.map((one) => one.por_tipo[type] ?? 0);
        return html`<li key=${type}>
          <span class="label">${EVENT_TYPES[type]}</span>
          <span class="value"><strong>${count(Math.max(values.at(-1) ?? 0, values.at(-2) ?? 0))}</strong> <span class="unit">/min</span></span>
          <${Trend} values=${values} highest=${highest} />
        </li>`;
      })}
    </ul>
    <p class="scale note" aria-hidden="true">
      <span>${minutes[0] ? minute(minutes[0].minuto) : ""}</span><span>hasta ${count(highest)}/min</span><span>ahora</span>
    </p>
  `;
}

function Row({ evento }) {
  const value = evento.valor_conversion ? money(evento.valor_conversion, evento.moneda ?? "") : "";
  return html`
    <li>
      <span class="type">${EVENT_TYPE[evento.tipo_evento] ?? evento.tipo_evento}</span>
      <span class="who">${evento.id_afiliado}</span>
      <span class="money">${value}</span>
      <${State} of=${evento.estado} states=${EVENT_STATES} />
      <${Age} at=${evento.timestamp} />
    </li>
  `;
}

function Failed({ events, ask }) {
  if (events.length === 0) return null;
  return html`
    <div class="failures">
      <h3>${plural(events.length, "evento fallido", "eventos fallidos")}</h3>
      <ul>
        ${events.map(
          (evento) => html`<li key="${evento.id_evento}${evento.consumidor}">
            <span class="type">${EVENT_TYPE[evento.tipo_evento] ?? evento.tipo_evento} <span class="note">${evento.id_afiliado}</span></span>
            <span class="why">${evento.motivo} <span class="note">${evento.consumidor}</span></span>
            <button type="button" class="small" onClick=${() => ask(retryEvent(evento), ["fallidos", "eventos"])}>Reintentar…</button>
          </li>`,
        )}
      </ul>
    </div>
  `;
}

function FirstEvent({ send }) {
  const event = { tipo_evento: "CLICK", id_afiliado: "afiliado-001", url: "https://tienda.example/oferta" };
  const curl = `curl -X POST ${new URL("event-collector/events", document.baseURI.split("#")[0])} -H 'Content-Type: application/json' -d '${JSON.stringify(event)}'`;
  return html`<${Empty}
    text="Todavía no hay eventos. Envíe un clic:"
    curl=${curl}
    send=${send ? () => sendExample("event-collector/events", event) : null}
    button="Enviarlo ahora"
    follows="Aparece aquí como RECIBIDO y pasa a PROCESADO cuando sus consumidores lo han contado. Una conversión, además, paga una comisión."
  />`;
}
