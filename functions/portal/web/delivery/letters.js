/** Dead letters: each opens with why, where from, how often, and its content. */

import { Component } from "preact";

import { discard, redrive } from "../data/actions.js";
import { read } from "../data/client.js";
import { html } from "../parts/html.js";
import { Copy } from "../parts/copy.js";
import { Age, Instant } from "../parts/time.js";
import { bytes, count, plural } from "../words/numbers.js";
import { beginningOf } from "./content.js";

const AFTER = ["cartas", "mapeos", "fallidos"];
const ON_ITS_WAY = { REENVIO_SOLICITADO: "en camino", REENVIADA: "reenviada", DESCARTADA: "descartada" };

export function Letters({ letters, more, counted, ask }) {
  if (letters.length === 0 && counted) return html`<p class="note">Leyendo las cartas…</p>`;
  if (letters.length === 0) return html`<p class="note">No hay cartas muertas: todo lo publicado se ha procesado.</p>`;
  return html`
    <div class="letters">
      <h3>${plural(letters.length, "carta muerta", "cartas muertas")}${more && " y más"}</h3>
      <ul>${letters.map((letter) => html`<${Letter} key=${letter.id} letter=${letter} ask=${ask} />`)}</ul>
    </div>
  `;
}

class Letter extends Component {
  state = { opened: null, problem: null };

  open = async (event) => {
    if (!event.target.open || this.state.opened) return;
    try {
      const { data } = await read(`connector/dead-letters/${encodeURIComponent(this.props.letter.id)}`);
      this.setState({ opened: beginningOf(data), problem: null });
    } catch (problem) {
      this.setState({ problem: problem.message });
    }
  };

  render({ letter, ask }, { opened, problem }) {
    const waits = ON_ITS_WAY[letter.estado];
    return html`
      <li data-letter=${letter.id}>
        <details onToggle=${this.open}>
          <summary>
            <span class="who">${letter.mapeo || letter.topico_dlq}</span>
            <span class="why">${letter.motivo || "motivo desconocido"}</span>
            <span class="note">${waits ?? (letter.mapeo ? "" : "solo se puede descartar")}</span>
            ${letter.fecha && html`<${Age} at=${letter.fecha} />`}
            <span class="from note">${[letter.topico, letter.clave && `clave ${letter.clave}`].filter(Boolean).join(" · ")}</span>
          </summary>
          <dl>
            <dt>Motivo</dt><dd>${letter.motivo ? html`La función lo ha rechazado. Dice: <q lang="">${letter.motivo}</q>` : "—"}</dd>
            <dt>Viene de</dt><dd><code>${letter.topico ?? "—"}</code>, suscripción <code>${letter.suscripcion ?? "—"}</code></dd>
            <dt>Intentos</dt><dd>${letter.recepciones === null ? "—" : count(letter.recepciones)}</dd>
            <dt>Desde</dt><dd><${Instant} at=${letter.fecha} /></dd>
            <dt>Tamaño</dt><dd>${bytes(letter.tamano ?? 0)}</dd>
            ${letter.impedimento && html`<dt>No se puede reenviar</dt><dd>${letter.impedimento}</dd>`}
            ${letter.clave && html`<dt>Clave</dt><dd><code>${letter.clave}</code></dd>`}
          </dl>
          ${problem ? html`<p class="problem" role="alert">${problem}</p>` : html`<pre tabindex="0">${opened ? opened.text : "Leyendo…"}</pre>`}
          ${opened && !opened.isWhole && html`<p class="note">Es el comienzo de ${bytes(letter.tamano)}. La carta entera: <${Copy} text="aero dlq show ${letter.id} --raw" what="el comando" /></p>`}
          <footer>
            <button type="button" class="danger quiet" onClick=${() => ask(discard(letter), AFTER)}>Descartar…</button>
            <button type="button" onClick=${() => ask(redrive(letter), AFTER)} disabled=${Boolean(waits || letter.impedimento)}>Reenviar…</button>
          </footer>
        </details>
      </li>
    `;
  }
}
