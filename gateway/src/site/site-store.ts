import { readFile } from 'node:fs/promises';
import { writeAtomically } from '@angrid/runtime';
import { AnGridError, type SiteConfig, siteConfigSchema } from '@angrid/contract';

export type SiteListener = (config: SiteConfig) => void | Promise<void>;

/** The last site configuration that the cloud gave; the gateway works by it while the cloud is away. */
export class SiteStore {
  private readonly listeners: SiteListener[] = [];

  private constructor(
    private readonly file: string,
    private held: SiteConfig,
  ) {}

  static async open(file: string): Promise<SiteStore> {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) throw new AnGridError('gateway.not-initialised', { op: 'site.load', subject: file });
    return new SiteStore(file, parsed(JSON.parse(text)));
  }

  static async create(file: string, config: SiteConfig): Promise<void> {
    await writeAtomically(file, JSON.stringify(config));
  }

  get config(): SiteConfig {
    return this.held;
  }

  onChange(listener: SiteListener): void {
    this.listeners.push(listener);
  }

  /** Takes a newer version; the same one again is no change, an older one is refused. */
  async apply(config: SiteConfig): Promise<void> {
    if (config.version < this.held.version) {
      const detail = `version ${config.version} is older than ${this.held.version}`;
      throw new AnGridError('subject.conflict', { op: 'site.apply', detail });
    }
    if (config.site.id !== this.held.site.id) {
      throw new AnGridError('subject.conflict', { op: 'site.apply', detail: `it is of site ${config.site.id}` });
    }
    if (config.version === this.held.version) return;
    await writeAtomically(this.file, JSON.stringify(config));
    this.held = config;
    for (const listener of this.listeners) await listener(config);
  }
}

function parsed(value: unknown): SiteConfig {
  const result = siteConfigSchema.safeParse(value);
  if (result.success) return result.data;
  throw new AnGridError('gateway.not-initialised', { op: 'site.load', detail: 'the stored configuration is damaged' });
}
