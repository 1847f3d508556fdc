import { eventKinds, kindDefinition } from '@angrid/contract';

const alertKinds = eventKinds.filter((kind) => kindDefinition(kind).standing === 'alert');

/** A city of its own: harbour quarters, a harbour watch that is told first, and an officer after a quarter of an hour. */
export const harbour = `
id: harbour
version: 1
name: { zh-CN: 港区, en: Harbour }
summary: { zh-CN: 码头值守先接, en: The harbour watch takes it first }
trees:
  - id: quays
    name: { zh-CN: 码头, en: Quays }
    levels: [{ level: 0, name: { zh-CN: 港, en: Port }, kinds: [port] }, { level: 1, name: { zh-CN: 泊位, en: Berth }, kinds: [berth] }]
duties:
  watch: { name: { zh-CN: 码头值守, en: Harbour watch }, heldBy: [grid-member], unnamed: all, cover: always }
  harbour-officer: { name: { zh-CN: 港航民警, en: Harbour officer }, heldBy: [police], officer: true }
workingHours: ['00:00-24:00']
categories:
  anything: { name: { zh-CN: 任何事项, en: Anything }, police: true, events: [${alertKinds.join(', ')}], reports: [hazard, damage, dispute, disturbance, result] }
classification: { unclear: anything, urgent: [1] }
routes:
  - id: watch
    legs: [{ role: watch, to: { duty: watch } }]
  - id: officer
    when: { confirmed: true }
    legs: [{ role: officer, to: { duty: watch, unit: parent }, within: 15m, ladder: officer }]
ladders:
  officer: { name: { zh-CN: 民警, en: Officer }, rungs: [{ to: { duty: harbour-officer, unit: { level: 0 } }, within: 15m }] }
`;
