import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { AnGridError, type Locale } from '@angrid/contract';
import { checkSettings, localeOf, Redactor, sentenceOf } from '@angrid/runtime';
import { defaultConfigFile, type GatewaySettings, gatewaySettings } from '../config/settings.js';
import { dataLayout } from '../identity/layout.js';
import { GatewayClient } from './gateway-client.js';
import { Progress } from './print/progress.js';
import { type View, viewOf } from './print/view.js';
import type { World } from './world.js';

/** What every command has. */
export class Context {
  readonly locale: Locale;
  readonly view: View;
  readonly progress: Progress;
  /** Knows every password that was read; what is printed of errors passes it. */
  readonly redactor = new Redactor();
  private found: GatewaySettings | undefined;

  constructor(
    readonly world: World,
    /** The configuration file that `--config` names. */
    readonly configFile: string | undefined,
  ) {
    this.locale = localeOf(world.environment);
    this.view = viewOf(this.locale, world.output, world.environment);
    this.progress = new Progress(world.errors, viewOf(this.locale, world.errors, world.environment));
  }

  /** The gateway's own settings. Throws config.* with every mistake in the language of the reader. */
  settings(): GatewaySettings {
    this.found ??= this.readSettings();
    return this.found;
  }

  layout(): ReturnType<typeof dataLayout> {
    return dataLayout(this.path(this.settings().data));
  }

  get socket(): string {
    return this.path(this.settings().socket ?? this.layout().socket);
  }

  /** The running gateway. Throws gateway.not-initialised where there is none to run. */
  gateway(): GatewayClient {
    if (!existsSync(this.socket) && !this.isInitialised()) {
      throw new AnGridError('gateway.not-initialised', { op: 'control.connect', subject: this.layout().folder });
    }
    return new GatewayClient(this.socket, this.world.interrupted);
  }

  isInitialised(): boolean {
    return existsSync(join(this.layout().identity, 'gateway.json'));
  }

  /** A path that a person gave, from the folder in which it was typed. */
  path(given: string): string {
    return isAbsolute(given) ? given : join(this.world.folder, given);
  }

  /** The error for a command line or an input that cannot be used; the sentence is in the reader's language. */
  misuse(sentence: string, subject?: string): AnGridError {
    return new AnGridError('input.invalid', {
      op: 'cli.input',
      detail: sentence,
      ...(subject !== undefined && { subject }),
    });
  }

  private readSettings(): GatewaySettings {
    const { environment } = this.world;
    const file = this.configFile === undefined ? undefined : this.path(this.configFile);
    const checked = checkSettings(gatewaySettings, { environment, file, defaultFile: defaultConfigFile });
    if (!('mistakes' in checked)) return checked.settings;
    const detail = checked.mistakes.map((mistake) => sentenceOf(mistake, this.locale)).join('\n');
    throw new AnGridError(checked.mistakes[0].code, { op: 'settings.load', detail });
  }
}
