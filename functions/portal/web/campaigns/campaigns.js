/** Campaigns: who serves them, and each with its budget and rates. */

import { Component } from "preact";

import { sendExample } from "../data/actions.js";
import { Meter } from "../parts/bars.js";
import { Empty } from "../parts/empty.js";
import { html } from "../parts/html.js";
import { State } from "../parts/marks.js";
import { absence, Section, Waiting } from "../parts/section.js";
import { count, decimal, money, percent } from "../words/numbers.js";
import { CAMPAIGN_STATES } from "../words/states.js";
import { Serving } from "./serving.js";

const SHOWN = 6;
const NEARLY_SPENT = 0.9;

export class Campaigns extends Component {
  shouldComponentUpdate(next) {
    return next.campanas !== this.props.campanas || next.estado !== this.props.estado || next.isLocal !== this.props.isLocal;
  }

  render({ campanas, estado, isLocal, watch }) {
    const found = campanas?.data?.campanas;
    return html`
      <${Section} id="campanas" title="Campañas" watch=${watch} aside=${found && html`<span class="note">${count(campanas.data.total)} en total</span>`}>
        ${absence(estado, "quién sirve las campañas") ?? (estado?.data && html`<${Serving} status=${estado.data} />`)}
        ${absence(campanas, "las campañas") ??
        (!found
          ? html`<${Waiting} rows=${SHOWN} />`
          : found.length
            ? html`<ol class="campaigns">${found.slice(0, SHOWN).map((campana) => html`<${Row} key=${campana.id} campana=${campana} />`)}</ol>`
            : html`<${FirstCampaign} send=${isLocal} />`)}
      <//>
    `;
  }
}

function Row({ campana }) {
  const { presupuesto, metricas } = campana;
  const share = presupuesto.monto > 0 ? metricas.gasto_actual / presupuesto.monto : 0;
  return html`
    <li>
      <span class="name">${campana.nombre} <span class="note">${campana.id_afiliado}</span></span>
      <${State} of=${campana.estado} states=${CAMPAIGN_STATES} />
      <span class="budget">
        <${Meter} share=${share} label="Presupuesto gastado de ${campana.nombre}" tone=${share >= NEARLY_SPENT ? "warn" : ""} />
        <span class="spent">${money(metricas.gasto_actual, presupuesto.moneda)} <span class="note">de ${money(presupuesto.monto, presupuesto.moneda)} · ${percent(share)}</span></span>
      </span>
      <span class="rates note">
        ${count(metricas.impresiones)} impr. · ${count(metricas.clicks)} clics · ${count(metricas.conversiones)} conv. · CTR ${decimal(metricas.ctr)} % · conversión ${decimal(metricas.tasa_conversion)} %
      </span>
    </li>
  `;
}

function FirstCampaign({ send }) {
  const year = new Date().getFullYear();
  const campaign = { nombre: "Primera campaña", presupuesto: { monto: 5000, moneda: "COP" }, fecha_inicio: `${year}-01-01`, fecha_fin: `${year + 1}-12-31`, id_afiliado: "afiliado-001" };
  const curl = `curl -X POST ${new URL("campaigns/", document.baseURI.split("#")[0])} -H 'Content-Type: application/json' -d '${JSON.stringify(campaign)}'`;
  return html`<${Empty}
    text="Todavía no hay campañas. Cree la primera:"
    curl=${curl}
    send=${send ? () => sendExample("campaigns", campaign) : null}
    button="Crearla ahora"
    follows="Aparece aquí en unos segundos, con su presupuesto entero. Los clics y las conversiones que la nombren le suman métricas y gasto."
  />`;
}
