/** The switch of the reports' version as a segmented control, with the canary. */

import { Component } from "preact";

import { switchVersion } from "../data/actions.js";
import { html } from "../parts/html.js";

const AFTER = ["version", "informeV1", "informeV2"];
const SHARES = [5, 10, 25, 50];

export class Versions extends Component {
  state = { percent: 10 };

  choose = (name) => {
    const { version, ask } = this.props;
    if (name !== version.active) ask(switchVersion(name, null), AFTER);
  };

  render({ version, ask }, { percent }) {
    const { active, available, canary } = version;
    const other = available.find((name) => name !== active);
    return html`
      <div class="versions">
        <div class="segments" role="group" aria-label="Versión que se sirve">
          ${available.map((name) => html`<button key=${name} type="button" aria-pressed=${name === active} onClick=${() => this.choose(name)}>${name}</button>`)}
        </div>
        ${canary
          ? html`<span>Canario: ${canary.version} al ${canary.percent} % de los afiliados</span>
              <button type="button" onClick=${() => ask(switchVersion(active, null), AFTER)}>Quitar el canario…</button>`
          : other &&
            html`<label class="canary">Canario
              <select value=${percent} onChange=${(event) => this.setState({ percent: Number(event.target.value) })}>
                ${SHARES.map((share) => html`<option value=${share}>${share} %</option>`)}
              </select></label>
              <button type="button" onClick=${() => ask(switchVersion(active, { version: other, percent }), AFTER)}>Dar ${other} al ${percent} %…</button>`}
        <span class="note">Un cambio se ve en un segundo, en todas partes.</span>
      </div>
    `;
  }
}
