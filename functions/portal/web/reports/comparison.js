/** The rows that compare both versions of a report. */

import { count, money } from "../words/numbers.js";

const STATES = { PENDING: "Pendientes", COMPLETED: "Pagados", FAILED: "Fallidos" };
const UNTOLD = "—";

/** Return `[label, version 1, version 2]` for each figure; version 1 tells the first two only. */
export function comparison(v1, v2) {
  const { summary, breakdown } = v2;
  return [
    ["Pagos", count(v1.summary.totalPayments), count(summary.totalPayments)],
    ["Importe", money(v1.summary.totalAmount, v1.summary.currency), money(summary.totalAmount, summary.currency)],
    ["Importe medio", UNTOLD, summary.avgTicket === null ? UNTOLD : money(summary.avgTicket, summary.currency)],
    ...Object.entries(STATES).map(([state, word]) => [word, UNTOLD, count(summary.byStatus[state] ?? 0)]),
    ["Campañas", UNTOLD, count(breakdown.byCampaign.filter((row) => row.campaignId).length)],
    ...(breakdown.byCurrency ?? []).map((row) => [`En ${row.currency}`, UNTOLD, money(row.amount, row.currency)]),
  ];
}
