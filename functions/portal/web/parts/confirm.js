/** Asks before an action: what it will do, a reason where one is needed, and the refusal if there is one. */

import { Component } from "preact";

import { html } from "./html.js";

/**
 * `dialog` is `{title, text, confirm, field, danger, act}`: `act(key, value)` sends the command under an idempotency
 * key that stays the same for every click of this dialog, and returns what to say afterwards.
 */
export class Confirm extends Component {
  state = { value: "", sending: false, problem: null };
  key = crypto.randomUUID();

  componentDidMount() {
    this.before = document.activeElement;
    this.element.showModal();
  }

  componentWillUnmount() {
    this.before?.focus?.();
  }

  submit = async (event) => {
    event.preventDefault();
    this.setState({ sending: true, problem: null });
    try {
      this.props.close(await this.props.dialog.act(this.key, this.state.value.trim()));
    } catch (problem) {
      this.setState({ sending: false, problem: problem.message });
      // The refusal is the answer to that key; a corrected command is another one.
      if (problem.status >= 400 && problem.status < 500) this.key = crypto.randomUUID();
    }
  };

  render({ dialog, close }, { value, sending, problem }) {
    const { title, text, confirm, field, danger } = dialog;
    return html`
      <dialog ref=${(element) => (this.element = element)} class="confirm" aria-labelledby="confirm-title" aria-describedby="confirm-text" onClose=${() => close()}>
        <form onSubmit=${this.submit}>
          <h2 id="confirm-title">${title}</h2>
          <div id="confirm-text">${[text].flat().map((line) => html`<p>${line}</p>`)}</div>
          ${field &&
          html`<label>${field}
            <input type="text" required maxlength="500" value=${value} onInput=${(event) => this.setState({ value: event.target.value })} />
          </label>`}
          ${problem && html`<p class="problem" role="alert">${problem}</p>`}
          <footer>
            <button type="button" onClick=${() => close()}>Cancelar</button>
            <button type="submit" class=${danger ? "danger" : "primary"} disabled=${sending}>${sending ? "Enviando…" : confirm}</button>
          </footer>
        </form>
      </dialog>
    `;
  }
}
