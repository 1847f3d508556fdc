import { define } from './definition.js';

/** ONVIF, RTSP, ffmpeg and pictures. */
export const cameraErrors = define({
  'onvif.unreachable': {
    title: { 'zh-CN': '摄像机没有响应', en: 'The camera does not answer' },
    hint: { 'zh-CN': '检查电源、网线和地址', en: 'Check power, cable and address' },
    retry: 'later',
  },
  'onvif.not-authorized': {
    title: { 'zh-CN': '摄像机拒绝了用户名或密码', en: 'The camera refused the user or password' },
    hint: {
      'zh-CN': '用 angrid device password 更新密码；多次错误会锁定账号',
      en: 'Give the right password with angrid device password; repeated errors lock the account',
    },
    retry: 'never',
  },
  'onvif.fault': {
    title: { 'zh-CN': '摄像机返回 SOAP 错误', en: 'The camera answered with a SOAP fault' },
    hint: {
      'zh-CN': '网关会重新订阅；若反复出现请升级固件',
      en: 'The gateway subscribes anew; if it goes on, update the firmware',
    },
    retry: 'later',
  },
  'onvif.hostile-reply': {
    title: {
      'zh-CN': '摄像机的应答超出限制或格式不合法',
      en: 'The reply of the camera breaks the limits or is not well formed',
    },
    hint: {
      'zh-CN': '检查该设备是否真的是摄像机，或升级固件',
      en: 'Check that the device is a camera, or update its firmware',
    },
    retry: 'later',
  },
  'onvif.subscription-lost': {
    title: { 'zh-CN': '摄像机不再承认事件订阅', en: 'The camera no longer knows the event subscription' },
    hint: {
      'zh-CN': '网关会重新订阅；若反复出现，检查摄像机是否重启或订阅数已满',
      en: 'The gateway subscribes anew; if it goes on, check whether the camera restarts or has too many subscribers',
    },
    retry: 'now',
  },
  'onvif.subscribing-hangs': {
    title: {
      'zh-CN': '摄像机收到事件订阅请求后不再应答',
      en: 'The camera answers no more once it is asked for a subscription',
    },
    hint: {
      'zh-CN': '网关会隔五分钟再试；请升级固件，或改用元数据流或 MQTT 事件',
      en: 'The gateway asks again after five minutes; update the firmware, or use its metadata stream or events over MQTT',
    },
    retry: 'later',
  },
  'onvif.no-video': {
    title: { 'zh-CN': '设备没有可录制的视频流', en: 'The device has no video stream that can be recorded' },
    hint: {
      'zh-CN': '门禁控制器本来如此；若是摄像机，把码流设为 H.264 或 H.265，网关十分钟内会再询问',
      en: 'A door controller has none; set a camera to H.264 or H.265: the gateway asks again within ten minutes',
    },
    retry: 'never',
  },
  'onvif.certificate-changed': {
    title: {
      'zh-CN': '摄像机的证书与配对时不同',
      en: 'The certificate of the camera is not the one it was paired with',
    },
    hint: {
      'zh-CN': '若更换或重置过该摄像机，运行 angrid device replace；否则检查网络中是否有人冒充它',
      en: 'If the camera was replaced or reset, run angrid device replace; if not, look for somebody who poses as it',
    },
    retry: 'never',
  },
  'camera.not-found': {
    title: {
      'zh-CN': '网络中没有该序列号或 MAC 的摄像机',
      en: 'No camera on the network says that it has this serial number or MAC address',
    },
    hint: {
      'zh-CN': '运行 angrid device scan 查看；有些摄像机不公开序列号，请改用 MAC 或地址',
      en: 'Run angrid device scan; some cameras do not tell their serial number: give the MAC or the address instead',
    },
    retry: 'later',
  },
  'camera.no-credential': {
    title: {
      'zh-CN': '凭据表中没有可用于该摄像机的用户名和密码',
      en: 'The credential list has no login that this camera may still be tried with',
    },
    hint: {
      'zh-CN': '给出 --user 和 --password-file；每台摄像机最多试两次，以免锁定账号，angrid credential reset 可重新允许',
      en: 'Give --user and --password-file; a camera is tried twice at most, because accounts lock: angrid credential reset allows it again',
    },
    retry: 'never',
  },
  'onvif.clock-skew': {
    title: { 'zh-CN': '摄像机时钟偏差过大', en: 'The clock of the camera is far off' },
    hint: { 'zh-CN': '为摄像机配置 NTP', en: 'Set NTP on the camera' },
    retry: 'later',
  },
  'media.ffmpeg-missing': {
    title: { 'zh-CN': '未安装 ffmpeg', en: 'ffmpeg is not installed' },
    hint: { 'zh-CN': '运行 apt-get install -y ffmpeg', en: 'Run apt-get install -y ffmpeg' },
    retry: 'never',
  },
  'media.stream-failed': {
    title: { 'zh-CN': '视频流中断', en: 'The video stream ended' },
    hint: { 'zh-CN': '检查摄像机的 RTSP 设置和网络', en: 'Check the RTSP settings of the camera and the network' },
    retry: 'later',
  },
  'media.stream-auth': {
    title: { 'zh-CN': '视频流拒绝了用户名或密码', en: 'The video stream refused the user or password' },
    hint: { 'zh-CN': '更新该摄像机的密码', en: 'Give the right password for the camera' },
    retry: 'never',
  },
  'media.stream-not-found': {
    title: { 'zh-CN': '摄像机没有该视频流', en: 'The camera has no such stream' },
    hint: {
      'zh-CN': '检查摄像机的码流设置；网关会重新查询地址',
      en: 'Check the stream settings of the camera; the gateway asks for the address anew',
    },
    retry: 'later',
  },
  'media.stream-unreachable': {
    title: { 'zh-CN': '无法连接视频流', en: 'The video stream cannot be reached' },
    hint: {
      'zh-CN': '检查摄像机的电源、网线和 RTSP 端口',
      en: 'Check the power, the cable and the RTSP port of the camera',
    },
    retry: 'later',
  },
  'media.stream-stalled': {
    title: { 'zh-CN': '视频流停滞', en: 'The video stream stands still' },
    hint: {
      'zh-CN': '网关会重新连接；若反复出现，重启摄像机并检查网络',
      en: 'The gateway connects anew; if it goes on, restart the camera and check the network',
    },
    retry: 'now',
  },
  'media.stream-unsupported': {
    title: { 'zh-CN': '不支持该视频流的格式', en: 'The format of the video stream cannot be recorded' },
    hint: {
      'zh-CN': '把摄像机设为 H.264、RTSP over TCP、关键帧间隔不超过 4 秒',
      en: 'Set the camera to H.264, RTSP over TCP and a key frame at least each 4 seconds',
    },
    retry: 'later',
  },
  'media.stream-hostile': {
    title: {
      'zh-CN': '视频流的应答超出限制或格式不合法',
      en: 'The replies of the video stream break the limits or are not RTSP',
    },
    hint: { 'zh-CN': '检查该地址是否真的是摄像机', en: 'Check that the address is that of a camera' },
    retry: 'later',
  },
  'media.cut-failed': {
    title: { 'zh-CN': '无法生成图片或片段', en: 'The picture or clip could not be made' },
    hint: {
      'zh-CN': '检查磁盘空间和 ffmpeg 版本（5.1 或更高）',
      en: 'Check the space on the disk and the version of ffmpeg (5.1 or later)',
    },
    retry: 'now',
  },
  'media.picture-refused': {
    title: { 'zh-CN': '图片不符合限制', en: 'The picture breaks the limits' },
    hint: { 'zh-CN': '仅接受 2500 万像素以内的 JPEG', en: 'Only JPEG up to 25 megapixels is taken' },
    retry: 'never',
  },
  'media.original-damaged': {
    title: { 'zh-CN': '网关上的原始证据已损坏', en: 'The original on the gateway is damaged' },
    hint: {
      'zh-CN': '脱敏片段仍然有效；检查网关的磁盘',
      en: 'The masked clip still holds; check the disk of the gateway',
    },
    retry: 'never',
  },
  'media.grant-refused': {
    title: { 'zh-CN': '授权无效，原始证据不予提供', en: 'The grant does not hold: the original is not given' },
    hint: { 'zh-CN': '在控制台重新说明事由并申请', en: 'Give a reason and ask again in the console' },
    retry: 'never',
  },
  'media.disk-reserved': {
    title: { 'zh-CN': '磁盘空间留给告警，证据未保存', en: 'The disk is kept for alarms: no evidence is stored' },
    hint: { 'zh-CN': '清理网关的磁盘或减小证据配额', en: 'Make room on the disk of the gateway, or lower the quotas' },
    retry: 'later',
  },
  'media.no-footage': {
    title: { 'zh-CN': '缓冲区中没有该时段的视频', en: 'The ring holds no video of that time' },
    hint: { 'zh-CN': '到小区录像机查看该时段', en: 'Look for the time on the recorder of the compound' },
    retry: 'never',
  },
  'media.live-codec': {
    title: {
      'zh-CN': '浏览器无法实时播放该摄像机的编码格式（如 H.265）',
      en: 'The camera’s format, such as H.265, cannot be shown live in a browser',
    },
    hint: {
      'zh-CN': '把摄像机的主码流或子码流设为 H.264；录像和证据不受影响',
      en: 'Set its main stream or its substream to H.264; recording and evidence work as they are',
    },
    retry: 'never',
    http: 409,
  },
  'media.live-masked': {
    title: {
      'zh-CN': '该摄像机设有隐私遮挡，不提供实时画面',
      en: 'The camera has privacy masks and gives no live view',
    },
    hint: {
      'zh-CN': '需要时在网关上允许 live.masked=re-encode',
      en: 'Where it is needed, set live.masked=re-encode on the gateway',
    },
    retry: 'never',
    http: 409,
  },
  'media.live-busy': {
    title: { 'zh-CN': '网关的实时画面已达上限', en: 'The gateway shows as many live views as it may' },
    hint: { 'zh-CN': '关闭一个后再打开', en: 'Close one, then open this one' },
    retry: 'later',
    http: 409,
  },
});
