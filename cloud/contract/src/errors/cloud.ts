import { define } from './definition.js';

/** Ingest, accounts, incidents, evidence. */
export const cloudErrors = define({
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
  'enrol.code-invalid': {
    title: { 'zh-CN': '登记码无效或已过期', en: 'The enrolment code is wrong, used or expired' },
    hint: { 'zh-CN': '在控制台生成新的登记码（15 分钟有效）', en: 'Make a new code in the console; it lives 15 minutes' },
    retry: 'never',
    http: 403,
    exit: 6,
  },
  'gateway.revoked': {
    title: { 'zh-CN': '网关已被吊销', en: 'The gateway has been revoked' },
    hint: { 'zh-CN': '用新的登记码重新登记', en: 'Enrol it again with a new code' },
    retry: 'never',
    http: 403,
    exit: 6,
  },
  'gateway.bad-signature': {
    title: { 'zh-CN': '签名与网关公钥不符', en: 'The signature does not fit the key of the gateway' },
    hint: { 'zh-CN': '核对网关身份；若密钥已更换请重新登记', en: 'Check which gateway this is; if its key changed, enrol it again' },
    retry: 'never',
    http: 403,
  },
  'contract.violation': {
    title: { 'zh-CN': '内容不符合协议', en: 'The content breaks the contract' },
    hint: { 'zh-CN': '升级网关；该条目保留在隔离区', en: 'Update the gateway; the item stays in its quarantine' },
    retry: 'never',
    http: 422,
  },
  'contract.chain-broken': {
    title: { 'zh-CN': '哈希链不连续', en: 'The hash chain does not continue' },
    hint: { 'zh-CN': '网关会开启新的启动纪元；请检查数据是否被恢复或克隆', en: 'The gateway opens a new boot epoch; check whether its data was restored or cloned' },
    retry: 'now',
    http: 409,
  },
  'link.unknown-place': {
    title: { 'zh-CN': '没有这个位置', en: 'There is no such place' },
    hint: { 'zh-CN': '先在控制台建立位置，或用 angrid device link --help 查看写法', en: 'Make the place in the console first' },
    retry: 'never',
    http: 422,
  },
  'incident.wrong-state': {
    title: { 'zh-CN': '当前状态不允许此操作', en: 'The incident is not in a state for this' },
    hint: { 'zh-CN': '刷新页面查看当前状态', en: 'Reload the page to see its present state' },
    retry: 'never',
    http: 409,
  },
  'evidence.reason-required': {
    title: { 'zh-CN': '查看证据需要填写事由', en: 'Opening evidence needs a reason' },
    hint: { 'zh-CN': '填写事由后再打开', en: 'Give the reason, then open it' },
    retry: 'never',
    http: 403,
  },
  'evidence.incomplete': {
    title: { 'zh-CN': '证据尚未上传完整', en: 'The evidence has not arrived in full' },
    hint: { 'zh-CN': '稍后再试；网关恢复连接后会继续上传', en: 'Try later; the gateway goes on when it is connected' },
    retry: 'later',
    http: 409,
  },
  'evidence.hash-mismatch': {
    title: { 'zh-CN': '证据内容与哈希不符', en: 'The evidence does not fit its hash' },
    hint: { 'zh-CN': '证据可能被改动；网关将重新上传', en: 'It may have been changed; the gateway sends it again' },
    retry: 'later',
    http: 422,
  },
  'database.unavailable': {
    title: { 'zh-CN': '数据库不可用', en: 'The database is not available' },
    hint: { 'zh-CN': '检查 PostgreSQL 和磁盘空间', en: 'Check PostgreSQL and the disk' },
    retry: 'later',
    http: 503,
  },
});
