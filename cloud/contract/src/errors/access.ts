import { define } from './definition.js';

/** Who is let in, and to what. */
export const accessErrors = define({
  'auth.required': {
    title: { 'zh-CN': '需要登录', en: 'You are not signed in' },
    hint: { 'zh-CN': '请先登录', en: 'Sign in first' },
    retry: 'never',
    http: 401,
  },
  'auth.wrong-credentials': {
    title: { 'zh-CN': '用户名或密码错误', en: 'The name or the password is wrong' },
    hint: { 'zh-CN': '再试一次，或请管理员重置', en: 'Try again, or ask the administrator for a new link' },
    retry: 'never',
    http: 401,
  },
  'auth.second-factor-needed': {
    title: { 'zh-CN': '还需要动态验证码', en: 'A second factor is needed' },
    hint: {
      'zh-CN': '输入验证器应用中的 6 位数字，或一个恢复码',
      en: 'Enter the six digits of your authenticator app, or a recovery code',
    },
    retry: 'never',
    http: 401,
  },
  'auth.wrong-second-factor': {
    title: { 'zh-CN': '动态验证码不对或已用过', en: 'The code is wrong or was used before' },
    hint: {
      'zh-CN': '等应用显示下一个验证码再试；检查手机时间；手机丢失时用恢复码，或请管理员移除第二因素',
      en: 'Wait for the next code and check the clock of the phone; if it is lost, use a recovery code or ask the administrator to remove the second factor',
    },
    retry: 'never',
    http: 401,
  },
  'auth.second-factor-due': {
    title: { 'zh-CN': '须先设置第二因素', en: 'This role needs a second factor first' },
    hint: { 'zh-CN': '在“登录保护”页设置，然后继续', en: 'Set it up on the page “Sign-in protection”, then go on' },
    retry: 'never',
    http: 403,
  },
  'auth.too-many-attempts': {
    title: { 'zh-CN': '尝试次数过多', en: 'Too many attempts' },
    hint: { 'zh-CN': '请稍后再试', en: 'Wait a while before you try again' },
    retry: 'later',
    http: 429,
  },
  'auth.forbidden': {
    title: { 'zh-CN': '没有此项权限', en: 'You may not do this' },
    hint: { 'zh-CN': '请管理员授予相应角色', en: 'Ask the administrator for the role that may' },
    retry: 'never',
    http: 403,
  },
  'auth.cross-site': {
    title: { 'zh-CN': '跨站请求被拒绝', en: 'The request came from another site' },
    hint: { 'zh-CN': '请在控制台页面中操作', en: 'Use the console itself' },
    retry: 'never',
    http: 403,
  },
  'auth.link-expired': {
    title: { 'zh-CN': '链接已失效', en: 'The link is no longer valid' },
    hint: { 'zh-CN': '请管理员发送新的链接', en: 'Ask the administrator for a new one' },
    retry: 'never',
    http: 410,
  },
});
