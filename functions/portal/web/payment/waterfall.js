/** The waterfall: a bar for each step of a payment on one time axis. */

import { html } from "../parts/html.js";
import { exactTime, utc } from "../words/instants.js";
import { duration } from "../words/numbers.js";
import { place, ticks } from "./axis.js";
import { gapSentence, longest } from "./gap.js";

const LABELS_LEFT_FROM = 70; // per cent of the axis: bars that end further right have their label on their left

export function Waterfall({ phase }) {
  const worst = longest(phase);
  const total = phase.to - phase.from;
  return html`
    <section class="waterfall" aria-label=${phase.title}>
      <h2>${phase.title}</h2>
      <p class="gap">${gapSentence(phase)}</p>
      <div class="chart">
        <div class="axis" aria-hidden="true">
          ${ticks(total).map((tick) => html`<span key=${tick} style=${{ "--start": (100 * tick) / Math.max(total, 1) }}>${tick ? duration(tick) : "0"}</span>`)}
        </div>
        <ol>${phase.steps.map((step, index) => html`<${Step} key=${index} step=${step} phase=${phase} worst=${step === worst} />`)}</ol>
      </div>
    </section>
  `;
}

function Step({ step, phase, worst }) {
  const { start, width } = place(step, phase);
  const lasts = step.to > step.from;
  const left = start + width > LABELS_LEFT_FROM && start > 100 - LABELS_LEFT_FROM;
  const inside = start + width > LABELS_LEFT_FROM && !left && step.kind !== "wait" && step.kind !== "topic" && step.kind !== "outbox";
  const classes = ["bar", step.kind, step.open && "open", step.failed && "failed", worst && "worst", !lasts && "instant"];
  return html`
    <li>
      <details>
        <summary>
          <span class="label">${step.label}</span>
          <span class="track">
            <span class=${classes.filter(Boolean).join(" ")} style=${{ "--start": start, "--width": width }}></span>
            <span class="length ${left ? "left" : inside ? "inside" : ""}" style=${{ "--start": left ? start : start + width }}>
              ${lasts ? duration(step.to - step.from) : `+${duration(step.from - phase.from)}`}
              ${worst && html` <span class="longest">lo más largo</span>`}
            </span>
          </span>
          <span class="exact" role="tooltip">${exact(step)}</span>
        </summary>
        <dl class="step">
          ${step.text && html`<dt>Qué pasó</dt><dd>${step.text}</dd>`}
          <dt>Desde</dt><dd><${Exact} at=${step.from} /></dd>
          ${lasts && html`<dt>Hasta</dt><dd>${step.open ? "ahora" : html`<${Exact} at=${step.to} />`}</dd>`}
          ${step.source?.id_evento && html`<dt>Evento</dt><dd><code>${step.source.id_evento}</code></dd>`}
          ${step.source?.referencia_pasarela && html`<dt>Pasarela</dt><dd><code>${step.source.referencia_pasarela}</code></dd>`}
        </dl>
      </details>
    </li>
  `;
}

function exact(step) {
  const from = exactTime(iso(step.from));
  return step.to > step.from && !step.open ? `${from} → ${exactTime(iso(step.to))}` : from;
}

function Exact({ at }) {
  return html`<time datetime=${iso(at)} title=${utc(iso(at))}>${exactTime(iso(at))}</time> <span class="note">${utc(iso(at))}</span>`;
}

const iso = (at) => new Date(at).toISOString();
