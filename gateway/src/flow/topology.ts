import type { SiteDevice } from '@angrid/contract';

/** Deeper than any site is wired; a ring that somebody typed ends here too. */
const DEPTH = 8;

/** Which device hangs behind which. */
export class Topology {
  private readonly parents = new Map<string, string>();
  private readonly children = new Map<string, readonly string[]>();

  constructor(devices: readonly SiteDevice[]) {
    for (const { id, behind } of devices) {
      if (behind === undefined || behind === id) continue;
      this.parents.set(id, behind);
      this.children.set(behind, [...(this.children.get(behind) ?? []), id]);
    }
  }

  /** What a device hangs behind, the nearest first. */
  ahead(device: string): readonly string[] {
    if (!this.parents.has(device)) return NONE;
    const found: string[] = [];
    let next = this.parents.get(device);
    while (next !== undefined && next !== device && !found.includes(next) && found.length < DEPTH) {
      found.push(next);
      next = this.parents.get(next);
    }
    return found;
  }

  /** Everything that hangs behind a device, near and far. */
  behind(device: string): readonly string[] {
    if (!this.children.has(device)) return NONE;
    const found = new Set<string>();
    let level: readonly string[] = [device];
    for (let depth = 0; depth < DEPTH && level.length > 0; depth += 1) {
      level = level.flatMap((one) => this.children.get(one) ?? []).filter((one) => one !== device && !found.has(one));
      for (const one of level) found.add(one);
    }
    return [...found];
  }
}

const NONE: readonly string[] = [];
