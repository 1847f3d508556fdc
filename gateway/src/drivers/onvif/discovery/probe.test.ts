import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { readXml, textAt } from '../soap/xml.js';
import { readProbeMatches, writeProbe } from './probe.js';
import { matchesDatagram } from './responder.fixture.js';

const ID = '0c3c8b54-1d5f-4a6f-9a0b-1f2e3d4c5b6a';
const asked = (id: string): boolean => id === ID;
const read = (text: string | Buffer) => readProbeMatches(Buffer.from(text), asked);
const match = {
  urn: 'urn:uuid:aaaaaaaa-0000-0000-0000-001122334455',
  xaddrs: ['http://192.168.20.7/onvif'],
  scopes: [],
};

describe('a probe', () => {
  it('carries its id and one type, and can be read by who is asked', () => {
    const probe = readXml(writeProbe(ID, 'tds:Device').toString());
    expect(textAt(probe, 'Header', 'MessageID')).toBe(`urn:uuid:${ID}`);
    expect(textAt(probe, 'Body', 'Probe', 'Types')).toBe('tds:Device');
  });
});

describe('an answer', () => {
  it('may hold several matches in one datagram', () => {
    const other = { ...match, urn: 'urn:uuid:bbbbbbbb-0000-0000-0000-001122334455' };
    expect(read(matchesDatagram(`urn:uuid:${ID}`, [match, other]))).toEqual([match, other]);
  });

  it('may lack addresses and scopes, and then says so', () => {
    expect(read(matchesDatagram(ID, [{ ...match, xaddrs: [] }]))).toEqual([{ ...match, xaddrs: [] }]);
  });

  test.each([`urn:uuid:${ID}`, `uuid:${ID}`, ID.toUpperCase(), ` urn:uuid:${ID}\n`])(
    'relates to our probe as %j',
    (id) => {
      expect(read(matchesDatagram(id, [match]))).toHaveLength(1);
    },
  );

  it('may end with zero bytes', () => {
    expect(read(`${matchesDatagram(ID, [match])}\0\0\0`)).toEqual([match]);
  });

  it('is cut to sixty-four matches', () => {
    expect(
      read(
        matchesDatagram(
          ID,
          Array.from({ length: 100 }, () => match),
        ),
      ),
    ).toHaveLength(64);
  });

  it('loses words of more than 512 characters', () => {
    const xaddrs = [`http://192.168.20.7/${'x'.repeat(600)}`, 'http://192.168.20.8/'];
    expect(read(matchesDatagram(ID, [{ ...match, xaddrs }]))).toMatchObject([{ xaddrs: ['http://192.168.20.8/'] }]);
  });
});

describe('no answer', () => {
  const bomb = `<!DOCTYPE a [<!ENTITY b "${'x'.repeat(100)}"><!ENTITY c "&b;&b;&b;">]>`;
  test.each([
    ['to a probe of somebody else', matchesDatagram('urn:uuid:else', [match]), 'unasked'],
    ['to no probe at all', matchesDatagram('', [match]), 'unasked'],
    ['with a document type', bomb + matchesDatagram(ID, [match]), 'unreadable'],
    ['of 4,000 nested elements', '<a>'.repeat(4_000) + '</a>'.repeat(4_000), 'unreadable'],
    ['that is cut off', matchesDatagram(ID, [match]).slice(0, -20), 'unreadable'],
    ['that is another document', '<html><body/></html>', 'unreadable'],
    ['of more than 32 KB', ' '.repeat(33_000) + matchesDatagram(ID, [match]), 'too-large'],
    ['of nothing', '', 'unreadable'],
  ])('is one %s', (_what, datagram, why) => {
    expect(read(datagram)).toBe(why);
  });

  it('is anything that a hostile device sends: the reader never throws and never gives more than its bounds', () => {
    const valid = Buffer.from(matchesDatagram(ID, [match, match]));
    const damaged = fc.tuple(fc.nat(valid.length - 1), fc.uint8Array({ maxLength: 40 })).map(([at, bytes]) => {
      const datagram = Buffer.from(valid);
      datagram.set(bytes.subarray(0, valid.length - at), at);
      return datagram;
    });
    const bytes = fc.oneof(
      damaged,
      fc.uint8Array({ maxLength: 2_000 }),
      fc.string().map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, (datagram) => {
        const answers = readProbeMatches(datagram, asked);
        if (typeof answers === 'string') return;
        expect(answers.length).toBeLessThanOrEqual(64);
        for (const { xaddrs, scopes } of answers) {
          expect(Math.max(xaddrs.length, scopes.length)).toBeLessThanOrEqual(64);
          for (const word of [...xaddrs, ...scopes]) expect(word).toMatch(/^\S{1,512}$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
