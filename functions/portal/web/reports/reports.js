/** Reports: the versions side by side, and the switch between them. */

import { Component, html } from "htm/preact";

import { absence, Section, Waiting } from "../parts/section.js";
import { Age } from "../parts/time.js";
import { count, money } from "../words/numbers.js";
import { Versions } from "./versions.js";

const STATES = { PENDING: "Pendientes", COMPLETED: "Pagados", FAILED: "Fallidos" };

export class Reports extends Component {
  shouldComponentUpdate(next) {
    return ["version", "v1", "v2"].some((name) => next[name] !== this.props[name]);
  }

  render({ version, v1, v2, ask, watch }) {
    const active = version?.data;
    const served = active ? [active.active, active.canary?.version].filter(Boolean) : [];
    return html`
      <${Section} id="informes" title="Informes" watch=${watch} aside=${active?.since && html`<span class="note">desde hace <${Age} at=${active.since} /></span>`}>
        ${absence(version, "la versión de los informes") ?? (active ? html`<${Versions} version=${active} ask=${ask} />` : html`<${Waiting} rows=${2} />`)}
        <div class="reports">
          <${Report} name="v1" title="Versión 1, simple" report=${v1} active=${active} serves=${served.includes("v1")} />
          <${Report} name="v2" title="Versión 2, detallada" report=${v2} active=${active} serves=${served.includes("v2")} />
        </div>
      <//>
    `;
  }
}

function Report({ name, title, report, active, serves }) {
  const body = report?.data;
  const share = active?.canary?.version === name ? ` al ${active.canary.percent} %` : "";
  return html`
    <article class="report ${serves ? "serves" : ""}" data-version=${name}>
      <h3>${title} <span class="note">${serves ? `se sirve${share}` : "no se sirve"}</span></h3>
      ${absence(report, "el informe") ??
      (body
        ? html`<dl>
            <dt>Pagos</dt><dd>${count(body.summary.totalPayments)}</dd>
            <dt>Importe</dt><dd>${money(body.summary.totalAmount, body.summary.currency)}</dd>
            ${body.version === "v2" && html`<${Details} body=${body} />`}
          </dl>`
        : html`<${Waiting} rows=${2} />`)}
    </article>
  `;
}

function Details({ body }) {
  const { summary, breakdown } = body;
  return html`
    <dt>Importe medio</dt><dd>${money(summary.avgTicket ?? 0, summary.currency)}</dd>
    ${Object.entries(STATES).map(([state, word]) => html`<dt>${word}</dt><dd>${count(summary.byStatus[state] ?? 0)}</dd>`)}
    <dt>Campañas</dt><dd>${count(breakdown.byCampaign.filter((row) => row.campaignId).length)}</dd>
    ${(breakdown.byCurrency ?? []).map((row) => html`<dt>En ${row.currency}</dt><dd>${money(row.amount, row.currency)}</dd>`)}
  `;
}
