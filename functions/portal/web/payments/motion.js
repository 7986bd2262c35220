/** Moves a row to its new lane, so that the eye can follow it. Nothing moves for readers who prefer that. */

const DURATION_MS = 350;

/** Return where each row stands, with its state. */
export function positions(root) {
  const rows = root?.querySelectorAll?.("li[data-id]") ?? [];
  return new Map([...rows].map((row) => [row.dataset.id, { state: row.dataset.state, box: row.getBoundingClientRect() }]));
}

/** Slide the rows whose state has changed from where they stood before. */
export function slide(root, before) {
  if (before.size === 0 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const row of root.querySelectorAll("li[data-id]")) {
    const earlier = before.get(row.dataset.id);
    if (!earlier) row.animate([{ opacity: 0 }, { opacity: 1 }], DURATION_MS);
    else if (earlier.state !== row.dataset.state) {
      const box = row.getBoundingClientRect();
      const from = `translate(${earlier.box.left - box.left}px, ${earlier.box.top - box.top}px)`;
      row.animate([{ transform: from, zIndex: 1 }, { transform: "none", zIndex: 1 }], { duration: DURATION_MS, easing: "ease-out" });
    }
  }
}
