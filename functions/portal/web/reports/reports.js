/** Reports: both versions side by side, and the switch between them. */

import { Component } from "preact";

import { html } from "../parts/html.js";
import { Mark } from "../parts/marks.js";
import { absence, Section, Waiting } from "../parts/section.js";
import { Age } from "../parts/time.js";
import { comparison } from "./comparison.js";
import { Versions } from "./versions.js";

export class Reports extends Component {
  shouldComponentUpdate(next) {
    return ["version", "v1", "v2"].some((name) => next[name] !== this.props[name]);
  }

  render({ version, v1, v2, ask, watch }) {
    const active = version?.data;
    return html`
      <${Section} id="informes" title="Informes" watch=${watch} aside=${active?.since && html`<span class="note">así desde hace <${Age} at=${active.since} /></span>`}>
        ${absence(version, "la versión de los informes") ?? (active ? html`<${Versions} version=${active} ask=${ask} />` : html`<${Waiting} rows=${2} />`)}
        ${absence(v1, "el informe") ?? absence(v2, "el informe") ?? (v1?.data && v2?.data ? html`<${Comparison} v1=${v1.data} v2=${v2.data} active=${active} />` : html`<${Waiting} rows=${7} />`)}
      <//>
    `;
  }
}

function Comparison({ v1, v2, active }) {
  return html`
    <table class="reports">
      <caption class="unseen">El mismo informe en las dos versiones</caption>
      <thead>
        <tr><th scope="col">Todos los pagos</th><${Head} name="v1" active=${active} /><${Head} name="v2" active=${active} /></tr>
      </thead>
      <tbody>
        ${comparison(v1, v2).map(([label, one, other]) => html`<tr key=${label}><th scope="row">${label}</th><td class="number">${one}</td><td class="number">${other}</td></tr>`)}
      </tbody>
    </table>
  `;
}

function Head({ name, active }) {
  const canary = active?.canary?.version === name;
  const serves = active?.active === name;
  return html`
    <th scope="col" class="number ${serves || canary ? "serves" : ""}" data-version=${name}>
      ${name} ${serves ? html`<span class="state good"><${Mark} tone="good" />se sirve</span>` : canary ? html`<span class="state working"><${Mark} tone="working" />al ${active.canary.percent} %</span>` : ""}
    </th>
  `;
}
