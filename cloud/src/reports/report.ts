import { type EventKind, idSchema, type Localized, type Severity } from '@angrid/contract';
import { z } from 'zod';
import { reportCategories, type ReportCategory } from '../playbooks/playbook.js';

/** What the form takes: facts and places. There is no field for a name, and none for a suspicion about somebody. */
export const reportSchema = z.strictObject({
  category: z.enum(reportCategories),
  place: idSchema.nullable().default(null),
  text: z.string().trim().min(4).max(1000),
  /** The reporter wants a code by which to ask how it stands. */
  wantsCode: z.boolean().default(false),
});
export type ReportInput = z.infer<typeof reportSchema>;

interface ReportKind {
  readonly event: EventKind;
  readonly severity: Severity;
  readonly name: Localized;
}

export const reportKinds: Readonly<Record<ReportCategory, ReportKind>> = {
  hazard: { event: 'report.hazard', severity: 3, name: { 'zh-CN': '隐患', en: 'a hazard' } },
  damage: { event: 'report.damage', severity: 4, name: { 'zh-CN': '设施损坏', en: 'damage' } },
  dispute: { event: 'report.dispute', severity: 3, name: { 'zh-CN': '纠纷', en: 'a dispute' } },
  disturbance: { event: 'report.disturbance', severity: 3, name: { 'zh-CN': '扰乱秩序', en: 'a disturbance' } },
  result: { event: 'report.result', severity: 4, name: { 'zh-CN': '处置结果', en: 'the result of handling' } },
};

/** The sentence of the matter: what, and where. */
export function whyReported(category: ReportCategory, place: string | null, onDuty: boolean): Localized {
  const { name } = reportKinds[category];
  const where = { 'zh-CN': place === null ? '' : `${place}：`, en: place === null ? '' : `${place}: ` };
  return {
    'zh-CN': `${where['zh-CN']}${onDuty ? '值守人员' : '群众'}上报${name['zh-CN']}`,
    en: `${where.en}${onDuty ? 'somebody on duty' : 'somebody there'} reports ${name.en}`,
  };
}
