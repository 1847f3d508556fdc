/** The look of three chats. No picture, no font and no script from anywhere. */
export const STYLE = `
:root { font: 15px/1.5 system-ui, 'Noto Sans CJK SC', 'PingFang SC', sans-serif; color: #1f2329; }
* { box-sizing: border-box; margin: 0; }
body { background: #dfe3e8; padding: 20px; }
header { display: flex; align-items: baseline; gap: 16px; margin-bottom: 16px; }
header h1 { font-size: 20px; }
header p { color: #646a73; font-size: 13px; }
main { display: flex; flex-wrap: wrap; gap: 20px; }
.phone { width: 360px; height: 720px; display: flex; flex-direction: column; border: 8px solid #1f2329; border-radius: 32px; overflow: hidden; background: #f2f3f5; }
.phone h2 { padding: 12px 16px; font-size: 16px; text-align: center; color: #fff; }
.phone h2 small { display: block; font-weight: 400; font-size: 12px; opacity: 0.85; }
.wecom h2 { background: #2d6fd2; }
.dingtalk h2 { background: #1677ff; }
.feishu h2 { background: #f5f6f7; color: #1f2329; border-bottom: 1px solid #dee0e3; }
.chat { flex: 1; overflow-y: auto; padding: 12px; display: flex; flex-direction: column; gap: 14px; }
.chat .empty { margin: auto; color: #8f959e; }
.who { font-size: 12px; color: #8f959e; }
.who i { font-style: normal; padding: 0 4px; border-radius: 3px; background: #e1eaff; color: #2d6fd2; }
.card { margin-top: 4px; overflow: hidden; background: #fff; border-radius: 4px 12px 12px 12px; overflow-wrap: anywhere; }
.text { padding: 10px 14px; }
.text p + p { margin-top: 3px; }
.text blockquote { padding-left: 8px; border-left: 3px solid #d0d3d6; color: #646a73; }
.card h3 { padding: 10px 14px; font-size: 15px; }
.card h3.red { background: #fde2e2; color: #ad1f1f; }
.card h3.orange { background: #feead2; color: #a3550a; }
.card h3.yellow { background: #faf1d1; color: #7a5d07; }
.card h3.blue { background: #e1eaff; color: #1c4ba3; }
.card a { color: #1456f0; }
.card a.button { display: block; margin: 2px 14px 12px; padding: 10px; border-radius: 6px; background: #1456f0; color: #fff; text-align: center; text-decoration: none; }
.dingtalk .card a.button { margin: 0; border-radius: 0; border-top: 1px solid #e8eaed; background: none; color: #1677ff; }
.card footer { padding: 0 14px 10px; font-size: 12px; color: #8f959e; }
.warning { color: #d54941; } .info { color: #2ba471; } .comment { color: #8f959e; }
`;
