/** The components of Element Plus that the console uses, and no other: each brings its own weight. */
export { ElButton } from 'element-plus/es/components/button/index.mjs';
export { ElCheckbox, ElCheckboxGroup } from 'element-plus/es/components/checkbox/index.mjs';
export { ElConfigProvider } from 'element-plus/es/components/config-provider/index.mjs';
export { ElDialog } from 'element-plus/es/components/dialog/index.mjs';
export { ElDrawer } from 'element-plus/es/components/drawer/index.mjs';
export { ElIcon } from 'element-plus/es/components/icon/index.mjs';
export { ElInput } from 'element-plus/es/components/input/index.mjs';
export { ElInputNumber } from 'element-plus/es/components/input-number/index.mjs';
export { ElMessage } from 'element-plus/es/components/message/index.mjs';
export { ElOption, ElSelect } from 'element-plus/es/components/select/index.mjs';
export { ElTree } from 'element-plus/es/components/tree/index.mjs';
