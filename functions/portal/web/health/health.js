/** The health of every part, the worst first. */

import { Component } from "preact";

import { html } from "../parts/html.js";
import { Mark } from "../parts/marks.js";
import { Section } from "../parts/section.js";
import { assess } from "./assessment.js";

export class Health extends Component {
  shouldComponentUpdate({ state }) {
    return JSON.stringify(assess(state, Date.now())) !== this.shown;
  }

  render({ state, watch }) {
    const parts = assess(state, Date.now());
    this.shown = JSON.stringify(parts);
    return html`
      <${Section} id="salud" title="Salud" watch=${watch}>
        <ul class="health">
          ${parts.map(
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
