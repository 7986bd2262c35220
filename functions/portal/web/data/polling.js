/** Keeps documents current: each source is read again after its time, while its part of the page is visible. */

import { read as readDocument } from "./client.js";

const AT_A_TIME = 2; // a function's environment serves one request at a time, so more would start more of them
const LONGEST_PAUSE_MS = 5_000;
const LONGEST_SOURCE_PAUSE_MS = 30_000;
const SILENT_READS = 2; // reads in a row without any answer until the platform counts as down
const SILENT_SOURCES = 3; // or sources whose functions do not answer, so that one crashed function is not the platform
const SILENT_MS = 4_000; // a source that does not answer for so long after it should have is silent
const PROBES = 2; // sources that are asked while the platform is down

/**
 * A source is `{key, path, every, wanted}`: `path()` is its URL or null, `every` its period in milliseconds or a
 * function that returns it, `wanted()` says whether the page shows it now. `onChange(key, state)` gets each new state of a source.
 */
export class Polling {
  constructor({ sources, onChange, onDown, read = readDocument, now = Date.now, timers = globalThis }) {
    this.sources = sources.map((source) => ({ ...source, next: 0, busy: false, failures: 0, url: null, etag: null, heard: null, asked: null, since: null }));
    this.onChange = onChange;
    this.onDown = onDown;
    this.read = read;
    this.now = now;
    this.timers = timers;
    this.timer = null;
    this.running = false;
    this.silentReads = 0;
    this.silentSources = new Set();
    this.downSince = null;
  }

  start() {
    if (!this.running) for (const source of this.sources) Object.assign(source, { since: null, asked: null });
    this.running = true;
    this.step();
  }

  /** Stop asking, as while the page is hidden. */
  stop() {
    this.running = false;
    this.timers.clearTimeout(this.timer);
  }

  /**
   * Return what is known of the sources: `followed` are read now, `awaited` of these have not answered since the page
   * was opened or shown again, and `silence` says since when the others that should have answered have not.
   */
  attention() {
    const time = this.now();
    const [followed, awaited, silence] = [[], [], {}];
    for (const source of this.sources) {
      if (!this.follow(source) || source.path() === null) continue;
      const { key, heard, asked, since } = source;
      followed.push(key);
      const late = Math.max(heard ?? since, since) + period(source) + SILENT_MS;
      if (asked !== null && time - asked >= SILENT_MS) silence[key] = heard ?? asked;
      else if (source.next <= time && late <= time) silence[key] = heard ?? since;
      else if (heard === null || heard < since - period(source)) awaited.push(key);
    }
    return { followed, awaited, silence };
  }

  /** Return whether a source is wanted, and remember since when. */
  follow(source) {
    const wanted = source.wanted();
    if (!wanted) Object.assign(source, { since: null, asked: null });
    else source.since ??= this.now();
    return wanted;
  }

  /** Ask again now: the named sources, or those whose time has come and whose part has just appeared. */
  wake(...keys) {
    for (const source of this.sources) {
      if (keys.includes(source.key)) {
        source.next = 0;
        source.again = source.busy;
      }
    }
    if (this.running) this.step();
  }

  step() {
    this.timers.clearTimeout(this.timer);
    if (!this.running) return;
    const time = this.now();
    const shown = this.sources.filter((source) => this.follow(source) && source.path() !== null);
    const wanted = this.downSince === null ? shown : shown.slice(0, PROBES);
    const free = AT_A_TIME - this.sources.filter((source) => source.busy).length;
    const due = wanted
      .filter((source) => !source.busy && (source.next <= time || source.path() !== source.url))
      .sort((one, other) => one.next - other.next);
    for (const source of due.slice(0, Math.max(0, free))) this.ask(source);
    if (due.length > free) return; // an answer makes the next step
    const next = Math.min(...wanted.filter((source) => !source.busy).map((source) => source.next));
    if (Number.isFinite(next)) this.timer = this.timers.setTimeout(() => this.step(), Math.max(50, next - time));
  }

  async ask(source) {
    const url = source.path();
    if (url !== source.url) Object.assign(source, { url, etag: null, failures: 0 });
    source.busy = true;
    source.next = this.now() + period(source);
    source.asked ??= this.now();
    try {
      const answer = await this.read(url, { etag: source.etag });
      this.answered();
      Object.assign(source, { heard: this.now(), asked: null });
      source.failures = 0;
      if (source.url !== url) return;
      if (answer) {
        source.etag = answer.etag;
        this.onChange(source.key, { data: answer.data, headers: answer.headers, url, at: this.now() });
      }
      if (source.failed) this.onChange(source.key, { error: null });
      source.failed = false;
    } catch (error) {
      this.failed(source, error);
    } finally {
      source.busy = false;
      if (source.again) source.next = 0;
      source.again = false;
      this.step();
    }
  }

  answered() {
    this.silentReads = 0;
    this.silentSources.clear();
    if (this.downSince === null) return;
    this.downSince = null;
    for (const source of this.sources) Object.assign(source, { next: 0, since: null, asked: null });
    this.onDown(null);
  }

  failed(source, error) {
    source.failed = true;
    source.etag = null;
    source.failures += 1;
    const pause = period(source) * 2 ** Math.min(source.failures, 10);
    if (!error.unreachable) {
      this.answered();
      Object.assign(source, { heard: this.now(), asked: null });
      source.next = this.now() + Math.min(pause, LONGEST_SOURCE_PAUSE_MS);
      this.onChange(source.key, { error, failedUrl: source.url });
      return;
    }
    if (error.status === 0) this.silentReads += 1;
    this.silentSources.add(source.key);
    source.next = this.now() + Math.min(this.downSince === null ? period(source) : pause, LONGEST_PAUSE_MS);
    if (this.downSince !== null) return;
    if (this.silentReads >= SILENT_READS || this.silentSources.size >= SILENT_SOURCES) {
      this.downSince = this.now();
      this.onDown(this.downSince);
    } else {
      this.onChange(source.key, { error, failedUrl: source.url });
    }
  }
}

const period = ({ every }) => (typeof every === "function" ? every() : every);
