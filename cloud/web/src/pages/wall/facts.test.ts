import { expect, test } from '@jest/globals';
import { sampleAlert, sampleEvidence } from '../../testing/samples.js';
import { camerasOf, leadAlert, snapshotOf } from './facts.js';

const camera = { id: 'cam-9', name: 'Gate camera', kind: 'camera' as const };

test('the card is about the door, also where its camera is more severe', () => {
  const door = sampleAlert({ alert: 'door', severity: 3 });
  const seen = sampleAlert({ alert: 'seen', severity: 1, device: camera });
  expect(leadAlert({ alerts: [seen, door] })?.alert).toBe('door');
});

test('where there is no door it is about the camera', () => {
  expect(leadAlert({ alerts: [sampleAlert({ alert: 'seen', device: camera })] })?.alert).toBe('seen');
  expect(leadAlert({ alerts: [] })).toBeUndefined();
});

test('cameras with pictures come before those with alerts and those only linked, each once', () => {
  const alerts = [
    sampleAlert({
      cameras: [
        { id: 'linked', name: '' },
        { id: 'cam-1', name: '' },
      ],
    }),
    sampleAlert({ device: camera }),
  ];
  expect(camerasOf({ alerts, evidence: [sampleEvidence()] }).map(({ id }) => id)).toEqual(['cam-1', 'cam-9', 'linked']);
});

test('the snapshot shown is one that has arrived, at least small, nearest to the alert', () => {
  const evidence = [
    sampleEvidence({ id: 'near', offsetMs: 10, complete: false }),
    sampleEvidence({ id: 'far', offsetMs: 900 }),
    sampleEvidence({ id: 'middle', offsetMs: -300 }),
    sampleEvidence({ id: 'other', camera: { id: 'cam-2', name: '' }, offsetMs: 0 }),
  ];
  expect(snapshotOf(evidence, 'cam-1')?.id).toBe('middle');
  const small = sampleEvidence({ id: 'small', offsetMs: 5, complete: false, hasThumbnail: true });
  expect(snapshotOf([...evidence, small], 'cam-1')?.id).toBe('small');
});
