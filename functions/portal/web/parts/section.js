/** A part of the page: a landmark with its heading, which tells the page whether it is on the screen. */

import { Component } from "preact";

import { Problem } from "../data/client.js";
import { html } from "./html.js";

/** `id` names the section in the page's addresses; `watch` reports it to the page. */
export class Section extends Component {
  componentDidMount() {
    this.unwatch = this.props.watch(this.element);
  }

  componentWillUnmount() {
    this.unwatch?.();
  }

  render({ id, title, aside, children, className = "" }) {
    return html`
      <section id=${id} ref=${(element) => (this.element = element)} class="part ${className}" aria-labelledby="${id}-title">
        <header><h2 id="${id}-title" tabindex="-1">${title}</h2>${aside}</header>
        ${children}
      </section>
    `;
  }
}

/** The text in the place of what could not be read, or null if it could. */
export function absence(source, what) {
  if (!source?.error || (source.data && !(source.error instanceof Problem && source.error.missing))) return null;
  if (source.error.missing) return html`<p class="note">Esta plataforma aún no ofrece ${what}.</p>`;
  return html`<p class="note warn">No se pudo leer ${what}: ${source.error.message}</p>`;
}

/** Rows that have not arrived yet keep their place. */
export function Waiting({ rows = 3 }) {
  return html`<div class="skeleton" aria-hidden="true">${Array.from({ length: rows }, () => html`<span></span>`)}</div>`;
}
