import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isEventKind } from '@angrid/contract';
import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import type { CompiledProfile } from '../compile/profile.js';
import type { ProfileReading } from '../compile/reading.js';
import { runExamples } from '../examples/run-examples.js';
import type { Example, Shown } from '../format/example.js';
import { profileJsonSchema } from '../format/profile.js';
import { lintProfile } from '../lint/lint.js';
import { withFields } from './canary.fixture.js';
import { builtInProfiles, loadProfiles } from './load.js';

const catalogue = [...(await loadProfiles()).values()];

/** The value with one leaf changed, or one member left out; every such value, one after the other. */
function* changed(value: unknown): Generator<unknown> {
  if (typeof value === 'string') yield `${value}x`;
  else if (typeof value === 'number') yield value + 1;
  else if (typeof value === 'boolean') yield !value;
  else if (Array.isArray(value)) {
    yield value.slice(1);
    yield [...value, value[0]];
    for (const [index, member] of value.entries()) for (const other of changed(member)) yield value.with(index, other);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      yield Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
      for (const other of changed(member)) yield { ...value, [key]: other };
    }
  }
}

const proves: Readonly<Record<Shown, (expect: Example['expect']) => boolean>> = {
  live: ({ events = [] }) => events.length > 0 && events.every(({ late }) => late === undefined),
  late: ({ events = [] }) => events.some(({ late }) => late === true),
  gap: ({ events = [] }) => events.some(({ gap }) => gap !== undefined),
  malformed: ({ error }) => error !== undefined,
  heartbeat: ({ presence }) => presence === 'heartbeat',
};

function withExample(profile: CompiledProfile, example: Example): CompiledProfile {
  return { ...profile, source: { ...profile.source, examples: [example] } };
}

describe.each(catalogue)('the profile $name', (profile) => {
  test.each(runExamples(profile).results)('$says.en', ({ expected, actual }) => {
    expect(actual).toEqual(expected);
  });

  it('has nothing that the linter finds, and an example of each thing that its devices can do', () => {
    expect(lintProfile(profile.source)).toEqual([]);
  });

  it('has examples that show what they say they show', () => {
    const misleading = profile.source.examples.filter(
      ({ shows, expect }) => shows !== undefined && !proves[shows](expect),
    );
    expect(misleading.map(({ shows, says }) => `${shows}: ${says.en}`)).toEqual([]);
  });

  it('makes only kinds of the contract', () => {
    const text = JSON.stringify([profile.source.codes, profile.source.messages]);
    const kinds = [...text.matchAll(/"(?:kind|begins|ends)":"([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(kinds.filter((kind) => !isEventKind(kind))).toEqual([]);
  });

  it('has examples that fail as soon as one expected field is changed, left out or doubled', () => {
    const survivors: unknown[] = [];
    for (const example of profile.source.examples) {
      for (const expect of changed(example.expect)) {
        const mutant = withExample(profile, { ...example, expect: expect as Example['expect'] });
        if (runExamples(mutant).passed) survivors.push({ says: example.says.en, expect });
      }
    }
    expect(survivors).toEqual([]);
  });

  it('lets no personal field and no picture through, whatever is in them', () => {
    const { pictures = [], drop = [], pseudonym = [] } = profile.source.personal;
    const fields = [...pictures, ...drop, ...pseudonym, 'unheardOf', 'info.unheardOf', 'data.unheardOf'];
    const canary = fc
      .string({ minLength: 6, maxLength: 6, unit: fc.constantFrom(...'0123456789abcdef') })
      .map((id) => `CANARY${id}`);
    const examples = profile.source.examples.filter(({ expect }) => expect.error === undefined);
    fc.assert(
      fc.property(
        fc.constantFrom(...examples),
        fc.array(canary, { minLength: fields.length, maxLength: fields.length }),
        (example, values) => {
          const canaries = new Map(fields.map((field, index) => [field, values[index] ?? '']));
          expect(whatIsStored(profile.read(withFields(example, canaries)))).not.toContain('CANARY');
        },
      ),
    );
  });
});

/** All of a reading but the credential, which becomes a pseudonym and goes no further. */
function whatIsStored(reading: ProfileReading): string {
  return JSON.stringify({ ...reading, events: reading.events.map((event) => ({ ...event, credential: undefined })) });
}

/** Every property that a schema names, at any depth. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, inner]) =>
    key === 'properties' && !Array.isArray(inner)
      ? Object.entries(inner as object).flatMap(([name, property]) => [name, ...keysOf(property)])
      : keysOf(inner),
  );
}

describe('the catalogue', () => {
  it('has every profile in the folder of its vendor', async () => {
    const files = (await readdir(builtInProfiles, { recursive: true })).filter((file) => file.endsWith('.yaml'));
    const places = catalogue.map(({ name, source }) => join(source.vendor.toLowerCase(), `${name}.yaml`));
    expect(places.sort()).toEqual(files.sort());
  });

  it('calls verified only what was seen on hardware, or is our own convention', () => {
    const seen = catalogue.filter((profile) => profile.verified && profile.source.vendor !== 'generic');
    expect(seen.map((profile) => profile.name)).toEqual([]);
  });

  it('explains every key of the format in its commented example', async () => {
    const text = await readFile(join(builtInProfiles, 'example/commented.yaml'), 'utf8');
    const words = new Set(text.match(/[\w-]+/g));
    expect(keysOf(profileJsonSchema()).filter((key) => !words.has(key))).toEqual([]);
  });

  it('has its JSON Schema beside it: npm run schema -w device-profiles', async () => {
    const file = new URL('../../schema/profile.schema.json', import.meta.url);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(profileJsonSchema())));
  });
});
