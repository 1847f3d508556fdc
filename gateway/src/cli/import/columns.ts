/** The columns of a device sheet, each with the heads that it may have. */
export const columnHeads = {
  id: ['id', '编号', '设备编号'],
  kind: ['kind', 'type', '类型', '设备类型'],
  name: ['name', '名称', '设备名称'],
  profile: ['profile', '配置文件', '设备配置文件'],
  address: ['address', 'url', '地址', '设备地址'],
  serial: ['serial', 'mac', '序列号', '设备序列号'],
  user: ['user', '用户名', '账号'],
  passwordFile: ['password_file', 'password file', '密码文件'],
  vendorId: ['vendor_id', 'vendor id', '厂商编号', '面板编号'],
  timezone: ['timezone', '时区'],
  place: ['place', '位置', '位置编号'],
  cameras: ['cameras', 'camera', '摄像机', '关联摄像机'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Column = keyof typeof columnHeads;

/** Heads of passwords themselves: they do not belong into a sheet. */
const PASSWORD_HEADS: readonly string[] = ['password', 'passwd', '密码', '口令'];

export type HeadMistake =
  | { readonly is: 'unknown' | 'twice' | 'password'; readonly head: string }
  | { readonly is: 'missing'; readonly head: Column };

export interface ReadHeads {
  /** The column of each field, by position. */
  readonly columns: readonly (Column | undefined)[];
  readonly mistakes: readonly HeadMistake[];
}

/** What the first line of a sheet says. Empty heads are columns of the reader's own, and left out. */
export function readHeads(heads: readonly string[]): ReadHeads {
  const columns: (Column | undefined)[] = [];
  const mistakes: HeadMistake[] = [];
  for (const head of heads) {
    const text = head.normalize('NFKC').trim().toLowerCase();
    const column = columnOf(text);
    if (PASSWORD_HEADS.includes(text)) mistakes.push({ is: 'password', head });
    else if (column === undefined && text !== '') mistakes.push({ is: 'unknown', head });
    else if (column !== undefined && columns.includes(column)) mistakes.push({ is: 'twice', head });
    columns.push(column);
  }
  for (const needed of ['id', 'profile'] as const) {
    if (!columns.includes(needed)) mistakes.push({ is: 'missing', head: needed });
  }
  return { columns, mistakes };
}

function columnOf(text: string): Column | undefined {
  for (const [column, heads] of Object.entries(columnHeads)) {
    if (heads.some((head) => head === text)) return column as Column;
  }
  return undefined;
}
