/** An empty part teaches: what would stand here, the command to copy, and a button that does it. */

import { Component } from "preact";

import { Copy } from "./copy.js";
import { html } from "./html.js";

/** `send` does what the command does; without it there is no button. `follows` says what will happen. */
export class Empty extends Component {
  state = { sending: false, problem: null };

  click = async () => {
    this.setState({ sending: true, problem: null });
    try {
      await this.props.send();
      this.setState({ sending: false });
    } catch (problem) {
      this.setState({ sending: false, problem: problem.message });
    }
  };

  render({ text, curl, follows, send, button }, { sending, problem }) {
    return html`
      <div class="empty">
        <p>${text}</p>
        <${Copy} text=${curl} what="el comando" />
        ${send && html`<button type="button" onClick=${this.click} disabled=${sending}>${sending ? "Enviando…" : button}</button>`}
        <p class="note">${follows}</p>
        ${problem && html`<p class="problem" role="alert">${problem}</p>`}
      </div>
    `;
  }
}
