import { choice, group, list, setting } from '@angrid/runtime';
import { accountRoles } from '../schema-people.js';

const zhEn = (zh: string, en: string) => ({ 'zh-CN': zh, en });

export const accounts = group(zhEn('账号', 'Accounts'), {
  secondFactorFor: setting(list(choice(...accountRoles)), {
    default: [],
    example: ['administrator', 'property-manager', 'police', 'installer'],
    about: zhEn(
      '必须设置第二因素（验证器应用）的角色；未设置前登录后只能设置它。其余账号可自行设置',
      'Roles that need a second factor (an authenticator app); before that, who signs in can only set it up. Every other account may have one',
    ),
  }),
});
