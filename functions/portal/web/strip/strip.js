/** The strip that stays on top: one sentence, five figures. */

import { Trend } from "../parts/bars.js";
import { html } from "../parts/html.js";
import { Mark } from "../parts/marks.js";
import { figures } from "./figures.js";
import { sentence } from "./sentence.js";

export function Strip({ state }) {
  const now = Date.now();
  return html`
    <div class="strip">
      <${Sentence} said=${sentence(state, now)} />
      <ul class="figures" aria-label="Cifras">${figures(state, now).map((figure) => html`<${Figure} key=${figure.key} ...${figure} />`)}</ul>
    </div>
  `;
}

function Sentence({ said }) {
  const text = said.link ? html`<a href="#/${said.link}">${said.text}</a>` : said.text;
  const more = said.more ? html` <span class="more">y ${said.more === 1 ? "un aviso más" : `${said.more} avisos más`}</span>` : null;
  return html`<p class="sentence ${said.tone}" id="sentence"><${Mark} tone=${said.tone} /><span>${text}${said.text.endsWith("…") ? "" : "."}${more}</span></p>`;
}

function Figure({ label, value, unit, trend, tone, note, link }) {
  const said = note ?? " ";
  return html`
    <li class="figure ${tone ?? ""}">
      <span class="label">${label}</span>
      <span class="value"><strong>${value ?? "—"}</strong> <span class="unit">${value === null ? "" : unit}</span></span>
      <${Trend} values=${trend.length ? trend : Array(10).fill(null)} />
      <span class="said">${tone && html`<${Mark} tone=${tone} />`}${link ? html`<a href=${link}>${said}</a>` : said}</span>
    </li>
  `;
}
