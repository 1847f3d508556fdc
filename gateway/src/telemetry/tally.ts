import { Counter, Gauge, Registry } from 'prom-client';

/** Counts what happens: for /metrics since the start, and the drops for the next health report. */
export class Tally {
  readonly registry = new Registry();
  private readonly counters = new Map<string, Counter>();
  private readonly series = new Map<string, Counter.Internal>();
  private readonly drops = new Map<string, number>();
  private readonly dropped = this.counter('angrid_dropped_total', { reason: '' });

  /** Counts one. A name keeps the label names of its first call; labels have few values each. */
  count(name: string, labels: Readonly<Record<string, string>> = {}): void {
    this.seriesOf(name, labels).inc();
  }

  drop(reason: string, count = 1): void {
    const label = reason.slice(0, 64);
    this.dropped.inc({ reason: label }, count);
    this.drops.set(label, (this.drops.get(label) ?? 0) + count);
  }

  /** What was dropped since the last call, by reason. */
  takeDrops(): Record<string, number> {
    const taken = Object.fromEntries(this.drops);
    this.drops.clear();
    return taken;
  }

  /** A value that is read when somebody looks. */
  gauge(name: string, help: string, read: () => Promise<number> | number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      collect: async (): Promise<void> => gauge.set(await read()),
    });
  }

  /** Found by name and values: what is counted with each event must cost next to nothing. */
  private seriesOf(name: string, labels: Readonly<Record<string, string>>): Counter.Internal {
    let key = name;
    for (const label in labels) key += `\n${labels[label]}`;
    const known = this.series.get(key);
    if (known) return known;
    const made = this.counter(`angrid_${name.replaceAll(/[^a-z0-9_]/gi, '_')}_total`, labels).labels(labels);
    this.series.set(key, made);
    return made;
  }

  private counter(name: string, labels: Readonly<Record<string, string>>): Counter {
    const known = this.counters.get(name);
    if (known) return known;
    const labelNames = Object.keys(labels);
    const made = new Counter({ name, help: name.replaceAll('_', ' '), labelNames, registers: [this.registry] });
    this.counters.set(name, made);
    return made;
  }
}
