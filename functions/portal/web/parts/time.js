/** Times on the page: an age that grows by itself, and an instant; both tell UTC on hover. */

import { Component } from "preact";

import { dateAndTime, milliseconds, utc } from "../words/instants.js";
import { age } from "../words/numbers.js";
import { html } from "./html.js";

const SECOND_MS = 1_000;
const ages = new Set();
let timer = null;

/** Let the ages grow, or stop them while the page is hidden. */
export function growAges(grow) {
  clearInterval(timer);
  timer = grow ? setInterval(() => ages.forEach((one) => one.tick()), SECOND_MS) : null;
  if (grow) ages.forEach((one) => one.tick());
}

/** How long ago an instant was; it is drawn again only when its text changes. */
export class Age extends Component {
  componentDidMount() {
    ages.add(this);
  }

  componentWillUnmount() {
    ages.delete(this);
  }

  shouldComponentUpdate({ at }) {
    return at !== this.props.at || this.text(at) !== this.shown;
  }

  tick() {
    if (this.text(this.props.at) !== this.shown) this.forceUpdate();
  }

  text(at) {
    return age((Date.now() - milliseconds(at)) / SECOND_MS);
  }

  render({ at }) {
    this.shown = this.text(at);
    return html`<time class="age" datetime=${at} title=${`${dateAndTime(at)} · ${utc(at)}`}>${this.shown}</time>`;
  }
}

/** A date and time. */
export function Instant({ at }) {
  return at ? html`<time datetime=${at} title=${utc(at)}>${dateAndTime(at)}</time>` : "—";
}
