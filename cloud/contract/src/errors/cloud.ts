import { define } from './definition.js';

/** Ingest, incidents, evidence. */
export const cloudErrors = define({
  'enrol.code-invalid': {
    title: { 'zh-CN': '登记码无效或已过期', en: 'The enrolment code is wrong, used or expired' },
    hint: {
      'zh-CN': '在控制台生成新的登记码（15 分钟有效）',
      en: 'Make a new code in the console; it lives 15 minutes',
    },
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
    hint: {
      'zh-CN': '核对网关身份；若密钥已更换请重新登记',
      en: 'Check which gateway this is; if its key changed, enrol it again',
    },
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
    hint: {
      'zh-CN': '网关会开启新的启动纪元；请检查数据是否被恢复或克隆',
      en: 'The gateway opens a new boot epoch; check whether its data was restored or cloned',
    },
    retry: 'now',
    http: 409,
  },
  'link.unknown-place': {
    title: { 'zh-CN': '没有这个位置', en: 'There is no such place' },
    hint: {
      'zh-CN': '先在控制台建立位置，或用 angrid device link --help 查看写法',
      en: 'Make the place in the console first',
    },
    retry: 'never',
    http: 422,
  },
  'import.unreadable': {
    title: { 'zh-CN': '无法读取该文件', en: 'The file cannot be read' },
    hint: {
      'zh-CN': '使用 CSV（UTF-8 或 GBK）、xlsx 或 GeoJSON，首行为列名，其中有“名称”',
      en: 'Use CSV (UTF-8 or GBK), xlsx or GeoJSON whose first row names the columns, "name" among them',
    },
    retry: 'never',
    http: 422,
  },
  'import.refused': {
    title: { 'zh-CN': '文件有错误，未导入任何内容', en: 'The file has errors; nothing of it was imported' },
    hint: { 'zh-CN': '按预览中的提示逐行改正', en: 'Put right what the preview says, row by row' },
    retry: 'never',
    http: 422,
  },
  'import.stale': {
    title: { 'zh-CN': '预览之后单元树或文件已变化', en: 'The tree or the file is not what was previewed' },
    hint: { 'zh-CN': '重新预览后再导入', en: 'Preview it again, then import' },
    retry: 'never',
    http: 409,
  },
  'units.refused': {
    title: { 'zh-CN': '单元不能这样变更', en: 'The units cannot be changed in this way' },
    hint: {
      'zh-CN': '网格不分割、责任不重叠：按提示中的单元调整',
      en: 'No unit is split and none overlaps: look at the units that the message names',
    },
    retry: 'never',
    http: 409,
  },
  'incident.wrong-state': {
    title: { 'zh-CN': '当前状态不允许此操作', en: 'The incident is not in a state for this' },
    hint: { 'zh-CN': '刷新页面查看当前状态', en: 'Reload the page to see its present state' },
    retry: 'never',
    http: 409,
  },
  'leg.wrong-step': {
    title: { 'zh-CN': '该推送当前状态不允许此操作', en: 'The push is not in a state for this' },
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
  'live.reason-required': {
    title: { 'zh-CN': '实时画面需要填写事由', en: 'Live view needs a reason' },
    hint: { 'zh-CN': '填写事由后再打开', en: 'Give the reason, then open it' },
    retry: 'never',
    http: 403,
  },
  'live.ended': {
    title: { 'zh-CN': '实时画面已结束', en: 'The live view has ended' },
    hint: { 'zh-CN': '需要时再次打开', en: 'Open it again where it is needed' },
    retry: 'never',
    http: 410,
  },
  'live.no-answer': {
    title: { 'zh-CN': '网关没有送来画面', en: 'The gateway sends no picture' },
    hint: { 'zh-CN': '检查网关和摄像机是否在线', en: 'Check whether the gateway and the camera are there' },
    retry: 'later',
    http: 504,
  },
  'live.elsewhere': {
    title: {
      'zh-CN': '画面送到了云端的另一个进程',
      en: 'The picture reached another process of the cloud',
    },
    hint: {
      'zh-CN': '负载均衡须把 /api/live/ 和 /v1/gateway/live/ 的请求全部交给同一个进程',
      en: 'Let the load balancer send all of /api/live/ and /v1/gateway/live/ to one and the same process',
    },
    retry: 'never',
    http: 502,
  },
  'live.too-many': {
    title: { 'zh-CN': '同时打开的实时画面过多', en: 'Too many live views are open' },
    hint: { 'zh-CN': '关闭一个后再打开', en: 'Close one, then open this one' },
    retry: 'later',
    http: 429,
  },
  'audit.chain-broken': {
    title: { 'zh-CN': '审计日志的哈希链不连续', en: 'The hash chain of the audit log does not hold' },
    hint: {
      'zh-CN': '该行之后的记录可能被改动；保留现场并与备份比对',
      en: 'Records from this row on may have been changed; keep everything as it is and compare with a backup',
    },
    retry: 'never',
    exit: 5,
  },
  'audit.root-lost': {
    title: { 'zh-CN': '审计日志不再包含见证过的根', en: 'The audit log does not hold the root that was witnessed' },
    hint: {
      'zh-CN': '日志末尾被截断或整体被改写（或恢复了旧备份）；保留现场，与见证方的记录和备份比对',
      en: 'Its end was cut off, or it was written anew (or an old backup was restored); keep everything as it is and compare with the witness and a backup',
    },
    retry: 'never',
    exit: 5,
  },
  'cloud.not-ready': {
    title: { 'zh-CN': '服务尚未就绪', en: 'The service is not ready' },
    hint: {
      'zh-CN': '稍后再试；若持续出现，查看详情与日志',
      en: 'Try again shortly; where it stays so, look at the detail and at the log',
    },
    retry: 'later',
    http: 503,
  },
  'database.unavailable': {
    title: { 'zh-CN': '数据库不可用', en: 'The database is not available' },
    hint: { 'zh-CN': '检查 PostgreSQL 和磁盘空间', en: 'Check PostgreSQL and the disk' },
    retry: 'later',
    http: 503,
  },
  'database.unsupported': {
    title: { 'zh-CN': '不支持该 PostgreSQL 版本', en: 'This version of PostgreSQL cannot be used' },
    hint: {
      'zh-CN': '使用 PostgreSQL 15 或更高版本；内置数据库升级大版本时请先备份再恢复',
      en: 'Use PostgreSQL 15 or later; take embedded data to another major version by backup and restore',
    },
    retry: 'never',
    exit: 3,
  },
  'database.role-unsafe': {
    title: {
      'zh-CN': '数据库服务角色不可用或权限过大',
      en: 'The service role of the database is missing or may do too much',
    },
    hint: {
      'zh-CN': '请数据库管理员按提示创建或修改该角色',
      en: 'Ask the administrator of the database to create or change the role as the message says',
    },
    retry: 'never',
    exit: 3,
  },
  'database.migration-refused': {
    title: {
      'zh-CN': '数据库结构与本程序的迁移文件不一致',
      en: 'The database does not fit the migrations of this program',
    },
    hint: {
      'zh-CN': '已执行的迁移文件不得修改；请安装与数据库相符的版本',
      en: 'A migration that has landed is never edited; install the version that fits the database',
    },
    retry: 'never',
    exit: 3,
  },
  'database.migration-failed': {
    title: { 'zh-CN': '数据库迁移失败，未做任何更改', en: 'A migration failed; nothing of it was kept' },
    hint: { 'zh-CN': '查看原因，排除后重新启动', en: 'Read the cause, remove it and start again' },
    retry: 'never',
    exit: 3,
  },
  'playbook.unreadable': {
    title: { 'zh-CN': '无法读取治理方案文件', en: 'The playbook cannot be read' },
    hint: { 'zh-CN': '检查路径和读取权限', en: 'Check the path and the right to read it' },
    retry: 'never',
    exit: 3,
  },
  'playbook.invalid': {
    title: { 'zh-CN': '治理方案文件有误', en: 'The playbook has mistakes' },
    hint: {
      'zh-CN': '按提示修改每一处，再运行 angrid-cloud playbook lint 检查',
      en: 'Correct each place that is named, then check it with angrid-cloud playbook lint',
    },
    retry: 'never',
    http: 422,
    exit: 3,
  },
  'channel.address-refused': {
    title: { 'zh-CN': '通道地址不能使用', en: 'The address of the channel cannot be used' },
    hint: {
      'zh-CN': '粘贴机器人设置页中的完整 Webhook 地址；其他主机须先加入 channels.hosts',
      en: 'Paste the whole webhook URL from the robot’s settings; any other host must stand in channels.hosts first',
    },
    retry: 'never',
    http: 422,
  },
  'channel.sealed-elsewhere': {
    title: { 'zh-CN': '封存的密钥无法解封', en: 'A sealed secret cannot be opened here' },
    hint: {
      'zh-CN': '多个云端进程须使用同一个 channels.key；若已丢失，重新填写通道的地址和密钥，移除并重设第二因素',
      en: 'Several cloud processes need the same channels.key; where it is lost, enter the address and secret of the channel again, or remove the second factor and set it up anew',
    },
    retry: 'never',
    http: 409,
  },
  'leg-link.expired': {
    title: { 'zh-CN': '链接已失效', en: 'The link is no longer valid' },
    hint: {
      'zh-CN': '登录安格控制台处理该事件，或等待下一次推送中的新链接',
      en: 'Sign in to the AnGrid console to answer, or wait for the new link of the next push',
    },
    retry: 'never',
    http: 410,
  },
  'leg-link.spent': {
    title: { 'zh-CN': '已有人通过此链接签收', en: 'Somebody has answered with this link already' },
    hint: {
      'zh-CN': '后续处理请在签收的手机上继续，或登录安格控制台',
      en: 'Go on with the phone that answered, or sign in to the AnGrid console',
    },
    retry: 'never',
    http: 409,
  },
  'report.too-many': {
    title: { 'zh-CN': '上报过于频繁', en: 'Too many reports from here' },
    hint: {
      'zh-CN': '稍等几分钟再上报；情况紧急请拨打 110 或 119',
      en: 'Wait a few minutes; where it is urgent call the police or the fire brigade',
    },
    retry: 'later',
    http: 429,
  },
  'report.picture-refused': {
    title: { 'zh-CN': '图片无法接收', en: 'The picture cannot be taken' },
    hint: {
      'zh-CN': '请用上报页面重新选取图片；上报内容已经收到',
      en: 'Choose the picture again on the report page; what you wrote has arrived',
    },
    retry: 'never',
    http: 422,
  },
  'plan.picture-refused': {
    title: { 'zh-CN': '平面图无法接收', en: 'The floor plan cannot be taken' },
    hint: {
      'zh-CN': '请上传 8 MB、6000 万像素以内的 PNG 或 JPEG；CAD 或 SVG 请先导出为 PNG',
      en: 'Send a PNG or JPEG of at most 8 MB and 60 megapixels; export CAD or SVG as PNG first',
    },
    retry: 'never',
    http: 422,
  },
  'patrol.not-now': {
    title: { 'zh-CN': '现在不是该巡逻时段', en: 'This round is not due now' },
    hint: {
      'zh-CN': '巡逻只能在其时段内签字；错过的巡逻记为漏巡',
      en: 'A round is signed within its hours; one that was missed stays missed',
    },
    retry: 'never',
    http: 409,
  },
  'backup.damaged': {
    title: { 'zh-CN': '备份不完整或已损坏', en: 'The backup is incomplete or damaged' },
    hint: { 'zh-CN': '使用另一份备份', en: 'Use another backup' },
    retry: 'never',
    exit: 5,
  },
  'backup.other-schema': {
    title: { 'zh-CN': '备份与数据库结构版本不同', en: 'The backup has another schema than the database' },
    hint: {
      'zh-CN': '先将数据库迁移到备份记录的版本',
      en: 'Migrate the database to the version that the backup names',
    },
    retry: 'never',
    exit: 5,
  },
  'backup.target-not-empty': {
    title: { 'zh-CN': '目标不为空', en: 'The target is not empty' },
    hint: {
      'zh-CN': '选择空的目标，或明确要求替换其内容',
      en: 'Choose an empty target, or ask for its content to be replaced',
    },
    retry: 'never',
    exit: 5,
  },
  'backup.unwritable': {
    title: { 'zh-CN': '无法写入备份', en: 'The backup cannot be written' },
    hint: { 'zh-CN': '检查目标目录的权限和磁盘空间', en: 'Check the rights and the free space of the target folder' },
    retry: 'later',
    exit: 5,
  },
  'telemetry.unavailable': {
    title: { 'zh-CN': '时序数据库没有应答', en: 'The time-series server gave no answer' },
    hint: {
      'zh-CN': '检查 telemetry.url 及该服务是否运行；告警不受影响',
      en: 'Check telemetry.url and that the server runs; alerts are not affected',
    },
    retry: 'later',
    http: 503,
  },
});
