/** The page: the strip, then the parts or one payment. */

import { Component } from "preact";

import { Campaigns } from "./campaigns/campaigns.js";
import { Delivery } from "./delivery/delivery.js";
import { Events } from "./events/events.js";
import { Health } from "./health/health.js";
import { Confirm } from "./parts/confirm.js";
import { html } from "./parts/html.js";
import { Payment } from "./payment/payment.js";
import { Payments } from "./payments/payments.js";
import { Reports } from "./reports/reports.js";
import { Simulator } from "./simulator/simulator.js";
import { Strip } from "./strip/strip.js";

/** `page` has what the parts may do: `ask`, `watch`, `close`, `isVisible`, and the simulator's URL. */
export class App extends Component {
  state = this.props.store.state;

  componentDidMount() {
    this.unsubscribe = this.props.store.subscribe((state) => this.setState(state));
  }

  componentWillUnmount() {
    this.unsubscribe();
  }

  render({ page }, state) {
    return html`
      <${Strip} state=${state} />
      <main id="contenido" tabindex="-1" class=${state.downSince ? "stale" : ""}>
        <${PAGES[state.route.page]} state=${state} page=${page} />
      </main>
      <p class=${state.told ? "told" : "unseen"} role="status">${state.told ?? ""}</p>
      ${state.dialog && html`<${Confirm} key=${state.dialog.number} dialog=${state.dialog} close=${page.close} />`}
    `;
  }
}

function OnePayment({ state, page }) {
  const { pago, traza, contado, route } = state;
  return html`<${Payment} key=${route.id} id=${route.id} ...${{ pago, traza, contado }} ask=${page.ask} isLocal=${page.isLocal} />`;
}

function Unknown() {
  return html`<div class="empty"><h1>No hay ninguna página con esta dirección</h1><p><a href="#/">Ir al panel</a></p></div>`;
}

function Parts({ state, page }) {
  const { ask, watch, isLocal } = page;
  const { pagos, pendientes, procesando, pagosFallidos, pagosReversados } = state;
  return html`
    <h1 class="unseen">Panel de Aeropartners</h1>
    <${Payments} ...${{ pagos, pendientes, procesando, pagosFallidos, pagosReversados, watch }} open=${state.estadisticas?.data?.abiertos} filter=${state.route.filter} withSimulator=${isLocal} />
    <div class="columns">
      <div>
        <${Events} ritmo=${state.ritmo} eventos=${state.eventos} fallidos=${state.fallidos} ...${{ ask, watch, isLocal }} />
        <${Campaigns} campanas=${state.campanas} estado=${state.campanasEstado} ...${{ isLocal, watch }} />
        <${Health} state=${state} watch=${watch} />
      </div>
      <div>
        <${Delivery} mapeos=${state.mapeos} outboxes=${state.outboxes} cartas=${state.cartas} ...${{ ask, watch }} />
        <${Reports} version=${state.version} v1=${state.informeV1} v2=${state.informeV2} ...${{ ask, watch }} />
        ${page.simulator && html`<${Simulator} url=${page.simulator} watch=${watch} isVisible=${page.isVisible} />`}
      </div>
    </div>
  `;
}

const PAGES = { home: Parts, payment: OnePayment, unknown: Unknown };
