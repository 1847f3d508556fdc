export { PictureWatch } from './watch.js';
