import { define } from './definition.js';

/** Broker, profiles, outbox, uplink, enrolment. */
export const gatewayErrors = define({
  'profile.invalid': {
    title: { 'zh-CN': '设备配置文件无效', en: 'A device profile is not valid' },
    hint: { 'zh-CN': '运行 angrid profile test 查看出错的行', en: 'Run angrid profile test to see the line at fault' },
    retry: 'never',
    exit: 2,
  },
  'profile.nothing-learned': {
    title: { 'zh-CN': '没有可用于草稿的消息', en: 'There is no message to make a draft of' },
    hint: {
      'zh-CN': '让设备发出消息（刷卡、开门、等一次心跳），并延长 --for；图片等二进制内容不能读取。',
      en: 'Let the device speak (show a card, open the door, wait for a heartbeat) and give --for more time. Pictures and other binary bodies cannot be read.',
    },
    retry: 'never',
  },
  'profile.unknown': {
    title: { 'zh-CN': '没有这个设备配置文件', en: 'There is no such device profile' },
    hint: { 'zh-CN': '运行 angrid profile list 查看已有的配置文件', en: 'Run angrid profile list to see the profiles' },
    retry: 'never',
    exit: 4,
  },
  'profile.unmatched': {
    title: { 'zh-CN': '没有与该消息匹配的配置文件', en: 'No part of the profile matches the message' },
    hint: {
      'zh-CN': '检查设备的型号和主题，或补充配置文件',
      en: 'Check the model and topic of the device, or extend the profile',
    },
    retry: 'never',
  },
  'profile.malformed-payload': {
    title: { 'zh-CN': '消息内容无法解析', en: 'The message cannot be read' },
    hint: {
      'zh-CN': '用 angrid events tail --raw 查看原始消息',
      en: 'Look at the raw message with angrid events tail --raw',
    },
    retry: 'never',
  },
  'broker.refused': {
    title: { 'zh-CN': '面板被拒绝连接', en: 'A panel was refused' },
    hint: { 'zh-CN': '检查面板的用户名、密码和客户端编号', en: 'Check the user, password and client id of the panel' },
    retry: 'never',
  },
  'broker.listen-failed': {
    title: { 'zh-CN': 'MQTT 端口无法监听', en: 'The MQTT port cannot be opened' },
    hint: {
      'zh-CN': '另一程序占用了端口，请停止它或更改 broker.tls.port',
      en: 'Another program holds the port: stop it or change broker.tls.port',
    },
    retry: 'later',
  },
  'broker.busy': {
    title: { 'zh-CN': '消息暂时无法发往面板', en: 'A message cannot be sent to the panels now' },
    hint: {
      'zh-CN': '稍后再试；如持续出现，请检查面板网络',
      en: 'Try again later; if it persists, check the network of the panels',
    },
    retry: 'later',
  },
  'broker.unreachable': {
    title: { 'zh-CN': '外部 MQTT 服务未连接', en: 'The external MQTT broker is not connected' },
    hint: {
      'zh-CN': '运行 angrid doctor 查看原因；检查 mqtt.external 的设置和该服务',
      en: 'Run angrid doctor to see why; check the settings mqtt.external and the broker',
    },
    retry: 'later',
  },
  'http.listen-failed': {
    title: { 'zh-CN': 'HTTP 推送端口无法监听', en: 'The port for devices that push over HTTP cannot be opened' },
    hint: {
      'zh-CN': '另一程序占用了端口，请停止它或更改 http.tls 或 http.plain',
      en: 'Another program holds the port: stop it or change http.tls or http.plain',
    },
    retry: 'later',
  },
  'ca.unusable': {
    title: { 'zh-CN': '本地站点 CA 无法使用', en: 'The site CA cannot be used' },
    hint: {
      'zh-CN': '从备份恢复 pki 目录；若删除它，网关会建立新的 CA，面板需重新安装 CA 证书',
      en: 'Restore the pki folder from a backup; if it is removed, a new CA is made and every panel needs its certificate',
    },
    retry: 'never',
    exit: 2,
  },
  'outbox.full': {
    title: { 'zh-CN': '发件箱已满', en: 'The outbox is full' },
    hint: { 'zh-CN': '恢复与云端的连接，或扩大磁盘', en: 'Restore the connection to the cloud, or enlarge the disk' },
    retry: 'later',
  },
  'outbox.unusable': {
    title: { 'zh-CN': '发件箱数据库不可用', en: 'The outbox database cannot be used' },
    hint: {
      'zh-CN': '检查磁盘和数据目录的权限；另一个网关进程可能正在使用它',
      en: 'Check the disk and the rights of the data folder; another gateway may hold it',
    },
    retry: 'later',
  },
  'uplink.unreachable': {
    title: { 'zh-CN': '无法连接云端', en: 'The cloud cannot be reached' },
    hint: {
      'zh-CN': '检查网络和 cloud.url；事件会保留在发件箱中',
      en: 'Check the network and cloud.url; events stay in the outbox meanwhile',
    },
    retry: 'later',
    exit: 6,
  },
  'uplink.refused': {
    title: { 'zh-CN': '云端拒绝了网关', en: 'The cloud refused the gateway' },
    hint: { 'zh-CN': '网关可能已被吊销，请重新登记', en: 'The gateway may have been revoked: enrol it again' },
    retry: 'later',
    exit: 6,
  },
  'uplink.untrusted': {
    title: { 'zh-CN': '云端证书与登记时不符', en: 'The certificate of the cloud is not the one pinned at enrolment' },
    hint: {
      'zh-CN': '不要继续；与云端管理员核对指纹',
      en: 'Do not go on: compare the fingerprint with the administrator of the cloud',
    },
    retry: 'never',
    exit: 6,
  },
  'gateway.not-initialised': {
    title: { 'zh-CN': '网关尚未初始化', en: 'The gateway has not been set up' },
    hint: {
      'zh-CN': '运行 angrid init --cloud <地址> --code <登记码>',
      en: 'Run angrid init --cloud <address> --code <code>',
    },
    retry: 'never',
    exit: 3,
  },
  'gateway.not-running': {
    title: { 'zh-CN': '网关没有运行', en: 'The gateway is not running' },
    hint: {
      'zh-CN': '启动网关服务：systemctl start angrid-gateway',
      en: 'Start the gateway: systemctl start angrid-gateway',
    },
    retry: 'later',
    exit: 3,
  },
  'gateway.socket-refused': {
    title: { 'zh-CN': '无权使用网关的套接字', en: 'The socket of the gateway belongs to another user' },
    hint: {
      'zh-CN': '以运行网关的用户执行命令，例如 sudo -u angrid angrid status',
      en: 'Run the command as the user of the gateway, for example sudo -u angrid angrid status',
    },
    retry: 'never',
    exit: 3,
  },
  'gateway.socket-failed': {
    title: { 'zh-CN': '无法建立网关的套接字', en: 'The socket of the gateway cannot be opened' },
    hint: {
      'zh-CN': '检查目录的权限，并把 socket 设为不超过 107 个字符的路径',
      en: 'Check the rights of its folder, and set socket to a path of at most 107 characters',
    },
    retry: 'never',
    exit: 2,
  },
  'device.unknown': {
    title: { 'zh-CN': '没有这个设备', en: 'There is no such device' },
    hint: { 'zh-CN': '运行 angrid device list 查看已有设备', en: 'Run angrid device list to see the devices' },
    retry: 'never',
    exit: 4,
  },
  'device.address-invalid': {
    title: { 'zh-CN': '设备地址的写法无效', en: 'The address of the device is not written in a valid form' },
    hint: {
      'zh-CN': '写成 http://192.168.1.20/onvif/device_service 的形式，不要带用户名、密码或 #',
      en: 'Write it like http://192.168.1.20/onvif/device_service, without user, password or #',
    },
    retry: 'never',
    exit: 2,
  },
  'device.address-unresolved': {
    title: { 'zh-CN': '设备的主机名无法解析', en: 'The host name of the device does not resolve' },
    hint: { 'zh-CN': '检查 DNS，或改用 IP 地址', en: 'Check the DNS of the site, or give the IP address' },
    retry: 'later',
  },
  'device.address-refused': {
    title: { 'zh-CN': '设备地址不在本小区的网段内', en: 'The address is outside the networks of this site' },
    hint: {
      'zh-CN': '把网段加入 cameras.networks（面板为 http.networks），或改正地址',
      en: 'Add the network to cameras.networks, for panels to http.networks, or correct the address',
    },
    retry: 'never',
    exit: 2,
  },
  'device.unreachable': {
    title: { 'zh-CN': '设备没有接收指令', en: 'The device did not take an instruction' },
    hint: {
      'zh-CN': '检查设备是否在线、地址是否正确，然后重试',
      en: 'Check that the device is online and its address right, then try again',
    },
    retry: 'later',
  },
  'device.refused': {
    title: { 'zh-CN': '设备拒绝了请求', en: 'The device refused a request' },
    hint: {
      'zh-CN': '检查设备的用户名、密码和权限',
      en: 'Check the user, the password and the rights on the device',
    },
    retry: 'never',
  },
  'device.busy': {
    title: { 'zh-CN': '等待该设备的指令过多', en: 'Too many instructions wait for the device' },
    hint: {
      'zh-CN': '稍后再试；检查设备是否仍在取指令',
      en: 'Try again later; see whether the device still asks for them',
    },
    retry: 'later',
  },
});
