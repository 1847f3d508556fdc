import { type KeyObject, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AnGridError, gatewayPaths, type GatewayToken, tokenPreimage, tokenSchema } from '@angrid/contract';
import { signText } from '@angrid/contract/signing';
import { type Clock, Secret, writeAtomically } from '@angrid/runtime';
import type { CloudClient } from './cloud-client.js';

export interface TokenKeeperOptions {
  readonly file: string;
  readonly gateway: string;
  readonly key: KeyObject;
  readonly client: CloudClient;
  readonly clock: Clock;
}

interface HeldToken {
  readonly token: Secret;
  readonly expiresAt: number;
  /** A new one is asked for from then on. */
  readonly renewAt: number;
}

/** Share of a token's remaining life after which a new one is asked for. */
const RENEW_AFTER = 0.8;
/** Between attempts while the old token still serves. */
const RETRY_MS = 60_000;

/** Writes the token that came with an enrolment to where the keeper looks for it. Mode 0600. */
export async function saveToken(file: string, token: GatewayToken): Promise<void> {
  await writeAtomically(file, JSON.stringify(token));
}

/** The bearer token of this gateway: kept in memory and on disk, replaced with a signed request before it ends. */
export class TokenKeeper {
  private held: HeldToken | undefined;
  private renewing: Promise<HeldToken> | undefined;
  private loaded = false;

  constructor(private readonly options: TokenKeeperOptions) {}

  /** A token that serves now. */
  async current(): Promise<Secret> {
    const held = await this.load();
    const now = this.options.client.cloudTime();
    if (held && now < held.renewAt) return held.token;
    try {
      return (await this.renew()).token;
    } catch (error) {
      if (!held || now >= held.expiresAt) throw error;
      this.held = { ...held, renewAt: now + RETRY_MS };
      return held.token;
    }
  }

  /** Asks for a new token, also where the present one should still serve: the cloud says that it does not. */
  renew(): Promise<HeldToken> {
    this.renewing ??= this.ask().finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  private async ask(): Promise<HeldToken> {
    const { client, gateway, key, file } = this.options;
    const unsigned = {
      gateway,
      at: new Date(client.cloudTime()).toISOString(),
      nonce: randomBytes(24).toString('base64url'),
    };
    const body = Buffer.from(JSON.stringify({ ...unsigned, signature: signText(tokenPreimage(unsigned), key) }));
    const headers = { 'content-type': 'application/json' };
    const answer = await client.request({
      op: 'uplink.token',
      method: 'POST',
      path: gatewayPaths.token,
      headers,
      body,
    });
    const token = parseToken(answer.body.toString('utf8'));
    if (!token) throw new AnGridError('uplink.refused', { op: 'uplink.token', detail: 'the answer is no token' });
    this.held = this.hold(token);
    await saveToken(file, token);
    return this.held;
  }

  private async load(): Promise<HeldToken | undefined> {
    if (this.loaded) return this.held;
    const text = await readFile(this.options.file, 'utf8').catch(() => undefined);
    const token = text === undefined ? undefined : parseToken(text);
    if (!this.loaded && token) this.held = this.hold(token);
    this.loaded = true;
    return this.held;
  }

  private hold({ token, expiresAt }: GatewayToken): HeldToken {
    const now = this.options.client.cloudTime();
    const ends = Date.parse(expiresAt);
    return { token: new Secret(token), expiresAt: ends, renewAt: now + (ends - now) * RENEW_AFTER };
  }
}

function parseToken(text: string): GatewayToken | undefined {
  try {
    return tokenSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
