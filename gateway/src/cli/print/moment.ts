/** An instant by the clock of this machine: `2026-03-01 08:15:00`. */
export function localTime(instant: string): string {
  return new Date(instant).toLocaleString('sv-SE');
}

/** `0.4 ms`, `38 ms`, `1.2 s`. */
export function span(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
