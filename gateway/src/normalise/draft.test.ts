import { type EventData, eventDataSchema, eventKinds } from '@angrid/contract';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventJson } from './draft.js';

const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const text = fc.string({ minLength: 1, maxLength: 40, unit: 'binary' });
const instant = fc
  .date({ min: new Date(0), max: new Date('2199-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
const hash = fc.string({ minLength: 64, maxLength: 64, unit: fc.constantFrom(...'0123456789abcdef') });

const data: fc.Arbitrary<EventData> = fc.record({
  kind: fc.constantFrom(...eventKinds),
  device: fc.constantFrom('door-1', 'a_b-c'),
  channel: maybe(text),
  profile: fc.constantFrom('json-panel@1.0.0', 'vto@12.0.3'),
  vendorCode: maybe(text),
  vendorTopic: maybe(text),
  rawHash: hash,
  dedup: fc.record({ rule: fc.constantFrom('vendor-record', 'device-sequence', 'raw', 'gateway'), key: text }),
  deviceTime: maybe(fc.record({ value: instant, zone: text, zoneAssumed: fc.boolean() })),
  gatewayTime: fc.record({
    wall: instant,
    monotonicMs: fc.double({ min: 0, max: 1e12, noNaN: true }).map((ms) => Math.round(ms * 1000) / 1000),
    boot: fc.uuid(),
  }),
  deviceSequence: maybe(fc.nat()),
  lateBecause: maybe(fc.constant('said-by-device' as const)),
  attributes: maybe(
    fc.dictionary(fc.constantFrom('method', 'reason', 'count'), fc.oneof(text, fc.nat(), fc.boolean())),
  ),
});

describe('the data of an event', () => {
  it('is written as the serialiser of the language would, whatever a device put into it', () => {
    fc.assert(fc.property(data, (value) => expect(eventJson(value)).toBe(JSON.stringify(value))));
  });

  it('has no member that is not written', () => {
    const [sample] = fc.sample(
      data.filter((value) => Object.values(value).every((member) => member !== undefined)),
      1,
    );
    expect(Object.keys(sample ?? {}).sort()).toEqual(Object.keys(eventDataSchema.shape).sort());
  });
});
