/** Text to copy: an id, or a command. */

import { Component } from "preact";

import { html } from "./html.js";

const SHOWN_MS = 1_500;

export class Copy extends Component {
  state = { copied: false };

  copy = async () => {
    try {
      await navigator.clipboard.writeText(this.props.text);
      this.setState({ copied: true });
      setTimeout(() => this.setState({ copied: false }), SHOWN_MS);
    } catch {
      this.setState({ copied: false }); // without the right to the clipboard the text can still be selected
    }
  };

  render({ text, what }, { copied }) {
    return html`
      <span class="copy">
        <code>${text}</code>
        <button type="button" class="small" onClick=${this.copy} aria-label="Copiar ${what}">${copied ? "Copiado" : "Copiar"}</button>
      </span>
    `;
  }
}
