/** One payment: its waterfall in the centre, its facts and what can be done beside it. */

import { Component } from "preact";

import { revert } from "../data/actions.js";
import { html } from "../parts/html.js";
import { State } from "../parts/marks.js";
import { Waiting } from "../parts/section.js";
import { amount } from "../words/numbers.js";
import { isId } from "../words/route.js";
import { PAYMENT_STATES } from "../words/states.js";
import { Facts } from "./facts.js";
import { RawEvents } from "./raw.js";
import { phasesOf } from "./steps.js";
import { Waterfall } from "./waterfall.js";

const MISTYPED = { message: "Esto no es un id de pago. Un id tiene esta forma: 01a2172f-0000-7000-8000-000000000000" };

export class Payment extends Component {
  componentDidMount() {
    document.getElementById("payment-title")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  render({ id, pago, traza, contado, ask, isLocal }) {
    const own = (source) => (source?.url?.includes(id) ? source : null); // not the payment shown before
    const facts = own(pago)?.data;
    const pasos = own(traza)?.data?.pasos;
    const problem = !facts && (isId(id) ? (pago?.error ?? traza?.error) : MISTYPED);
    return html`
      <article class="one" aria-labelledby="payment-title">
        <header>
          <a class="back" href="#/">← Todos los pagos</a>
          <h1 id="payment-title" tabindex="-1">
            ${facts ? html`${amount(facts.monto)} <span class="currency">${facts.moneda}</span> <span class="to">a ${facts.id_afiliado}</span>` : "Pago"}
          </h1>
          ${facts && html`<${State} of=${facts.estado} states=${PAYMENT_STATES} />`}
          ${facts?.estado === "EXITOSO" && html`<button type="button" class="danger quiet" onClick=${() => ask(revert(facts), ["pago", "traza", "contado"])}>Revertir…</button>`}
        </header>
        ${problem ? html`<${NotFound} id=${id} problem=${problem} />` : null}
        <div class="columns">
          <div class="story">
            ${pasos
              ? phasesOf(pasos, own(contado)?.data, Date.now()).map((phase, index) => html`<${Waterfall} key=${index} phase=${phase} only=${index === 0} />`)
              : problem ? null : html`<${Waiting} rows=${8} />`}
            ${facts?.mensaje_error && html`<div class="problem"><p>La pasarela no lo ha pagado. Dice:</p><blockquote lang="">${facts.mensaje_error}</blockquote></div>`}
          </div>
          ${facts && html`<${Facts} pago=${facts} pasos=${pasos ?? []} contado=${contado} isLocal=${isLocal} />`}
        </div>
        ${pasos && html`<${RawEvents} pasos=${pasos} contado=${own(contado)?.data} />`}
      </article>
    `;
  }
}

function NotFound({ id, problem }) {
  return html`<div class="empty"><p>${problem.status === 404 ? "No hay ningún pago con este id." : problem.message}</p><code>${id}</code></div>`;
}
