import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cloudSettings } from '@angrid/cloud/config/settings';
import { gatewaySettings } from '@angrid/gateway/config/settings';
import { variablesOf } from '@angrid/runtime';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { filesBelow, readRoot } from './sources.js';

interface Service {
  readonly profiles: readonly string[];
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly target?: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly secrets?: readonly string[];
  readonly configs?: readonly { readonly source: string }[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly read_only?: boolean;
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly configs: Readonly<Record<string, { readonly file: string }>>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const compose = parse(readRoot('docker-compose.yml')) as Compose;
const services = Object.entries(compose.services);
const known = new Set([gatewaySettings, cloudSettings].flatMap(variablesOf).map(({ name }) => name));

describe('every environment variable of a deployment file', () => {
  const files = [
    'docker-compose.yml',
    ...filesBelow('deploy/gateway'),
    ...filesBelow('deploy/cloud'),
    ...filesBelow('deploy/broker'),
  ];

  it.each(files)('is one that the programs read: %s', (file) => {
    const named = [...readRoot(file).matchAll(/\bANGRID_[A-Z_]+/g)].map(([name]) => name);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(['gateway', 'cloud'])('and every one that a program reads is in its reference: %s', (program) => {
    const schema = program === 'gateway' ? gatewaySettings : cloudSettings;
    for (const page of [`${program}.md`, `${program}.zh-CN.md`]) {
      const text = readRoot(`deploy/reference/${page}`);
      expect(variablesOf(schema).filter(({ name }) => !text.includes(name))).toEqual([]);
    }
  });
});

describe('docker-compose.yml', () => {
  it('has a profile for the edge, the cloud, a broker and the demo', () => {
    expect(new Set(services.flatMap(([, { profiles }]) => profiles))).toEqual(
      new Set(['edge', 'cloud', 'broker', 'demo']),
    );
  });

  it('builds from files and stages that exist', () => {
    for (const [, { build }] of services) {
      if (build === undefined) continue;
      const dockerfile = readRoot(build.dockerfile);
      if (build.target !== undefined) expect(dockerfile).toMatch(new RegExp(`^FROM .* AS ${build.target}$`, 'm'));
    }
  });

  it('names only volumes, secrets and services that it defines', () => {
    for (const [, { volumes = [], secrets = [], depends_on: before = {} }] of services) {
      expect(volumes.map((one) => one.split(':')[0]).filter((one) => !((one ?? '') in compose.volumes))).toEqual([]);
      expect(secrets.filter((one) => !(one in compose.secrets))).toEqual([]);
      expect(Object.keys(before).filter((one) => !(one in compose.services))).toEqual([]);
    }
  });

  it('names only settings of other programs that are in the repository', () => {
    const named = services.flatMap(([, { configs = [] }]) => configs.map(({ source }) => source));
    expect(named.sort()).toEqual(Object.keys(compose.configs).sort());
    for (const { file } of Object.values(compose.configs)) expect(readRoot(file).length).toBeGreaterThan(0);
  });

  it('keeps data on volumes where the rest is read-only', () => {
    for (const [, { read_only: readOnly, environment = {}, volumes = [], tmpfs = [] }] of services) {
      if (readOnly !== true) continue;
      const mounts = [...volumes.map((one) => one.split(':')[1]), ...tmpfs.map((one) => one.split(':')[0])];
      const folders = Object.entries(environment).filter(([name]) => /_(DATA|RING)$/.test(name));
      expect(folders.length).toBeGreaterThan(0);
      expect(folders.filter(([, folder]) => !mounts.includes(folder))).toEqual([]);
    }
  });

  it('holds no secret: each is a file that is not in the repository', () => {
    for (const { file } of Object.values(compose.secrets)) {
      expect(file).toMatch(/^\.\/deploy\/cloud\/secrets\//);
      expect(readRoot('deploy/cloud/secrets/.gitignore')).toMatch(/^\*$/m);
      expect(readRoot('.dockerignore')).toMatch(/^deploy\/cloud\/secrets$/m);
    }
  });
});

describe.each(['gateway', 'cloud'])('the unit of the %s', (program) => {
  const unit = readRoot(`deploy/${program}/angrid-${program}.service`);
  const valueOf = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1];

  it('is made of sections, comments and settings', () => {
    const odd = unit.split('\n').filter((line) => !/^(|#.*|\[(Unit|Service|Install)\]|[A-Z][A-Za-z]+=.*)$/.test(line));
    expect(odd).toEqual([]);
  });

  it('starts a program that the build makes from a source', () => {
    const [, entry = ''] =
      /^\/usr\/bin\/node (?:--[a-z-]+(?:=\d+)? )*\/opt\/angrid\/(\S+)\.js/.exec(valueOf('ExecStart') ?? '') ?? [];
    expect(existsSync(`${root}${entry.replace('/dist/', '/src/')}.ts`)).toBe(true);
  });

  it('runs as a user of its own, in its own folder, and may do no more than that', () => {
    expect(valueOf('User')).toBe(`angrid-${program}`);
    expect(unit).toContain(`Environment=ANGRID_${program.toUpperCase()}_DATA=/var/lib/${valueOf('StateDirectory')}`);
    expect(valueOf('StateDirectoryMode')).toBe('0700');
    expect(valueOf('CapabilityBoundingSet')).toBe('');
    for (const key of ['NoNewPrivileges', 'ProtectHome', 'PrivateTmp', 'PrivateDevices', 'RestrictSUIDSGID']) {
      expect({ [key]: valueOf(key) }).toEqual({ [key]: 'yes' });
    }
    expect(valueOf('ProtectSystem')).toBe('strict');
  });
});

describe.each(['gateway', 'cloud'])('the Dockerfile of the %s', (program) => {
  const lines = readRoot(`deploy/${program}/Dockerfile`).split('\n');

  it('copies only from stages that it has, and ends without root', () => {
    const stages = lines.flatMap((line) => / AS (\w+)$/.exec(line)?.[1] ?? []);
    const sources = lines.flatMap((line) => /--from=(\w+)/.exec(line)?.[1] ?? []);
    expect(sources.filter((stage) => !stages.includes(stage))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('USER ')).at(-1)).toBe('USER angrid');
  });

  it('starts what the build makes', () => {
    const [, entry = ''] = /"\/app\/([^"]+)\.js"/.exec(lines.find((line) => line.startsWith('ENTRYPOINT')) ?? '') ?? [];
    expect(existsSync(`${root}${entry.replace('/dist/', '/src/')}.ts`)).toBe(true);
  });
});
