import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AnGridError } from '@angrid/contract';
import { type Secret, writeAtomically } from '@angrid/runtime';
import { z } from 'zod';
import type { Seal } from '../identity/seal.js';
import { type CameraIdentity, isNamed } from './camera-identity.js';

/** A login that cameras of this site may have. */
export interface SiteCredential {
  readonly name: string;
  readonly user: string;
  readonly password: Secret;
  /** Serial numbers and MAC addresses; for every camera where it is empty. */
  readonly cameras: readonly string[];
}

/** A camera as the list knows it: by what stays with it, or by its host where nothing else is known. */
export interface TriedCamera extends CameraIdentity {
  readonly host: string;
}

interface Kept extends SiteCredential {
  /** A new one for each password, so that a new password is not taken for one that was refused. */
  readonly id: string;
}

const storedSchema = z.object({
  credentials: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        user: z.string(),
        sealedPassword: z.string(),
        cameras: z.array(z.string()),
      }),
    )
    .max(64),
  refused: z.record(z.string(), z.array(z.string())),
});

/** A camera locks its account after a few; two leave some for people. */
export const MOST_REFUSALS = 2;
const MOST_CREDENTIALS = 64;
const MOST_CAMERAS = 4_000;

/**
 * The site's logins for cameras, sealed on disk, and which of them each camera has refused. A camera is tried with two
 * of them at most, until somebody resets it: also over restarts, and whatever address it has.
 */
export class CredentialList {
  private readonly credentials = new Map<string, Kept>();
  private readonly refused = new Map<string, readonly string[]>();

  private constructor(
    private readonly file: string,
    private readonly seal: Seal,
  ) {}

  static async open(file: string, seal: Seal): Promise<CredentialList> {
    const list = new CredentialList(file, seal);
    const text = await readFile(file, 'utf8').catch(() => '{"credentials":[],"refused":{}}');
    const { credentials, refused } = storedSchema.parse(JSON.parse(text));
    for (const { sealedPassword, ...rest } of credentials) {
      list.credentials.set(rest.name, { ...rest, password: seal.unseal(sealedPassword) });
    }
    for (const [key, ids] of Object.entries(refused)) list.refused.set(key, ids);
    return list;
  }

  all(): readonly SiteCredential[] {
    return [...this.credentials.values()];
  }

  /** A name that is there already is given the new user and password. Throws input.invalid beyond 64. */
  async put(credential: SiteCredential): Promise<void> {
    if (!this.credentials.has(credential.name) && this.credentials.size >= MOST_CREDENTIALS) {
      const detail = `${MOST_CREDENTIALS} credentials at most`;
      throw new AnGridError('input.invalid', { op: 'credential.add', subject: credential.name, detail });
    }
    this.credentials.set(credential.name, { ...credential, id: randomUUID() });
    await this.save();
  }

  /** Throws subject.not-found. */
  async remove(name: string): Promise<void> {
    if (!this.credentials.delete(name)) {
      throw new AnGridError('subject.not-found', { op: 'credential.remove', subject: name });
    }
    await this.save();
  }

  /** Every camera may be tried twice again. */
  async reset(): Promise<void> {
    this.refused.clear();
    await this.save();
  }

  /**
   * The first login that the camera takes, those that name it before those for all; `attempt` is asked at most so often
   * as the camera has refusals left. Each attempt is on disk before it is made. Throws camera.no-credential.
   */
  async login(camera: TriedCamera, attempt: (credential: SiteCredential) => Promise<boolean>): Promise<SiteCredential> {
    const keys = keysOf(camera);
    for (;;) {
      const next = this.nextFor(camera, keys);
      if (!next) throw new AnGridError('camera.no-credential', { op: 'credential.try', subject: camera.host });
      await this.note(keys, next.id);
      if (!(await attempt(next))) continue;
      for (const key of keys) this.refused.delete(key);
      await this.save();
      return next;
    }
  }

  private nextFor(camera: TriedCamera, keys: readonly string[]): Kept | undefined {
    const refused = new Set(keys.flatMap((key) => this.refused.get(key) ?? []));
    if (refused.size >= MOST_REFUSALS) return undefined;
    const left = [...this.credentials.values()].filter(({ id }) => !refused.has(id));
    return left.find(({ cameras }) => cameras.some((name) => isNamed(camera, name))) ?? left.find(isForAll);
  }

  private async note(keys: readonly string[], id: string): Promise<void> {
    for (const key of keys) this.refused.set(key, [...(this.refused.get(key) ?? []), id]);
    const tooMany = this.refused.size - MOST_CAMERAS;
    for (const key of [...this.refused.keys()].slice(0, Math.max(0, tooMany))) this.refused.delete(key);
    await this.save();
  }

  private async save(): Promise<void> {
    const credentials = [...this.credentials.values()].map(({ password, ...rest }) => ({
      ...rest,
      sealedPassword: this.seal.close(password),
    }));
    await writeAtomically(this.file, `${JSON.stringify({ credentials, refused: Object.fromEntries(this.refused) })}\n`);
  }
}

/** The host only where nothing better is known: another camera may have it tomorrow. */
function keysOf({ endpoint, mac, serial, host }: TriedCamera): readonly string[] {
  const keys = [
    ...(endpoint === undefined ? [] : [`endpoint ${endpoint}`]),
    ...(mac === undefined ? [] : [`mac ${mac}`]),
    ...(serial === undefined ? [] : [`serial ${serial}`]),
  ];
  return keys.length > 0 ? keys : [`host ${host}`];
}

function isForAll({ cameras }: SiteCredential): boolean {
  return cameras.length === 0;
}
