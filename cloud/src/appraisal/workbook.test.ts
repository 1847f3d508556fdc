import { describe, expect, it } from '@jest/globals';
import { strFromU8, unzipSync } from 'fflate';
import readXlsxFile from 'read-excel-file/node';
import type { Definitions } from './definitions.js';
import { figuresOf } from './figures.js';
import type { AppraisalReport } from './report.js';
import { workbookOf } from './workbook.js';

const formulas = ['=HYPERLINK("http://127.0.0.1/")', '+1+1', '-2+3', '@SUM(A1)', '\t=1'];
const same = (text: string) => ({ 'zh-CN': text, en: text });
const rule = {
  exercise: 'left-out',
  merged: 'left-out',
  falseAlarm: 'left-out',
  reopened: 'as-open',
  returned: 'as-open',
} as const;
const nothing = figuresOf([], ['c1'], rule);

const report: AppraisalReport = {
  ...{ playbook: { id: 'suxi', name: same('苏溪') }, playbooks: [], periods: [], keptSince: null },
  ...{ tree: 'suxi', trees: [], level: 1, levels: [], trainees: [] },
  period: { id: '2026-Q1', kind: 'quarter', from: new Date(0), to: new Date(1) },
  definitions: { closingRate: same('=closed/received') } as unknown as Definitions,
  duties: { mediator: same('调解员') },
  total: nothing,
  caseFree: { units: 0, of: 0 },
  units: formulas.map((name) => ({
    unit: { path: 'suxi/v1', name, kind: 'village' },
    ...{ figures: nothing, points: 3, stars: 1, courses: 2, attendances: 30 },
  })),
  holders: [{ account: 'a', label: '=cmd', role: 'grid-member', duties: ['mediator'], points: 3, stars: 1 }],
  courses: [],
};

describe('a workbook', () => {
  it('writes what looks like a formula as text', async () => {
    const file = await workbookOf(report, 'en');
    const parts = unzipSync(new Uint8Array(file));
    const sheets = Object.keys(parts).filter((name) => name.startsWith('xl/worksheets/sheet'));
    expect(sheets).toHaveLength(3);
    for (const name of sheets) expect(strFromU8(parts[name] ?? new Uint8Array())).not.toContain('<f>');
    const [units] = await readXlsxFile(file);
    expect(units?.data.slice(1, 6).map(([name]) => name)).toEqual(formulas.map((text) => text.trim()));
  });

  it('speaks the language of the reader', async () => {
    const names = async (locale: 'zh-CN' | 'en') =>
      (await readXlsxFile(await workbookOf(report, locale))).map(({ sheet }) => sheet);
    expect(await names('zh-CN')).toEqual(['单元', '值班岗位', '口径']);
    expect(await names('en')).toEqual(['Units', 'Holders of duties', 'Definitions']);
  });
});
