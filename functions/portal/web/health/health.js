/** The health of every part. */

import { Component, html } from "htm/preact";

import { Mark } from "../parts/marks.js";
import { Section } from "../parts/section.js";
import { partsOf } from "./parts.js";

export class Health extends Component {
  shouldComponentUpdate(next) {
    return ["pagosSalud", "campanasEstado", "informesSalud", "eventosSalud", "mapeos"].some((name) => next.state[name] !== this.props.state[name]);
  }

  render({ state, watch }) {
    return html`
      <${Section} id="salud" title="Salud" watch=${watch}>
        <ul class="health">
          ${partsOf(state).map(
            ({ name, tone, word, detail }) => html`<li key=${name} class=${tone}>
              <strong>${name}</strong>
              <span class="state ${tone}"><${Mark} tone=${tone} />${word}</span>
              <span class="note">${detail ?? ""}</span>
            </li>`,
          )}
        </ul>
      <//>
    `;
  }
}
