/** The gateway's simulator: its faults as sliders, and what its ledger has paid. It is only on a developer's machine. */

import { Component } from "preact";

import { read, send } from "../data/client.js";
import { html } from "../parts/html.js";
import { Section, Waiting } from "../parts/section.js";
import { duration, money, percent, plural } from "../words/numbers.js";
import { FAULTS, presetOf, PRESETS, withFault } from "./faults.js";

const EVERY_MS = 5_000;
const MINOR_UNITS = 100;

export class Simulator extends Component {
  state = { faults: null, ledger: null, problem: null };

  componentDidMount() {
    this.timer = setInterval(() => this.props.isVisible("simulador") && this.refresh(), EVERY_MS);
    this.refresh();
  }

  componentWillUnmount() {
    clearInterval(this.timer);
  }

  refresh = async () => {
    if (this.changing) return;
    try {
      const [faults, ledger] = await Promise.all(["faults", "ledger"].map((name) => read(`${this.props.url}/_simulator/${name}`)));
      if (!this.changing) this.setState({ faults: faults.data, ledger: ledger.data, problem: null });
    } catch (problem) {
      this.setState({ problem: problem.message });
    }
  };

  change = async (faults) => {
    this.changing = true;
    this.setState((state) => ({ faults: { ...state.faults, ...faults } }));
    try {
      const now = await send("PATCH", `${this.props.url}/_simulator/faults`, faults, crypto.randomUUID());
      this.setState({ faults: now, problem: null });
    } catch (problem) {
      this.setState({ problem: problem.message });
    } finally {
      this.changing = false;
    }
  };

  render({ watch }, { faults, ledger, problem }) {
    return html`
      <${Section} id="simulador" title="Simulador de la pasarela" watch=${watch}>
        ${problem && html`<p class="note warn">El simulador: ${problem}</p>`}
        ${faults ? html`<${Controls} faults=${faults} change=${this.change} />` : !problem && html`<${Waiting} rows=${6} />`}
        ${ledger && html`<p class="ledger">${paid(ledger)}</p>`}
      <//>
    `;
  }
}

function Controls({ faults, change }) {
  const preset = presetOf(faults);
  return html`
    <div class="segments" role="group" aria-label="Ajustes preparados">
      ${PRESETS.map(({ name, faults: preparedFaults }) => html`<button key=${name} type="button" aria-pressed=${name === preset} onClick=${() => change(preparedFaults)}>${name}</button>`)}
    </div>
    <div class="sliders">
      ${FAULTS.map(({ name, label, effect, share, max, step }) => {
        const value = share ? Math.round(faults[name] * 100) : faults[name];
        const shown = share ? percent(faults[name]) : duration(faults[name]);
        const changed = (event) => change(withFault(faults, name, share ? Number(event.target.value) / 100 : Number(event.target.value)));
        return html`<label key=${name}>
          <span class="label">${label} <span class="note">${effect}</span></span>
          <input type="range" name=${name} min="0" max=${share ? 100 : Math.max(max, value)} step=${step ?? 1} value=${value} aria-valuetext=${shown} onChange=${changed} />
          <output>${shown}</output>
        </label>`;
      })}
    </div>
  `;
}

/** Return what the ledger has paid, as a sentence. */
function paid(ledger) {
  const sums = Object.entries(ledger.currencies).map(([currency, { amount }]) => money(amount / MINOR_UNITS, currency.toUpperCase()));
  const total = sums.length ? `, ${sums.join(" y ")}` : "";
  const undone = ledger.reversals ? `, ${plural(ledger.reversals, "reverso", "reversos")}` : "";
  const met = Object.values(ledger.since_start.faults).reduce((all, one) => all + one, 0);
  return `El libro mayor ha pagado ${plural(ledger.transfers, "transferencia", "transferencias")}${total}${undone}. Desde que arrancó: ${plural(ledger.since_start.requests, "solicitud", "solicitudes")}, ${plural(met, "fallo provocado", "fallos provocados")}.`;
}
