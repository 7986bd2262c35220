/** The page's state in one place; views are redrawn at most once a frame after a change. */

export class Store {
  constructor(state, { schedule = (draw) => requestAnimationFrame(draw) } = {}) {
    this.state = state;
    this.schedule = schedule;
    this.listeners = new Set();
    this.pending = false;
  }

  /** Merge a change into the state. */
  set(change) {
    this.state = { ...this.state, ...change };
    if (this.pending) return;
    this.pending = true;
    this.schedule(() => {
      this.pending = false;
      for (const listener of this.listeners) listener(this.state);
    });
  }

  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
