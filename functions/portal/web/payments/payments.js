/** The lanes: payments as they move through their states. */

import { Component } from "preact";

import { sendExample } from "../data/actions.js";
import { Empty } from "../parts/empty.js";
import { html } from "../parts/html.js";
import { Mark } from "../parts/marks.js";
import { absence, Section, Waiting } from "../parts/section.js";
import { Age } from "../parts/time.js";
import { amount, count } from "../words/numbers.js";
import { PAYMENT_STATES, stateOf } from "../words/states.js";
import { Filter } from "./filter.js";
import { countOf, fillLanes } from "./lanes.js";
import { positions, slide } from "./motion.js";

const SHOWN = 8; // rows of a lane; the filter shows the others

export class Payments extends Component {
  shouldComponentUpdate(next) {
    return ["pagos", "pendientes", "procesando", "pagosFallidos", "pagosReversados", "open", "filter", "withSimulator"].some((name) => next[name] !== this.props[name]);
  }

  getSnapshotBeforeUpdate() {
    return positions(lanes());
  }

  componentDidUpdate(_props, _state, before) {
    slide(lanes(), before);
  }

  render({ pagos, pendientes, procesando, pagosFallidos, pagosReversados, open, filter, withSimulator, watch }) {
    const filtered = Boolean(filter.afiliado || filter.estado);
    const found = pagos?.data?.pagos;
    return html`
      <${Section} id="pagos" title="Pagos" watch=${watch} className="wide" aside=${html`<${Filter} filter=${filter} />`}>
        ${absence(pagos, "la lista de pagos") ??
        (!found
          ? html`<${Waiting} rows=${SHOWN} />`
          : found.length || filtered
            ? html`<${Lanes} filter=${filter} lanes=${fillLanes(found, ...[pagosReversados, pagosFallidos, pendientes, procesando].map((source) => extra(source, filter)))} open=${filtered ? null : open} goesOn=${Boolean(pagos.data.siguiente)} />`
            : html`<${FirstPayment} send=${withSimulator} />`)}
      <//>
    `;
  }
}

const lanes = () => document.getElementById("pagos");

/** The payments of a further list, unless it was read for another filter. */
function extra(source, { estado, afiliado }) {
  if (!source?.data || estado) return [];
  const of = new URLSearchParams(source.url.split("?")[1]).get("id_afiliado") ?? "";
  return of === afiliado ? source.data.pagos : [];
}

function Lanes({ lanes, filter, open, goesOn }) {
  const shown = filter.estado ? lanes.filter((lane) => lane.states.includes(filter.estado)) : lanes;
  return html`
    <div class="lanes ${filter.estado ? "one" : ""}">
      ${shown.map((lane) => {
        const rows = lane.pagos.slice(0, filter.estado ? lane.pagos.length : SHOWN);
        return html`
          <section key=${lane.key} class="lane" aria-labelledby="lane-${lane.key}">
            <h3 id="lane-${lane.key}">
              <${Mark} tone=${stateOf(PAYMENT_STATES, lane.key).tone} />${lane.title}
              <span class="count">${countOf(lane, { open, goesOn })}</span>
            </h3>
            ${rows.length ? html`<ol>${rows.map((pago) => html`<${Row} key=${pago.id} pago=${pago} />`)}</ol>` : html`<p class="note">${lane.empty}</p>`}
            ${lane.pagos.length > rows.length && html`<a class="note" href="#/?estado=${lane.key}">Ver ${count(lane.pagos.length)}</a>`}
          </section>
        `;
      })}
    </div>
  `;
}

function Row({ pago }) {
  const two = pago.estado === "REVERSADO";
  return html`
    <li data-id=${pago.id} data-state=${pago.estado}>
      <a class="payment" href="#/pagos/${pago.id}" title=${pago.mensaje_error}>
        <span class="who">${pago.id_afiliado}</span>
        <span class="money">${amount(pago.monto)} <span class="currency">${pago.moneda}</span></span>
        <span class="what">${two && html`<${Mark} tone="undone" />`}${two ? "Reversado · " : ""}${pago.mensaje_error ?? pago.referencia_pago}</span>
        <${Age} at=${pago.fecha_creacion} />
      </a>
    </li>
  `;
}

function FirstPayment({ send }) {
  const document = { id_afiliado: "afiliado-001", monto: 100.5, moneda: "COP", referencia_pago: `prueba-${Date.now()}` };
  const curl = `curl -X POST ${new URL("pagos/", document_base())} -H 'Content-Type: application/json' -d '${JSON.stringify(document)}'`;
  return html`<${Empty}
    text="Todavía no hay pagos. Envíe el primero:"
    curl=${curl}
    send=${send ? () => sendExample("pagos", document) : null}
    button="Enviarlo ahora"
    follows="Aparece aquí como PENDIENTE; en menos de un segundo la pasarela lo paga y pasa a EXITOSO. Después, ábralo para ver cada paso."
  />`;
}

const document_base = () => globalThis.document.baseURI.split("#")[0];
