import { group, path, setting, text, timeZone } from '@angrid/runtime';

const zhEn = (zh: string, en: string) => ({ 'zh-CN': zh, en });

/** By which playbook a compound is governed, and by which calendar. */
export const governance = group(zhEn('治理方案与工作日历', 'Playbooks and the calendar of workdays'), {
  playbook: setting(text({ max: 48 }), {
    default: 'jinhua',
    about: zhEn('未指定治理方案的小区使用哪一个', 'The playbook of compounds that name none'),
  }),
  folder: setting(path(), {
    optional: true,
    example: '/etc/angrid/playbooks',
    about: zhEn(
      '自有治理方案的目录（每个文件一个方案，<id>.yaml）',
      'A folder of own playbooks, one a file that bears its id',
    ),
  }),
  calendar: setting(path(), {
    optional: true,
    example: '/etc/angrid/calendar.yaml',
    about: zhEn(
      '补充或更正工作日历的文件：years、holidays、workdays',
      'A file that adds to the calendar or corrects it: years, holidays, workdays',
    ),
  }),
  timeZone: setting(timeZone(), {
    default: 'Asia/Shanghai',
    about: zhEn('值班表使用的时区', 'The zone in which duty rosters are kept'),
  }),
});
