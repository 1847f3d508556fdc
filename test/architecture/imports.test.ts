import { join } from 'node:path';
import { describe, expect, it, test } from '@jest/globals';
import { importsOf, type Source, sourcesBelow } from './sources.js';

/** Which packages of the house each package may know. */
const MAY_KNOW: Readonly<Record<string, { readonly folder: string; readonly knows: readonly string[] }>> = {
  contract: { folder: 'cloud/contract/src', knows: [] },
  runtime: { folder: 'deploy/runtime/src', knows: ['contract'] },
  'device-profiles': { folder: 'device-profiles/src', knows: ['contract'] },
  gateway: { folder: 'gateway/src', knows: ['contract', 'device-profiles', 'runtime'] },
  cloud: { folder: 'cloud/src', knows: ['contract', 'runtime'] },
  web: { folder: 'cloud/web/src', knows: ['contract'] },
};

const LIBRARIES: Readonly<Record<string, RegExp>> = {
  contract: /^(zod$|node:crypto$)/,
};

describe.each(Object.entries(MAY_KNOW))('%s', (name, { folder, knows }) => {
  const sources = sourcesBelow(folder);

  it(`knows ${knows.join(', ') || 'no package of the house'} and no other`, () => {
    const allowed = knows.map((one) => `@angrid/${one}`);
    const wrong = sources.flatMap((source) =>
      importsOf(source)
        .filter((specifier) => specifier.startsWith('@angrid/'))
        .filter((specifier) => !allowed.some((one) => specifier === one || specifier.startsWith(`${one}/`)))
        .map((specifier) => `${source.path} imports ${specifier}`),
    );
    expect(sources.length).toBeGreaterThan(5);
    expect(wrong).toEqual([]);
  });

  it('reaches into no other folder by a relative path', () => {
    const wrong = sources.flatMap((source) =>
      importsOf(source)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => join(source.path, '..', specifier))
        .filter((target) => !target.startsWith(`${folder}/`))
        .filter((target) => !(source.isTest && target.startsWith('cloud/testing/')))
        .map((target) => `${source.path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('leaves out of its product what only tests need', () => {
    const wrong = productOf(sources).flatMap((source) =>
      importsOf(source)
        .filter((specifier) => /fixture|\.test\.|\/testing\/|@jest|fast-check|@angrid\/test/.test(specifier))
        .map((specifier) => `${source.path} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  const libraries = LIBRARIES[name];
  if (libraries === undefined) return;
  it('is a leaf: its schema library and nothing else', () => {
    const wrong = productOf(sources).flatMap((source) =>
      importsOf(source).filter((specifier) => !specifier.startsWith('.') && !libraries.test(specifier)),
    );
    expect(wrong).toEqual([]);
  });
});

describe('a driver', () => {
  const drivers = productOf(sourcesBelow('gateway/src/drivers'));

  it('knows its port, the address guard, media and the format of MQTT, and neither another driver nor what comes after it', () => {
    const wrong = drivers.flatMap((source) => {
      const own = source.path.split('/').slice(0, 4).join('/');
      return importsOf(source)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => join(source.path, '..', specifier))
        .filter((target) => !target.startsWith(`${own}/`))
        .filter((target) => !/^gateway\/src\/(bounds\/|digest\/|drivers\/driver|devices\/|media\/|mqtt\/)/.test(target))
        .map((target) => `${source.path} imports ${target}`);
    });
    expect(drivers.length).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  });
});

/** Libraries that are good at one thing, and where the product lets them do it. */
const WORKSHOPS: Readonly<Record<string, readonly string[]>> = {
  'node-onvif': ['gateway/src/drivers/onvif/library.ts'],
  'fluent-ffmpeg': ['gateway/src/media/ffmpeg-commands.ts'],
  sharp: ['gateway/src/media/picture.ts', 'cloud/src/linking/plan-picture.ts'],
};

test.each(Object.entries(WORKSHOPS))('%s is used in %j and nowhere else', (library, places) => {
  const product = productOf(Object.values(MAY_KNOW).flatMap(({ folder }) => sourcesBelow(folder)));
  const users = product.filter((source) => importsOf(source).includes(library)).map(({ path }) => path);
  expect(users).toContain(places[0]);
  expect(users.filter((path) => !places.includes(path))).toEqual([]);
});

test('rules and normalisation are pure: no clock, no disk, no network', () => {
  const pure = productOf([...sourcesBelow('gateway/src/rules'), ...sourcesBelow('gateway/src/normalise')]);
  const wrong = pure.flatMap((source) =>
    importsOf(source)
      .filter((specifier) => /^node:(fs|net|http|tls|dgram|child_process|timers)/.test(specifier))
      .map((specifier) => `${source.path} imports ${specifier}`),
  );
  expect(wrong).toEqual([]);
});

function productOf(sources: readonly Source[]): Source[] {
  return sources.filter(({ isTest }) => !isTest);
}
